/** The facets of every row in memory: four bytes for each row and facet. */
import type { FacetSpec } from '../facets';
import { Pace } from './pace';
import type { Rows } from './rows';
import { Scan, type Wait } from './scan';

export interface Column {
  readonly facet: FacetSpec;
  /** By row; `UNKNOWN` where the facet cannot tell. */
  readonly values: Int32Array;
  /** Least and most of all values known, over the whole split; null where none is. */
  readonly extent: { readonly least: number; readonly most: number } | null;
}

/** Filled by one scan, when they are first asked for. */
export class Columns {
  private filled: readonly Column[] | null = null;
  private scan: { readonly values: readonly Int32Array[]; readonly rows: Scan } | null = null;

  constructor(private readonly rows: Rows) {}

  /** @throws the signal's reason; where a row cannot be read */
  async read(wait: Wait = {}): Promise<readonly Column[]> {
    if (this.filled) return this.filled;
    this.scan ??= this.begin();
    await this.scan.rows.finish(wait);
    const { values } = this.scan;
    const columns: Column[] = [];
    for (const [i, facet] of this.rows.facets.entries())
      columns.push({ facet, values: values[i]!, extent: await extentOf(values[i]!) });
    return (this.filled ??= columns);
  }

  private begin() {
    const { facets, count } = this.rows;
    const values = facets.map(() => new Int32Array(count));
    const rows = new Scan(this.rows, (puzzle, row) => {
      for (let i = 0; i < facets.length; i++) values[i]![row] = facets[i]!.of(puzzle);
    });
    return { values, rows };
  }
}

async function extentOf(values: Int32Array): Promise<Column['extent']> {
  let [least, most] = [Infinity, -Infinity];
  await new Pace().inBlocks(values.length, (from, to) => {
    for (let row = from; row < to; row++) {
      if (values[row]! < 0) continue;
      if (values[row]! < least) least = values[row]!;
      if (values[row]! > most) most = values[row]!;
    }
  });
  return most < 0 ? null : { least, most };
}
