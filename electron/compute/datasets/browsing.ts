/** Browses datasets: pages, histograms and previews. The latest datasets stay open, with their facets. */
import QuickLRU from 'quick-lru';
import { message, MessageError } from '../../../renderer/messages/message';
import type { SplitBrowser } from '../../../datasets/browse/browser';
import { getDifficulty } from '../../../datasets/generate-puzzles';
import { getKind } from '../../../datasets/kinds/registry';
import type { Puzzle } from '../../../datasets/kinds/puzzle-kind';
import { Random } from '../../../datasets/random';
import type { datasetRequests } from '../../contract/datasets';
import type { Handlers, Input, ComputeEvent, Output } from '../../contract/contract';
import type { SplitName } from '../../../datasets/puzzle-address';
import type { DatasetLibrary } from './library';

/** Number of datasets that stay open; the facets of a million puzzles take some megabytes. quick-lru keeps at most twice this minus one. */
const MAX_OPEN = 2;

export class DatasetBrowsers {
  private readonly opened = new QuickLRU<string, Promise<SplitBrowser>>({
    maxSize: MAX_OPEN,
    onEviction: (_key, browser) => void closeBrowser(browser),
  });

  constructor(private readonly library: DatasetLibrary) {}

  /** @throws UnknownIdError, FormatError */
  async getBrowser(dataset: string, split: SplitName): Promise<SplitBrowser> {
    const key = `${dataset}/${split}`;
    const open = this.opened.get(key);
    if (open) return open;
    const browser = this.library.openBrowser(dataset, split);
    this.opened.set(key, browser);
    // Another browser may have been opened meanwhile.
    browser.catch(() => this.opened.peek(key) === browser && this.opened.delete(key));
    return browser;
  }

  /** Closes a dataset before it is changed or deleted. */
  async close(dataset: string): Promise<void> {
    for (const [key, browser] of [...this.opened.entriesAscending()]) {
      if (!key.startsWith(`${dataset}/`)) continue;
      this.opened.delete(key);
      await closeBrowser(browser);
    }
  }
}

const closeBrowser = (browser: Promise<SplitBrowser>): Promise<void> =>
  browser.then((open) => open.close()).catch(() => undefined);

type Emit = (event: ComputeEvent) => void;

type BrowseHandlers = Pick<
  Handlers,
  Extract<keyof typeof datasetRequests, 'readPuzzles' | 'browsePuzzles' | 'readHistograms' | 'previewPuzzles'>
>;

export function browseHandlers(browsing: DatasetBrowsers, emit: Emit): BrowseHandlers {
  return {
    readPuzzles: async ({ dataset, split, from, count }) => {
      const { total, rows } = await (await browsing.getBrowser(dataset, split)).page({ from, count });
      return { total, puzzles: rows.map(toMessage) };
    },
    browsePuzzles: async ({ dataset, split, job, ...query }, signal) => {
      const { total, rows } = await (
        await browsing.getBrowser(dataset, split)
      ).page(query, queryOptions(emit, job, signal));
      return { total, rows: rows.map((row) => ({ ...toMessage(row), index: row.index, facets: { ...row.facets } })) };
    },
    readHistograms: async ({ dataset, split, filter, job }, signal) => {
      const { total, histograms } = await (
        await browsing.getBrowser(dataset, split)
      ).histograms({ filter }, queryOptions(emit, job, signal));
      return {
        total,
        histograms: histograms.map((histogram) => ({ ...histogram, bins: histogram.bins.map((bin) => ({ ...bin })) })),
      };
    },
    previewPuzzles: (input) => preview(input),
  };
}

/** Progress of a long query, under the name that the client gave it. */
const queryOptions = (emit: Emit, name: string | undefined, signal: AbortSignal) => ({
  signal,
  onProgress: (done: number, total: number) =>
    name !== undefined &&
    emit({
      type: 'job/progress',
      job: name,
      fraction: total === 0 ? 1 : done / total,
      message: message('datasets.job.scanned', { count: done }),
    }),
});

function toMessage({ address, inputs, labels }: Puzzle & { readonly address: string }) {
  return { address, inputs: [...inputs], labels: [...labels] };
}

function preview({ kind: id, difficulty, count, seed }: Input<'previewPuzzles'>): Output<'previewPuzzles'> {
  const kind = getKind(id);
  const { generator } = kind;
  if (!generator) throw new MessageError('kinds.generate.notSupported', { kind: kind.name });
  const band = difficulty === undefined ? undefined : getDifficulty(kind, difficulty);
  const random = Random.seeded(seed);
  return Array.from({ length: count }, (_, i) => {
    const puzzle = generator.generate(random, band);
    return { ...toMessage({ address: `${id}/preview/${i}`, ...puzzle }), rating: generator.rate(puzzle.inputs) };
  });
}
