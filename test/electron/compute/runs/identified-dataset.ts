/** Small datasets with puzzle identifiers, and a preset that trains on them quickly. */
import { loadBuiltInDataset, type Dataset } from '../../../../datasets/catalog';
import type { IdentifiedPuzzle } from '../../../../datasets/catalog';
import type { ArcGrid } from '../../../../datasets/kinds/arc/grid';
import type { ArcTask } from '../../../../datasets/kinds/arc/task';
import { getPreset, type Preset } from '../../../../models/presets/presets';

/** 4×4 sudokus: two examples per identifier, four identifiers per group. */
export function identifiedSudokus(identifiers: number, id = `sudokus-${identifiers}`): Dataset {
  const { kind, train, test } = loadBuiltInDataset('sudoku-4x4');
  const identified = (puzzles: Dataset['train']): IdentifiedPuzzle[] =>
    puzzles.slice(0, 2 * identifiers).map((puzzle, i) => ({ ...puzzle, identifier: 1 + (i >> 1), group: i >> 3 }));
  const names = ['<blank>', ...Array.from({ length: identifiers }, (_, i) => `puzzle ${i + 1}`)];
  const set = { names, train: identified(train), test: identified(test) };
  return {
    spec: { id, name: id, summary: id, kind: kind.id },
    kind,
    train: set.train,
    test: set.test,
    identified: set,
    trainClasses: null,
    testClasses: null,
  };
}

const { run: arc, ...texts } = getPreset('arc');

/** A very small model with attention. */
export const tiny: Preset = {
  ...texts,
  id: 'tiny',
  run: {
    ...arc,
    batchSize: 4,
    model: {
      ...arc.model,
      hiddenSize: 16,
      numHeads: 1,
      expansion: 2,
      innerMultiple: 16,
      hCycles: 1,
      lCycles: 1,
      haltMaxSteps: 2,
    },
  },
};

const square = (...cells: number[]): ArcGrid => ({ rows: 2, columns: 2, cells: Uint8Array.from(cells) });
const black = square(0, 0, 0, 0);

/** Two tasks whose outputs are black, except for the test of the second. */
export const constantTasks: readonly ArcTask[] = [
  {
    name: 'always',
    train: [{ input: square(1, 1, 2, 1), output: black }],
    test: [{ input: square(2, 3, 3, 3), output: black }],
  },
  {
    name: 'misleading',
    train: [{ input: square(4, 5, 4, 4), output: black }],
    test: [{ input: square(6, 6, 6, 7), output: square(5, 5, 5, 5) }],
  },
];
