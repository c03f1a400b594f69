/** Compares ARC with the reference: symmetries, names, hashes, canvas, crop, rows of the test split, votes, submissions. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { dihedralImage, dihedralInverse } from '../../datasets/symmetry';
import { readIdentifiers, ReferenceSplit } from '../../datasets/formats/reference-folder';
import { loadDataset } from '../../datasets/formats/open-dataset';
import { augmentGrid, formatAugmentedName, parseAugmentedName, restoreGrid } from '../../datasets/kinds/arc/augment';
import {
  listArcIdentifiers,
  generateArcTestGroups,
  createArcTestPuzzles,
  generateArcTrainGroups,
  planArcDataset,
  type ArcPuzzle,
  type ArcPuzzlePlan,
} from '../../datasets/kinds/arc/build';
import {
  cropCanvas,
  hashGrid,
  hashPuzzle,
  placeOnCanvas,
  toLists,
  type ArcGrid,
  type ArcPair,
} from '../../datasets/kinds/arc/grid';
import type { ArcTask } from '../../datasets/kinds/arc/task';
import { readTasks } from '../../datasets/kinds/arc/read-tasks';
import { VoteCounter, computePassAtK, createSubmission, restoreTestPairs } from '../../datasets/kinds/arc/vote';
import { describeOracle, oracleFolder, OracleTensors, readJson } from './folder';

const gridOf = (lists: number[][]): ArcGrid => ({
  rows: lists.length,
  columns: lists[0]?.length ?? 0,
  cells: Uint8Array.from(lists.flat()),
});
const pairOf = ({ input, output }: { input: number[][]; output: number[][] }): ArcPair => ({
  input: gridOf(input),
  output: gridOf(output),
});
const identity = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9];
const transformed = (grid: ArcGrid, id: number) => augmentGrid(grid, { transform: id, colours: identity });

describeOracle(['augmentation', 'dihedral.json'], () => {
  const { grid, inverse_ids, transforms } = readJson('augmentation', 'dihedral.json');

  it('matches every transform, inverse and composition', () => {
    expect(dihedralInverse).toEqual(inverse_ids);
    const square: ArcGrid = { rows: 3, columns: 3, cells: Uint8Array.from([0, 1, 2, 3, 4, 5, 6, 7, 8]) };
    for (const { id, result, result_mapped_back, composed_then } of transforms) {
      expect(toLists(transformed(gridOf(grid), id))).toEqual(result);
      expect(toLists(transformed(gridOf(result), dihedralInverse[id]!))).toEqual(result_mapped_back);
      composed_then.forEach((single: number, then: number) =>
        expect(transformed(transformed(square, id), then)).toEqual(transformed(square, single)),
      );
    }
    expect(() => dihedralImage(8, 2, 2)).toThrow(RangeError);
  });
});

describeOracle(['augmentation', 'named_augmentations.json'], () => {
  it('matches names and grids, and restores the original grids', () => {
    for (const { original_name, augmented_name, transform_id, color_map, ...its } of readJson(
      'augmentation',
      'named_augmentations.json',
    ).cases) {
      const { task, augmentation } = parseAugmentedName(augmented_name);
      expect(task).toBe(its.name_recovered);
      if (transform_id !== undefined && color_map) {
        expect(augmentation).toEqual({ transform: transform_id, colours: color_map });
        if (augmented_name !== original_name)
          expect(formatAugmentedName(original_name, augmentation)).toBe(augmented_name);
      }
      const image = augmentGrid(gridOf(its.grid), augmentation);
      expect(toLists(image)).toEqual(its.augmented_grid);
      expect(toLists(restoreGrid(image, augmentation))).toEqual(its.grid_recovered);
      expect(hashGrid(gridOf(its.grid))).toBe(its.grid_hash);
      expect(hashGrid(image)).toBe(its.augmented_grid_hash);
    }
  });
});

describeOracle(['augmentation', 'hashes.json'], () => {
  it('matches the hashes of grids and puzzles', () => {
    const { grid_hash, puzzle_hash } = readJson('augmentation', 'hashes.json');
    for (const { grid, hash } of grid_hash.cases) expect(hashGrid(gridOf(grid))).toBe(hash);
    for (const { parts, hash } of puzzle_hash.cases)
      expect(hashPuzzle(Object.values<{ input: number[][]; output: number[][] }[]>(parts).flat().map(pairOf))).toBe(
        hash,
      );
  });
});

describeOracle(['augmentation', 'grid_sequences.json'], () => {
  const letters = (tokens: Uint8Array) => String.fromCharCode(...tokens.map((token) => token + 97));

  it('matches shifted canvases, with the end markers that fit', () => {
    for (const { note, input, output, pad_rows, pad_cols, input_sequence, output_sequence } of readJson(
      'augmentation',
      'grid_sequences.json',
    ).cases) {
      const shift = { rows: pad_rows, columns: pad_cols };
      expect(letters(placeOnCanvas(gridOf(input), shift)), note).toBe(input_sequence);
      expect(letters(placeOnCanvas(gridOf(output), shift)), note).toBe(output_sequence);
    }
  });
});

describeOracle(['arc_eval', 'crop_outputs.json'], () => {
  it('matches the cropped grids', () => {
    const tokens = new OracleTensors('arc_eval', 'crop_inputs.safetensors').ints('tokens');
    readJson('arc_eval', 'crop_outputs.json').forEach(
      ({ shape, values }: { shape: number[]; values: number[][] }, i: number) => {
        const grid = cropCanvas(Uint8Array.from(tokens.subarray(i * 900, (i + 1) * 900)));
        expect([[grid.rows, grid.columns], toLists(grid)]).toEqual([shape, values]);
      },
    );
  });
});

const testPairs = (): Map<string, ArcPair[]> =>
  new Map(
    Object.entries<{ test: { input: number[][]; output: number[][] }[] }>(
      readJson('datasets', 'arc_aug8', 'test_puzzles.json'),
    ).map(([task, { test }]) => [task, test.map(pairOf)]),
  );

describeOracle(['datasets', 'arc_aug8'], () => {
  it('reconstructs every test row from its name', async () => {
    const folder = join(oracleFolder, 'datasets', 'arc_aug8');
    const names = await readIdentifiers(folder);
    const split = await ReferenceSplit.open(folder, 'test');
    const tests = testPairs();
    for (let puzzle = 0; puzzle < split.puzzles; puzzle++) {
      const examples = await split.read(...(await split.exampleRange(puzzle)));
      const { task, augmentation } = parseAugmentedName(names[examples[0]!.identifier]!);
      const pairs = tests.get(task) ?? [];
      expect(examples.map(({ inputs, labels }) => [inputs, labels])).toEqual(
        pairs.map(({ input, output }) => [
          placeOnCanvas(augmentGrid(input, augmentation)),
          placeOnCanvas(augmentGrid(output, augmentation)),
        ]),
      );
    }
    await split.close();
  });
});

describeOracle(['datasets', 'arc_aug8', 'test_puzzles.json'], () => {
  it('restores the test pairs from the rows of the test split', async () => {
    const { identified } = await loadDataset(join(oracleFolder, 'datasets', 'arc_aug8'));
    const rows =
      identified?.test.map(({ inputs, labels, identifier }) => ({
        name: identified.names[identifier]!,
        inputs,
        labels,
      })) ?? [];
    expect(restoreTestPairs(rows)).toEqual(testPairs());
  });
});

describeOracle(['datasets', 'arc_source'], () => {
  const folder = join(oracleFolder, 'datasets', 'arc_aug8');
  const names: string[] = readJson('datasets', 'arc_aug8', 'identifiers.json');
  const { options, tasks: chosen, arrays } = readJson('datasets', 'info.json').datasets.arc_aug8;

  const textOf = (file: string) => ({
    file,
    text: readFileSync(join(oracleFolder, 'datasets', 'arc_source', file), 'utf8'),
  });
  const tasksOf = (subset: string) =>
    readTasks(textOf(`arc-agi_${subset}_challenges.json`), {
      solutions: textOf(`arc-agi_${subset}_solutions.json`),
    });

  /** Rebuilds the reference's random draws from the names it wrote. */
  function recordedPlan(): ArcPuzzlePlan {
    const tasks = new Map<string, ArcTask>(options.subsets.flatMap(tasksOf).map((task: ArcTask) => [task.name, task]));
    const originals = names.slice(1).filter((name) => !name.includes('|'));
    const members = originals.map((name) => ({
      task: tasks.get(name) as ArcTask,
      isTest: chosen[options.test_set_name].includes(name),
      names: names.filter((other) => parseAugmentedName(other).task === name),
    }));
    return { members, randomState: planArcDataset([], { augmentations: 0, seed: options.seed }).randomState };
  }

  async function recordedGroups(name: 'train' | 'test'): Promise<ArcPuzzle[][]> {
    const split = await ReferenceSplit.open(folder, name);
    const groups = Array.from({ length: split.groups }, async (_, group) => {
      const [from, to] = await split.puzzleRange(group);
      return Promise.all(
        Array.from({ length: to - from }, async (_, i) =>
          puzzleOf(await split.read(...(await split.exampleRange(from + i)))),
        ),
      );
    });
    try {
      return await Promise.all(groups);
    } finally {
      await split.close();
    }
  }

  const puzzleOf = (
    examples: readonly { inputs: Uint8Array; labels: Uint8Array; identifier: number }[],
  ): ArcPuzzle => ({
    identifier: examples[0]!.identifier,
    examples: examples.map(({ inputs, labels }) => ({ inputs, labels })),
  });

  /** Crops a canvas to its grid; also returns the grid's offset on the canvas. */
  function liftGrid(canvas: Uint8Array): { grid: ArcGrid; shift: { rows: number; columns: number } } {
    const cells = [...canvas.keys()].filter((cell) => canvas[cell]! > 1);
    const shift = { rows: Math.floor(cells[0]! / 30), columns: cells[0]! % 30 };
    const moved = new Uint8Array(900);
    for (let cell = 0; cell + cells[0]! < 900; cell++)
      moved[cell] = (cell % 30) + shift.columns < 30 ? canvas[cell + cells[0]!]! : 0;
    return { grid: cropCanvas(moved), shift };
  }

  /** Returns the examples without their shifts, sorted: the files list tests before examples. */
  function withoutShifts({ identifier, examples }: ArcPuzzle): { identifier: number; pairs: string[] } {
    const pairs = examples.map(({ inputs, labels }) => {
      const [input, output] = [liftGrid(inputs), liftGrid(labels)];
      expect(input.shift).toEqual(output.shift);
      expect([placeOnCanvas(input.grid, input.shift), placeOnCanvas(output.grid, output.shift)]).toEqual([
        inputs,
        labels,
      ]);
      return `${hashGrid(input.grid)}|${hashGrid(output.grid)}`;
    });
    expect(examples.some(({ inputs }) => inputs[0]! > 1)).toBe(true);
    return { identifier, pairs: pairs.sort() };
  }

  it('reads the tasks with the outputs of their tests', () => {
    for (const subset of options.subsets)
      expect(
        tasksOf(subset)
          .map(({ name }) => name)
          .sort(),
      ).toEqual([...chosen[subset]].sort());
  });

  it('rebuilds the dataset from tasks and names: identifiers, test split and test puzzles exactly, train split up to shifts', async () => {
    const plan = recordedPlan();
    expect(listArcIdentifiers(plan)).toEqual(names);
    expect([...generateArcTestGroups(plan)]).toEqual(await recordedGroups('test'));
    expect(createArcTestPuzzles(plan)).toEqual(readJson('datasets', 'arc_aug8', 'test_puzzles.json'));
    expect([...generateArcTrainGroups(plan)].map((group) => group.map(withoutShifts))).toEqual(
      (await recordedGroups('train')).map((group) => group.map(withoutShifts)),
    );
  });

  it('generates a dataset of the same size from its own draws', () => {
    const sources = options.subsets.map((subset: string) => ({
      tasks: tasksOf(subset),
      isTest: subset === options.test_set_name,
    }));
    const plan = planArcDataset(sources, { augmentations: options.num_aug, seed: options.seed });
    const sizes = (groups: Iterable<ArcPuzzle[]>) =>
      [...groups]
        .flat()
        .reduce(([puzzles, examples], puzzle) => [puzzles! + 1, examples! + puzzle.examples.length], [0, 0]);
    const recorded = (split: string) => [
      arrays[`${split}/all__puzzle_identifiers.npy`].shape[0],
      arrays[`${split}/all__inputs.npy`].shape[0],
    ];
    expect(listArcIdentifiers(plan)).toHaveLength(names.length);
    expect([sizes(generateArcTrainGroups(plan)), sizes(generateArcTestGroups(plan))]).toEqual([
      recorded('train'),
      recorded('test'),
    ]);
  });
});

describeOracle(['arc_eval', 'result.json'], () => {
  const result = readJson('arc_eval', 'result.json');
  const names: string[] = readJson('datasets', 'arc_aug8', 'identifiers.json');
  const tests = testPairs();

  function countVotes(): VoteCounter {
    const tensors = new OracleTensors('arc_eval', 'predictions.safetensors');
    const [inputs, answers, identifiers] = ['inputs', 'preds', 'puzzle_identifiers'].map((name) => tensors.ints(name));
    const qHalt = tensors.floats('q_halt_logits');
    const counter = new VoteCounter();
    const row = (tokens: Int32Array, i: number) => Uint8Array.from(tokens.subarray(i * 900, (i + 1) * 900));
    identifiers!.forEach((identifier, i) => {
      if (identifier !== 0)
        counter.add({ name: names[identifier]!, inputs: row(inputs!, i), answer: row(answers!, i), qHalt: qHalt[i]! });
    });
    return counter;
  }
  const counter = countVotes();

  it('matches votes, confidences and their ranking', () => {
    for (const [task, pairs] of tests) {
      (result.votes[task] ?? []).forEach(
        ({
          input_hash,
          true_output_hash,
          ranking,
        }: {
          input_hash: string;
          true_output_hash: string;
          ranking: Record<string, unknown>[];
        }) => {
          const pair = pairs.find(({ input }) => hashGrid(input) === input_hash);
          expect(pair && hashGrid(pair.output)).toBe(true_output_hash);
          const ranked = counter.rank(task, (pair as ArcPair).input);
          expect(ranked.map(({ hash, votes, grid }) => ({ hash, votes, shape: [grid.rows, grid.columns] }))).toEqual(
            ranking.map(({ hash, votes, shape }) => ({ hash, votes, shape })),
          );
          ranked.forEach(({ confidence }, i) =>
            expect(confidence).toBeCloseTo(ranking[i]!['mean_confidence'] as number, 6),
          );
        },
      );
    }
  });

  it('matches pass@K', () => {
    const passes = { ...result.pass_at_k, ...result.pass_at_k_second.result };
    for (const [name, share] of Object.entries<number>(passes))
      expect(computePassAtK(counter, tests, Number(name.split('@')[1])), name).toBeCloseTo(share, 12);
  });

  it('matches submissions of two and three attempts', () => {
    expect(createSubmission(counter, tests, 2)).toEqual(readJson('arc_eval', 'submission.json'));
    expect(createSubmission(counter, tests, 3)).toEqual(readJson('arc_eval', 'submission_k3.json'));
  });
});
