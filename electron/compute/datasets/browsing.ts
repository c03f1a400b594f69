/** Sets being looked at: the last few stay open, with what was found out about them. */
import type { Browser } from '../../../datasets/browse/browser';
import { openBrowser } from '../../../datasets/formats/open-browser';
import type { SplitName } from '../../../datasets/formats/puzzle-source';
import type { DatasetLibrary } from './library';

/** The facets of a million puzzles take some megabytes. */
const KEPT = 3;

export class Browsing {
  /** In the order of their last use. */
  private readonly opened = new Map<string, Promise<Browser>>();

  constructor(private readonly library: DatasetLibrary) {}

  /** @throws UnknownIdError, FormatError */
  async browser(set: string, split: SplitName): Promise<Browser> {
    const key = `${set}/${split}`;
    const browser = this.opened.get(key) ?? this.library.place(set).then((path) => openBrowser({ set, split, path }));
    this.opened.delete(key);
    this.opened.set(key, browser);
    // One opened anew meanwhile is another.
    browser.catch(() => this.opened.get(key) === browser && this.opened.delete(key));
    for (const [oldest] of [...this.opened].slice(0, -KEPT)) await this.letGo(oldest);
    return browser;
  }

  /** Before a set is changed or deleted. */
  async forget(set: string): Promise<void> {
    for (const key of [...this.opened.keys()]) if (key.startsWith(`${set}/`)) await this.letGo(key);
  }

  private async letGo(key: string): Promise<void> {
    const browser = this.opened.get(key);
    this.opened.delete(key);
    await browser?.then((open) => open.close()).catch(() => undefined);
  }
}
