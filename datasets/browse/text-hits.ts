/** Which rows a text finds. */
import { rowOfAddress, type Filter, type Place } from './query';
import { Recent } from './recent';
import type { Rows } from './rows';
import { Scan, type Wait } from './scan';
import { matcherOf, type Matcher } from './text-search';

/** Searches kept: one byte a row each. */
const KEPT = 4;

interface Search {
  /** 1 for rows found. */
  readonly found: Uint8Array;
  readonly scan: Scan;
}

export class TextHits {
  private readonly searches = new Recent<Search>(KEPT);

  constructor(
    private readonly rows: Rows,
    private readonly place: Place,
  ) {}

  /** By row, 1 for those found; null for a text without anything to look for. @throws as `Scan.finish` */
  async find(text: Filter['text'] = '', wait: Wait = {}): Promise<Uint8Array | null> {
    const matcher = matcherOf(this.rows.kind, text);
    if (!matcher && text.trim() === '') return null;
    if (!matcher) return this.addressed(text);
    const search = this.searches.get(text) ?? this.begin(text, matcher);
    this.searches.set(text, search);
    await search.scan.finish(wait);
    return search.found;
  }

  private begin(text: string, matcher: Matcher): Search {
    const found = this.addressed(text);
    const scan = new Scan(this.rows, ({ inputs }, row) => {
      if (matcher(inputs)) found[row] = 1;
    });
    return { found, scan };
  }

  private addressed(text: string): Uint8Array {
    const found = new Uint8Array(this.rows.count);
    const row = rowOfAddress(text, this.place, this.rows.count);
    if (row !== null) found[row] = 1;
    return found;
  }
}
