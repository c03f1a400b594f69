import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseAugmentedName, restoreGrid } from '../../../../datasets/kinds/arc/augment';
import {
  listArcIdentifiers,
  generateArcTestGroups,
  createArcTestPuzzles,
  generateArcTrainGroups,
  planArcDatasetStepwise,
  drawShift,
  planArcDataset,
  type ArcPuzzle,
} from '../../../../datasets/kinds/arc/build';
import { cropCanvas, liftFromCanvas, placeOnCanvas } from '../../../../datasets/kinds/arc/grid';
import type { ArcTask } from '../../../../datasets/kinds/arc/task';
import { Random } from '../../../../datasets/random';
import { anyPair, anySeed, anyTask, grid } from './examples';

const tasks = fc.uniqueArray(anyTask, { selector: ({ name }) => name, minLength: 2, maxLength: 5 });
const sets = fc
  .record({
    tasks,
    seed: anySeed,
    augmentations: fc.integer({ min: 0, max: 6 }),
    trainTasks: fc.integer({ min: 0, max: 2 }),
  })
  .map(({ tasks: all, trainTasks, ...options }) => ({
    all,
    testTasks: all.slice(trainTasks),
    set: planArcDataset(
      [
        { tasks: all.slice(0, trainTasks), isTest: false },
        { tasks: all.slice(trainTasks), isTest: true },
      ],
      options,
    ),
    options,
  }));
const single = (task: Partial<ArcTask>): ArcTask => ({
  name: 'one',
  train: [{ input: grid('1'), output: grid('1') }],
  test: [{ input: grid('2'), output: null }],
  ...task,
});
const identifiersOf = (groups: Iterable<ArcPuzzle[]>) => [...groups].flat().map(({ identifier }) => identifier);

describe('planArcDataset', () => {
  test('has identifiers for all puzzles in training, and for those of test tasks in the test split', () => {
    fc.assert(
      fc.property(sets, ({ all, set, testTasks }) => {
        const names = listArcIdentifiers(set);
        expect(names[0]).toBe('<blank>');
        expect(new Set(names).size).toBe(names.length);
        expect(identifiersOf(generateArcTrainGroups(set))).toEqual(names.slice(1).map((_, i) => i + 1));
        const testNames = new Set(testTasks.map(({ name }) => name));
        expect(identifiersOf(generateArcTestGroups(set)).map((identifier) => names[identifier])).toEqual(
          names.slice(1).filter((name) => testNames.has(parseAugmentedName(name).task)),
        );
        expect(Object.keys(createArcTestPuzzles(set)).sort()).toEqual([...testNames].sort());
        expect([...generateArcTrainGroups(set)]).toHaveLength(all.length);
      }),
      { numRuns: 50 },
    );
  });

  test('gives the same dataset for the same seed and on every iteration', () => {
    fc.assert(
      fc.property(
        sets,
        ({ set }) => void expect([...generateArcTrainGroups(set)]).toEqual([...generateArcTrainGroups(set)]),
      ),
      { numRuns: 30 },
    );
    const source = [{ tasks: [single({})], isTest: true }];
    expect(planArcDataset(source, { augmentations: 5, seed: 1 })).toEqual(
      planArcDataset(source, { augmentations: 5, seed: 1 }),
    );
    expect(planArcDataset(source, { augmentations: 5, seed: 1 })).not.toEqual(
      planArcDataset(source, { augmentations: 5, seed: 2 }),
    );
  });

  test('test inputs restore to the test inputs of the original task', () => {
    fc.assert(
      fc.property(sets, ({ set, all }) => {
        const names = listArcIdentifiers(set);
        for (const { identifier, examples } of [...generateArcTestGroups(set)].flat()) {
          const { task, augmentation } = parseAugmentedName(names[identifier]!);
          const inputs = examples.map((example) => restoreGrid(cropCanvas(example.inputs), augmentation));
          expect(inputs).toEqual(all.find(({ name }) => name === task)?.test.map(({ input }) => input));
        }
      }),
      { numRuns: 50 },
    );
  });

  test('omits test pairs of test tasks from training, and leaves one example per puzzle unshifted', () => {
    fc.assert(
      fc.property(sets, ({ set, testTasks }) => {
        const names = listArcIdentifiers(set);
        for (const { identifier, examples } of [...generateArcTrainGroups(set)].flat()) {
          const testTask = testTasks.find(({ name }) => name === parseAugmentedName(names[identifier]!).task);
          if (testTask) expect(examples).toHaveLength(testTask.train.length);
          expect(examples.some(({ inputs }) => inputs[0]! > 1)).toBe(true);
        }
      }),
      { numRuns: 50 },
    );
  });

  test('omits unknown outputs from training, and gives them no labels in the test split', () => {
    const trainPlan = planArcDataset([{ tasks: [single({})], isTest: false }], { augmentations: 0, seed: 1 });
    expect([...generateArcTrainGroups(trainPlan)][0]![0]!.examples).toHaveLength(1);
    const testPlan = planArcDataset([{ tasks: [single({})], isTest: true }], { augmentations: 0, seed: 1 });
    expect([...generateArcTestGroups(testPlan)][0]![0]!.examples[0]!.labels).toEqual(new Uint8Array(900));
    expect(createArcTestPuzzles(testPlan)).toEqual({
      one: { train: [{ input: [[1]], output: [[1]] }], test: [{ input: [[2]], output: [[0]] }] },
    });
  });

  test('gives each distinct copy of a task only once', () => {
    const black = { input: grid('0'), output: grid('00', '00') };
    const none = planArcDataset([{ tasks: [single({ train: [black], test: [black] })], isTest: false }], {
      augmentations: 8,
      seed: 1,
    });
    expect(listArcIdentifiers(none)).toEqual(['<blank>', 'one']);
    const nine = planArcDataset(
      [{ tasks: [single({ train: [{ input: grid('1'), output: grid('0') }], test: [black] })], isTest: false }],
      { augmentations: 100, seed: 1 },
    );
    expect(listArcIdentifiers(nine)).toHaveLength(10);
  });

  test('planArcDatasetStepwise reports every task and gives the same plan', () => {
    const source = [{ tasks: [single({}), single({ name: 'two' })], isTest: true }];
    const drawing = planArcDatasetStepwise(source, { augmentations: 1, seed: 1 });
    expect([drawing.next().value, drawing.next().value]).toEqual([1, 2]);
    expect(drawing.next()).toEqual({ done: true, value: planArcDataset(source, { augmentations: 1, seed: 1 }) });
  });

  test('places grids on a canvas of another side, and rejects a task that does not fit there', () => {
    fc.assert(
      fc.property(tasks, anySeed, (all, seed) => {
        const set = planArcDataset([{ tasks: all, isTest: true }], { augmentations: 2, seed, side: 6 });
        const puzzles = [...generateArcTrainGroups(set), ...generateArcTestGroups(set)].flat();
        for (const { inputs, labels } of puzzles.flatMap(({ examples }) => examples))
          expect([inputs.length, labels.length]).toEqual([36, 36]);
        const originals = [...generateArcTrainGroups(set)].map(([original]) => original!.examples);
        const written = originals.map((examples) => examples.map(({ inputs }) => liftFromCanvas(inputs)));
        const known = all.map(({ train }) => train.map(({ input }) => input));
        expect(written).toHaveLength(known.length);
        for (const grids of known) expect(written).toContainEqual(grids);
      }),
      { numRuns: 30 },
    );
    const wide = [{ tasks: [single({ test: [{ input: grid('1234567'), output: null }] })], isTest: true }];
    expect(() => planArcDataset(wide, { augmentations: 0, seed: 1, side: 6 })).toThrow(
      'task one has a grid of 1×7, larger than the canvas of 6×6',
    );
  });

  test('rejects two tasks with the same name', () => {
    expect(() =>
      planArcDataset(
        [
          { tasks: [single({})], isTest: false },
          { tasks: [single({})], isTest: true },
        ],
        { augmentations: 0, seed: 1 },
      ),
    ).toThrow('two tasks are named one: each task needs a name of its own');
  });
});

test('drawShift keeps both grids on the canvas and reaches its edges', () => {
  fc.assert(
    fc.property(anyPair(), anySeed, ({ input, output }, seed) => {
      const shift = drawShift({ input, output }, Random.seeded(seed));
      expect(() => [placeOnCanvas(input, shift), placeOnCanvas(output, shift)]).not.toThrow();
    }),
  );
  fc.assert(
    fc.property(anyPair(10), anySeed, ({ input, output }, seed) => {
      const shift = drawShift({ input, output }, Random.seeded(seed), 10);
      expect(() => [placeOnCanvas(input, shift, 10), placeOnCanvas(output, shift, 10)]).not.toThrow();
    }),
  );
  const random = Random.seeded(1);
  const pair = { input: grid(...Array(28).fill('1')), output: grid('1'.repeat(30)) };
  expect(new Set(Array.from({ length: 100 }, () => JSON.stringify(drawShift(pair, random)))).size).toBe(3);
});
