import { mkdtemp, rm } from 'node:fs/promises';
import type { RatedPuzzle } from '../../../datasets/kinds/puzzle-kind';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { SplitBrowser } from '../../../datasets/browse/browser';
import type { Bounds, Filter } from '../../../datasets/browse/matching';
import { createMemoryRows } from '../../../datasets/browse/scan';
import { getWildcard } from '../../../datasets/browse/text-search';
import { ratingFacet } from '../../../datasets/kinds/facets';
import { getKind } from '../../../datasets/kinds/registry';
import { openBrowser } from '../../../datasets/formats/open-dataset';
import { writeReferenceFolder, type WrittenGroup } from '../../../datasets/formats/reference-writer';
import { Random } from '../../../datasets/random';
import { plainCounts, plainPage, type PlainDataset } from './plain-answers';
import { inEnglish } from '../../english';

const ROWS = 120;
const splitId = { dataset: 'mine', split: 'train' } as const;

/** Two rows of each puzzle, every third row without a rating. */
function puzzlesOf(id: string): RatedPuzzle[] {
  const { generator } = getKind(id);
  const puzzles = Array.from({ length: ROWS / 2 }, (_, i) => generator!.generate(Random.seeded(i)));
  return [...puzzles, ...puzzles].map((puzzle, i) => (i % 3 === 0 ? puzzle : { ...puzzle, rating: (i * 7) % 50 }));
}

async function write(path: string, id: string, puzzles: readonly RatedPuzzle[]): Promise<void> {
  const kind = getKind(id);
  const groups: WrittenGroup[] = puzzles.map((example) => [{ identifier: 0, examples: [example] }]);
  const extra = { 'source.json': JSON.stringify({ kind: id, origin: 'a test' }) };
  await writeReferenceFolder(path, {
    identifiers: ['<blank>'],
    train: { seqLen: kind.rows * kind.columns, vocabSize: kind.symbols.length, groups },
    extra,
  });
}

let scratch = '';
beforeAll(async () => void (scratch = await mkdtemp(join(tmpdir(), 'browse-'))));
afterAll(() => rm(scratch, { recursive: true }));

/** Filters that can match these puzzles: bounds between facet values, text cut from a puzzle, addresses. */
function filtersOf({ kind, facets, puzzles }: PlainDataset): fc.Arbitrary<Filter> {
  const values = (id: string) =>
    fc.constantFrom(...puzzles).map((puzzle) => facets.find((facet) => facet.id === id)!.compute(puzzle));
  const bounds = Object.fromEntries(
    facets.map(({ id }) => [
      id,
      fc.tuple(values(id), values(id)).map(([a, b]) => ({ min: Math.min(a, b), max: Math.max(a, b) })),
    ]),
  );
  const cut = fc.tuple(
    fc.constantFrom(...puzzles),
    fc.nat(kind.rows * kind.columns - 1),
    fc.integer({ min: 1, max: 6 }),
    fc.array(fc.nat(6)),
  );
  const fragment = cut.map(([{ inputs }, from, length, open]) =>
    [...kind.format(inputs)]
      .slice(from, from + length)
      .map((character, i) => (open.includes(i) ? getWildcard(kind) : character))
      .join(''),
  );
  const address = fc
    .tuple(fc.constantFrom('', 'train/', 'test/', 'mine/train/', 'other/train/'), fc.nat(ROWS + 5))
    .map(([before, row]) => before + row);
  return fc.record(
    {
      facets: fc.record(bounds, { requiredKeys: [] }) as fc.Arbitrary<Record<string, Bounds>>,
      text: fc.oneof({ weight: 2, arbitrary: fc.constant('') }, { weight: 3, arbitrary: fragment }, address),
    },
    { requiredKeys: [] },
  );
}

const sortsOf = ({ facets }: PlainDataset) =>
  fc.option(fc.record({ by: fc.constantFrom('index', ...facets.map(({ id }) => id)), descending: fc.boolean() }), {
    nil: undefined,
  });
const windows = fc.record({ from: fc.nat(ROWS + 10), count: fc.nat(ROWS) });

describe.each(['sudoku-4x4', 'maze-5', 'nonogram-4', 'queens-5', 'numberlink-4'])('a folder of %s', (id) => {
  const puzzles = puzzlesOf(id);
  const kind = getKind(id);
  // A rating that is already a facet of the kind gets no facet of its own.
  const isRatedApart = !kind.facets.some(({ isRating }) => isRating);
  const dataset: PlainDataset = {
    kind,
    puzzles,
    splitId,
    facets: [...kind.facets, ...(isRatedApart ? [ratingFacet('rating')] : [])],
  };
  let browser: SplitBrowser;
  beforeAll(async () => {
    await write(join(scratch, id), id, puzzles);
    browser = await openBrowser({ ...splitId, path: join(scratch, id) });
  });
  afterAll(() => browser.close());

  test('returns the same page as a plain array search, for any filter, order and window', async () => {
    await fc.assert(
      fc.asyncProperty(filtersOf(dataset), sortsOf(dataset), windows, async (filter, sort, window) => {
        expect(await browser.page({ filter, sort, ...window })).toEqual(
          plainPage(dataset, { filter, sort, ...window }),
        );
      }),
      { numRuns: 80 },
    );
  });

  test('counts for each facet the rows that match the filters on the others', async () => {
    await fc.assert(
      fc.asyncProperty(filtersOf(dataset), async (filter) => {
        const { total, histograms } = await browser.histograms({ filter });
        expect(total).toBe(plainPage(dataset, { filter, from: 0, count: 0 }).total);
        for (const { id: facet, bins, unknown } of histograms) {
          const counts = plainCounts(dataset, filter, facet);
          const within = ({ min, max }: { min: number; max: number }) =>
            [...counts].reduce((sum, [value, count]) => sum + (value >= min && value <= max ? count : 0), 0);
          expect(bins.map(({ count }) => count)).toEqual(bins.map(within));
          expect(unknown).toBe(counts.get(-1) ?? 0);
          expect(bins.reduce((sum, { count }) => sum + count, unknown)).toBe(within({ min: -1, max: Infinity }));
        }
      }),
      { numRuns: 40 },
    );
  });

  test('returns the same rows as the puzzles in memory, except for ratings', async () => {
    const memory = new SplitBrowser(createMemoryRows(kind, puzzles), splitId);
    const facet = kind.facets[0]!.id;
    const strip = ({ facets, ...row }: { facets: Readonly<Record<string, number>> }) => ({
      ...row,
      facets: { ...facets, rating: 0 },
    });
    for (const query of [
      {},
      { sort: { by: facet, descending: true } },
      { filter: { text: '7' } },
      { filter: { facets: { [facet]: { min: 3, max: 9 } } }, sort: { by: 'index', descending: true } },
    ]) {
      const [one, other] = await Promise.all([
        memory.page({ ...query, from: 0, count: ROWS }),
        browser.page({ ...query, from: 0, count: ROWS }),
      ]);
      expect(one.total).toBe(other.total);
      expect(one.rows.map(strip)).toEqual(other.rows.map(strip));
    }
    for (const { inputs, facets } of (await memory.page({ from: 0, count: 3 })).rows)
      expect(facets[isRatedApart ? 'rating' : facet]).toBe(kind.generator!.rate(inputs));
  });
});

describe('the bins of a histogram', () => {
  test('are few, adjacent and equally wide, cover all values, and do not change with a filter', async () => {
    const kind = getKind('sudoku-4x4');
    const [puzzle] = puzzlesOf('sudoku-4x4');
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.integer({ min: -1, max: 2 ** 31 - 1 }).map((value) => value >> (value % 31)),
          { minLength: 1, maxLength: 50 },
        ),
        async (ratings) => {
          const rated = ratings.map((rating) => ({ ...puzzle!, rating }));
          const browser = new SplitBrowser(
            { ...createMemoryRows(kind, rated), facets: [ratingFacet('rating')] },
            splitId,
          );
          const { bins, unknown } = (await browser.histograms({})).histograms[0]!;
          const known = ratings.filter((rating) => rating >= 0);
          expect(unknown).toBe(ratings.length - known.length);
          expect(bins.length).toBeLessThanOrEqual(40);
          bins.forEach(({ min, max }, i) =>
            expect([min - (bins[i - 1]?.max ?? min - 1), max - min]).toEqual([1, bins[0]!.max - bins[0]!.min]),
          );
          for (const rating of known)
            expect(bins.some(({ min, max, count }) => min <= rating && rating <= max && count > 0)).toBe(true);
          const [filtered] = (await browser.histograms({ filter: { text: '0' } })).histograms;
          expect(filtered!.bins.map(({ min, max }) => [min, max])).toEqual(bins.map(({ min, max }) => [min, max]));
        },
      ),
      { numRuns: 60 },
    );
  });
});

describe('openBrowser and SplitBrowser', () => {
  test('browses built-in datasets by id', async () => {
    const browser = await openBrowser({ dataset: 'sudoku-4x4', split: 'test' });
    const { total, rows } = await browser.page({ filter: { text: 'test/17' }, from: 0, count: 5 });
    expect([total, rows[0]!.address]).toEqual([1, 'sudoku-4x4/test/17']);
    expect(inEnglish((await browser.histograms({})).histograms[0])).toEqual({
      id: 'givens',
      name: 'Clues',
      unit: 'cells',
      bins: [{ min: 6, max: 6, count: browser.count }],
      unknown: 0,
    });
  });

  test('returns no rows for an empty dataset', async () => {
    const kind = getKind('sudoku-4x4');
    const browser = new SplitBrowser(createMemoryRows(kind, []), splitId);
    expect(await browser.page({ sort: { by: 'givens' }, filter: { text: '12' }, from: 0, count: 5 })).toEqual({
      total: 0,
      rows: [],
    });
    expect((await browser.histograms({})).histograms.every(({ bins }) => bins.length === 0)).toBe(true);
  });

  test.each([
    {
      flaw: 'an unknown facet',
      query: { filter: { facets: { clues: { min: 1, max: 2 } } }, from: 0, count: 1 },
      message: 'unknown facet “clues”; known: givens and rating',
    },
    {
      flaw: 'an unknown sort facet',
      query: { sort: { by: '__proto__' }, from: 0, count: 1 },
      message: 'unknown facet “__proto__”',
    },
    {
      flaw: 'a page that starts before the first row',
      query: { from: -1, count: 1 },
      message: 'expected a page of at most 1000 rows, got 1 rows from row -1',
    },
    { flaw: 'a page of too many rows', query: { from: 0, count: 1001 }, message: 'got 1001 rows from row 0' },
  ])('rejects $flaw', async ({ query, message }) => {
    const browser = await openBrowser({ dataset: 'sudoku-4x4', split: 'test' });
    await expect(browser.page(query)).rejects.toThrow(message);
  });

  test.each([
    { flaw: 'an unknown dataset', make: () => 'nowhere', message: 'found nothing with this name' },
    {
      flaw: 'a missing split',
      make: () => join(scratch, 'sudoku-4x4'),
      message: 'expected a test split, found none',
    },
  ])('rejects $flaw', async ({ make, message }) => {
    await expect(openBrowser({ dataset: 'mine', split: 'test', path: make() })).rejects.toThrow(message);
  });
});
