/** The built-in datasets that are generated on first use: the same puzzles on every machine, and their splits. */
import fc from 'fast-check';
import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { datasetSpecs, findGeneratedSpec, isInMemory, loadBuiltInDataset } from '../../datasets/catalog';
import { ClassCollector, generateChunk, getDifficulty } from '../../datasets/generate-puzzles';
import { generateArcTasks } from '../../datasets/kinds/arc/generated-tasks/task-rules';
import { requireTaskFits } from '../../datasets/kinds/arc/task';
import type { RatedPuzzle } from '../../datasets/kinds/puzzle-kind';
import { getKind } from '../../datasets/kinds/registry';
import { chunkSeed, estimateMilliseconds, type PuzzleRecipe, type TaskRecipe } from '../../datasets/recipes';
import { interleaveEvenly } from '../../datasets/split';

const specs = datasetSpecs.flatMap(({ id }) => findGeneratedSpec(id) ?? []);
const puzzleSpecs = specs.flatMap(({ recipe, ...spec }) =>
  recipe.type === 'puzzles' ? [{ ...spec, recipe: recipe as PuzzleRecipe }] : [],
);

const digest = (...parts: (string | Uint8Array)[]) =>
  parts
    .reduce((hash, part) => hash.update(part), createHash('sha256'))
    .digest('hex')
    .slice(0, 16);

/** SHA-256 of the first puzzles of each difficulty. */
const digests: Record<string, string> = {
  'sudoku-9x9': '7d6e08adf65950cd',
  maze: '12eaea4f03b424f5',
  nonogram: '6448d3f799d06c07',
  queens: '9b24a1e2a771e8da',
  numberlink: '38ec35afa1e78cbc',
};

describe.each(puzzleSpecs)('the dataset $id', ({ id, kind: kindId, seed, recipe }) => {
  const { kinds = [kindId] as const } = recipe;
  const kind = getKind(kindId);
  const firstOf = (part: number, count: number) =>
    generateChunk({
      kinds,
      difficulty: recipe.parts[part]!.difficulty,
      count,
      seed: chunkSeed(seed, part, 0),
    });

  test('is of the kind of its largest puzzles', () => {
    expect(kinds.at(-1)).toBe(kindId);
  });

  test('is the same on every machine', () => {
    const chunks = recipe.parts.map((_, part) => firstOf(part, 2));
    expect(digest(...chunks.map(({ tokens }) => tokens))).toBe(digests[id]);
  });

  test('has puzzles with one solution and ratings in the bands of their difficulty', () => {
    recipe.parts.forEach(({ difficulty }, part) => {
      // Those of the smallest and the largest grid: the bands of a size depend on it.
      const { min } = getDifficulty(getKind(kinds[0]!), difficulty);
      const { max } = getDifficulty(kind, difficulty);
      const { tokens, ratings, classes } = firstOf(part, 2);
      const cells = kind.rows * kind.columns;
      for (const index of [0, 1]) {
        const [inputs, labels] = [2 * index, 2 * index + 1].map((row) => tokens.slice(row * cells, (row + 1) * cells));
        expect(kind.solve(inputs!, { maxSolutions: 2 }).solutions).toEqual([labels]);
        expect(ratings[index]).toBe(kind.generator!.rate(inputs!));
        expect(classes[index]).toBe(kind.classHash(inputs!));
        expect(ratings[index]).toBeGreaterThanOrEqual(min);
        expect(ratings[index]).toBeLessThanOrEqual(max);
      }
    });
  });

  test('takes at most two minutes on two cores', () => {
    expect(estimateMilliseconds(recipe) / 2).toBeLessThan(120_000);
  });
});

test('the ARC-style tasks are the same on every machine', () => {
  expect(digest(JSON.stringify(generateArcTasks(findGeneratedSpec('arc-tasks')!.seed)))).toBe('559c9287b7bfa16b');
});

describe('the small ARC tasks', () => {
  const { kind, seed, recipe } = findGeneratedSpec('arc-small')!;
  const plan = { ...(recipe as TaskRecipe).tasks, maxSide: getKind(kind).rows };
  const tasks = generateArcTasks(seed, plan);

  test('are the same on every machine', () => {
    expect(digest(JSON.stringify(tasks))).toBe('617ee03c1ddd878c');
  });

  test('have 40 examples and 4 tests of each of six rules, on grids of at most 10×10', () => {
    expect(tasks.map(({ train, test: tests }) => [train.length, tests.length])).toEqual(
      Array.from({ length: 6 }, () => [40, 4]),
    );
    for (const task of tasks) expect(() => requireTaskFits(task, 10)).not.toThrow();
  });
});

test('a dataset that is generated is not created in memory', () => {
  for (const { id } of specs) {
    expect(isInMemory(id)).toBe(false);
    expect(() => loadBuiltInDataset(id)).toThrow(`${id} has not been generated yet`);
  }
});

test('the seeds of chunks differ within a dataset and between datasets', () => {
  const seeds = [1, 9, 10].flatMap((dataset) =>
    [0, 1, 3].flatMap((part) => [0, 1, 500].map((chunk) => chunkSeed(dataset, part, chunk))),
  );
  expect(new Set(seeds).size).toBe(seeds.length);
});

describe('ClassCollector', () => {
  const kind = getKind('sudoku-4x4');
  const chunk = (count: number, seed = 1) => generateChunk({ kinds: [kind.id], difficulty: 'easy', count, seed });

  test('leaves out symmetric copies, also of puzzles of another part', () => {
    const collector = new ClassCollector(kind);
    const [first, second]: [RatedPuzzle[], RatedPuzzle[]] = [[], []];
    collector.add(chunk(30), first, { count: 10, difficulty: 'easy' });
    collector.add(chunk(30), second, { count: 10, difficulty: 'easy' });
    const classes = [...first, ...second].map(({ inputs }) => kind.classKey(inputs));
    expect(first).toHaveLength(10);
    expect(new Set(classes).size).toBe(classes.length);
  });

  test('fails when the classes run out', () => {
    const collector = new ClassCollector(kind);
    const again = chunk(40);
    const puzzles: RatedPuzzle[] = [];
    expect(() => {
      for (let i = 0; i < 30; i++) collector.add(again, puzzles, { count: 500, difficulty: 'easy' });
    }).toThrow(/found only [\d,]+ of 500 essentially different easy puzzles/u);
  });
});

describe('interleaveEvenly', () => {
  const lists = fc
    .array(fc.nat({ max: 60 }), { maxLength: 5 })
    .map((lengths) => lengths.map((length, list) => Array.from({ length }, (_, index) => ({ list, index }))));

  test('keeps every item and the order of each list', () => {
    fc.assert(
      fc.property(lists, (all) => {
        const merged = interleaveEvenly(all);
        expect(all.map((_, list) => merged.filter((item) => item.list === list))).toEqual(all);
      }),
    );
  });

  test('has items of each list in proportion to its length in any prefix', () => {
    fc.assert(
      fc.property(lists, fc.nat({ max: 300 }), (all, end) => {
        const merged = interleaveEvenly(all);
        const prefix = merged.slice(0, end);
        all.forEach(({ length }, list) => {
          const share = (prefix.length * length) / Math.max(1, merged.length);
          const found = prefix.filter((item) => item.list === list).length;
          expect(Math.abs(found - share)).toBeLessThanOrEqual(all.length);
        });
      }),
    );
  });
});
