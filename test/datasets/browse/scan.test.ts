import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { SplitBrowser } from '../../../datasets/browse/browser';
import { createMemoryRows, type RowSource } from '../../../datasets/browse/scan';
import { listClasses } from '../../../datasets/kinds/sudoku/classes';
import { sudoku } from '../../../datasets/kinds/sudoku/sudoku';
import { FormatError } from '../../../datasets/formats/format-error';
import { openBrowser } from '../../../datasets/formats/open-dataset';
import { writeReferenceFolder } from '../../../datasets/formats/reference-writer';

const kind = sudoku(2, 2);
const splitId = { dataset: 'mine', split: 'train' } as const;
const classes = [4, 5, 6].flatMap((clues) => listClasses(kind, clues));
/** Enough rows that they are read in several chunks. */
const puzzles = Array.from({ length: 50_000 }, (_, i) => classes[(i * i) % classes.length]!);

/** Rows that count how many of them were read. */
function countingRows(): { readonly rows: RowSource; readonly read: () => number } {
  const memory = createMemoryRows(kind, puzzles);
  let read = 0;
  const rows = { ...memory, read: (from: number, to: number) => ((read += to - from), memory.read(from, to)) };
  return { rows: { ...rows, facets: kind.facets }, read: () => read };
}

const sixClues = { filter: { facets: { givens: { min: 6, max: 6 } } }, from: 0, count: 0 };
const total = puzzles.filter(({ inputs }) => inputs.filter((token) => token > 1).length === 6).length;

describe('the rows of a large dataset', () => {
  test('are read only for the requested page when no filter needs a scan', async () => {
    const { rows, read } = countingRows();
    const browser = new SplitBrowser(rows, splitId);
    await browser.page({ from: 40_000, count: 25 });
    await browser.page({ sort: { by: 'index', descending: true }, from: 40_000, count: 25 });
    expect(read()).toBe(50);
  });

  test('are read once for all concurrent and later requests', async () => {
    const { rows, read } = countingRows();
    const browser = new SplitBrowser(rows, splitId);
    const [one, other] = await Promise.all([
      browser.page(sixClues),
      browser.histograms({}),
      browser.page({ ...sixClues, sort: { by: 'givens' } }),
    ]);
    expect([one.total, other.total]).toEqual([total, puzzles.length]);
    await browser.page({ filter: { facets: { givens: { min: 1, max: 9 } } }, from: 0, count: 0 });
    expect(read()).toBe(puzzles.length);
  });

  test('are still read for other requests when one is cancelled', async () => {
    const { rows, read } = countingRows();
    const browser = new SplitBrowser(rows, splitId);
    const control = new AbortController();
    const cancelled = browser.page(sixClues, { signal: control.signal, onProgress: () => control.abort() });
    const pending = browser.page(sixClues);
    await expect(cancelled).rejects.toThrow(/abort/iu);
    expect((await pending).total).toBe(total);
    expect(read()).toBe(puzzles.length);
  });

  test('are read from where a cancelled request stopped', async () => {
    const { rows, read } = countingRows();
    const browser = new SplitBrowser(rows, splitId);
    const control = new AbortController();
    await expect(browser.page(sixClues, { signal: control.signal, onProgress: () => control.abort() })).rejects.toThrow(
      /abort/iu,
    );
    const before = read();
    expect(before).toBeGreaterThan(0);
    expect(before).toBeLessThan(puzzles.length);
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(read()).toBe(before);
    expect((await browser.page(sixClues)).total).toBe(total);
    // The chunk that was read but not scanned is read again: fewer rows than were read before.
    expect(read()).toBeLessThan(puzzles.length + before);
  });

  test('are not read for a request that is already cancelled', async () => {
    const { rows, read } = countingRows();
    await expect(new SplitBrowser(rows, splitId).page(sixClues, { signal: AbortSignal.abort() })).rejects.toThrow(
      /abort/iu,
    );
    expect(read()).toBe(0);
  });

  test('are scanned without blocking the event loop, with progress reports', async () => {
    const { rows } = countingRows();
    const browser = new SplitBrowser(rows, splitId);
    let turns = 0;
    const turn = () => void (turns++, (timer = setImmediate(turn)));
    let timer = setImmediate(turn);
    const progress: number[] = [];
    await browser.page(
      { ...sixClues, filter: { text: '12' } },
      { onProgress: (done, of) => void progress.push(done / of) },
    );
    clearImmediate(timer);
    expect(turns).toBeGreaterThan(0);
    expect(progress.length).toBeGreaterThan(1);
    expect(progress).toEqual([...progress].sort((a, b) => a - b));
    expect(progress[progress.length - 1]).toBe(1);
  });

  test('are not read once the browser is closed, and pending requests fail', async () => {
    const { rows } = countingRows();
    const browser = new SplitBrowser(rows, splitId);
    const waiting = browser.page(sixClues);
    await browser.close();
    await expect(waiting).rejects.toThrow('mine was closed');
    await expect(browser.page({ from: 0, count: 1 })).rejects.toThrow('mine was closed');
  });
});

describe('a browser of a folder', () => {
  let scratch = '';
  beforeAll(async () => void (scratch = await mkdtemp(join(tmpdir(), 'scanned-'))));
  afterAll(() => rm(scratch, { recursive: true }));

  test('rejects a scan when it is closed, and closes the files', async () => {
    const folder = join(scratch, 'closed');
    const groups = puzzles.map((example) => [{ identifier: 0, examples: [example] }]);
    await writeReferenceFolder(folder, { identifiers: ['<blank>'], train: { seqLen: 16, vocabSize: 6, groups } });
    const browser = await openBrowser({ ...splitId, path: folder, kind: 'sudoku-4x4' });
    let closing: Promise<void> | null = null;
    await expect(browser.page(sixClues, { onProgress: () => void (closing ??= browser.close()) })).rejects.toThrow(
      'mine was closed',
    );
    await closing;
    await expect(browser.page({ from: 0, count: 1 })).rejects.toThrow('mine was closed');
  });

  test('reports the position of a damaged row, and can browse the others', async () => {
    const folder = join(scratch, 'dataset');
    const groups = puzzles.slice(0, 100).map((example) => [{ identifier: 0, examples: [example] }]);
    await writeReferenceFolder(folder, { identifiers: ['<blank>'], train: { seqLen: 16, vocabSize: 6, groups } });
    // As in a folder of another program: with digests the damage is noticed before a row is read.
    await rm(join(folder, 'digests.json'));
    const file = await open(join(folder, 'train', 'all__inputs.npy'), 'r+');
    await file.write(Uint8Array.of(77), 0, 1, 128 + 16 * 70 + 3);
    await file.close();
    const browser = await openBrowser({ ...splitId, path: folder, kind: 'sudoku-4x4' });
    const message = 'train/all__inputs.npy, row 70, cell 3: expected a token below 6, found 77';
    await expect(browser.histograms({})).rejects.toThrow(FormatError);
    await expect(browser.histograms({})).rejects.toThrow(message);
    await expect(browser.page({ filter: { text: '12' }, from: 0, count: 5 })).rejects.toThrow(message);
    await expect(browser.page({ from: 68, count: 5 })).rejects.toThrow(message);
    expect((await browser.page({ from: 0, count: 70 })).rows).toHaveLength(70);
    await browser.close();
  });
});
