/**
 * Demonstrates the vote across copies with correct and deliberately damaged answers, without a model. Votes are counted
 * as in an evaluation (`datasets/kinds/arc/vote.ts`).
 */
import { dihedralIds, dihedralImage } from '../../../../datasets/symmetry';
import type { ArcAugmentation } from '../../../../datasets/kinds/arc/augment';
import {
  augmentGrid,
  formatAugmentedName,
  drawAugmentations,
  parseAugmentedName,
  restoreGrid,
} from '../../../../datasets/kinds/arc/augment';
import type { ArcGrid, ArcPair, Shift } from '../../../../datasets/kinds/arc/grid';
import { hashGrid, placeOnCanvas } from '../../../../datasets/kinds/arc/grid';
import { COLOURS } from '../../../../datasets/kinds/arc/task';
import { VoteCounter } from '../../../../datasets/kinds/arc/vote';
import { Random } from '../../../../datasets/random';
import { t } from '../../../messages/language.svelte';
import type { MessageId } from '../../../messages/message';

/** By id of the dihedral symmetries in `datasets/symmetry.ts`. */
export const transformLabels = [
  'datasets.arc.identity',
  'datasets.arc.rotate90',
  'datasets.arc.rotate180',
  'datasets.arc.rotate270',
  'datasets.arc.mirrorHorizontal',
  'datasets.arc.mirrorVertical',
  'datasets.arc.transpose',
  'datasets.arc.antiTranspose',
] as const satisfies readonly MessageId[];

/** e.g. `3 rows down, 1 column right`. */
export function describeShift({ rows, columns }: Shift): string {
  const down = t('datasets.arc.rowsDown', { count: rows });
  const right = t('datasets.arc.columnsRight', { count: columns });
  if (rows > 0 && columns > 0) return t('datasets.arc.shift', { rows: down, columns: right });
  if (rows > 0) return down;
  return columns > 0 ? right : t('datasets.arc.noShift');
}

/**
 * The identifier of a copy: the name of the task and its augmentation. The augmentation of a row that is a copy itself is
 * composed with it; `task` is the name of a row without one.
 */
export function composeIdentifier(row: string | null | undefined, augmentation: ArcAugmentation): string {
  const { task, augmentation: before } = parseAugmentedName(row ?? 'task');
  return formatAugmentedName(task, oneAfterAnother(before, augmentation));
}

function oneAfterAnother(first: ArcAugmentation, then: ArcAugmentation): ArcAugmentation {
  return {
    transform: composedTransform(first.transform, then.transform),
    colours: first.colours.map((colour) => then.colours[colour]!),
  };
}

/** The transform equal to `first` followed by `then`, found by their effect on a grid of 2 × 3. */
function composedTransform(first: number, then: number): number {
  const once = dihedralImage(first, 2, 3);
  const twice = dihedralImage(then, once.rows, once.columns);
  const cells = twice.cells.map((cell) => once.cells[cell]!);
  const isIt = (id: number) => {
    const image = dihedralImage(id, 2, 3);
    return image.rows === twice.rows && image.cells.every((cell, i) => cell === cells[i]);
  };
  return dihedralIds.findIndex(isIt);
}

/** Copies besides the original. */
const COPIES = 4;

interface Voter {
  /** Name of the copy; the original's has no bars. */
  readonly name: string;
  /** Description of the augmentation. */
  readonly description: string;
  readonly input: ArcGrid;
  readonly answer: ArcGrid;
  /** The answer with the augmentation undone. */
  readonly undone: ArcGrid;
}

interface VoteOptions {
  readonly seed: number;
  /** Indices of the voters whose answer has one wrong cell. */
  readonly damaged: readonly number[];
}

const TASK = 'task';

/** The original and up to `COPIES` copies of it, each with its answer. */
export function createVoters(pair: ArcPair, { seed, damaged }: VoteOptions): Voter[] {
  const drawn = drawAugmentations([pair], COPIES, Random.seeded(seed));
  const names = [TASK, ...drawn.map((augmentation) => formatAugmentedName(TASK, augmentation))];
  return names.map((name, index) => {
    const { augmentation } = parseAugmentedName(name);
    const right = augmentGrid(pair.output, augmentation);
    const answer = damaged.includes(index) ? damagedGrid(right, Random.seeded(seed, index)) : right;
    return {
      name,
      description: describeCopy(augmentation, index),
      input: augmentGrid(pair.input, augmentation),
      answer,
      undone: restoreGrid(answer, augmentation),
    };
  });
}

function describeCopy({ transform, colours }: ArcAugmentation, index: number): string {
  if (index === 0) return t('datasets.arc.original');
  const description = t(transformLabels[transform]!);
  return colours.every((colour, i) => colour === i)
    ? description
    : t('datasets.arc.recoloured', { transform: description });
}

/** One cell has another colour. */
function damagedGrid(grid: ArcGrid, random: Random): ArcGrid {
  const cells = grid.cells.slice();
  const cell = random.integer(0, cells.length - 1);
  cells[cell] = (cells[cell]! + random.integer(1, COLOURS - 1)) % COLOURS;
  return { ...grid, cells };
}

interface Candidate {
  readonly grid: ArcGrid;
  readonly votes: number;
  /** Equal to the output. */
  readonly isRight: boolean;
}

/** The distinct answers, most votes first. */
export function tallyVotes(pair: ArcPair, voters: readonly Voter[]): Candidate[] {
  const counter = new VoteCounter();
  // All have the same confidence: only votes decide.
  for (const { name, input, answer } of voters)
    counter.add({ name, inputs: placeOnCanvas(input), answer: placeOnCanvas(answer), qHalt: 0 });
  return counter
    .rank(TASK, pair.input)
    .map(({ grid, votes, hash }) => ({ grid, votes, isRight: hash === hashGrid(pair.output) }));
}
