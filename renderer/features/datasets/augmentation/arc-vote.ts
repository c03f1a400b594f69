/**
 * How a vote across copies is formed, with answers that are right by making or damaged on purpose: no
 * model is asked here. The counting is that of the evaluation (`datasets/kinds/arc/vote.ts`).
 */
import {
  augmented,
  augmentedName,
  drawAugmentations,
  readName,
  restored,
  type Augmentation,
} from '../../../../datasets/kinds/arc/augment';
import { onCanvas } from '../../../../datasets/kinds/arc/canvas';
import { hashOfGrid, type ArcGrid, type ArcPair } from '../../../../datasets/kinds/arc/grid';
import { COLOURS } from '../../../../datasets/kinds/arc/task';
import { Ballot } from '../../../../datasets/kinds/arc/vote';
import { Random } from '../../../../datasets/random';
import { transformWords } from './describe-arc';

/** Copies asked besides the original. */
const COPIES = 4;

export interface Voter {
  /** Name of the copy; the original's has no bars. */
  readonly name: string;
  /** For people: what was done to the copy. */
  readonly words: string;
  readonly input: ArcGrid;
  readonly answer: ArcGrid;
  /** The answer carried back to the original. */
  readonly undone: ArcGrid;
}

export interface VoteOptions {
  readonly seed: number;
  /** Places of the voters whose answer has one wrong cell. */
  readonly damaged: readonly number[];
}

const TASK = 'task';

/** The original and a few copies of it, fewer where a pair has no more; each with its answer. */
export function votersOf(pair: ArcPair, { seed, damaged }: VoteOptions): Voter[] {
  const drawn = drawAugmentations([pair], COPIES, Random.seeded(seed));
  const names = [TASK, ...drawn.map((augmentation) => augmentedName(TASK, augmentation))];
  return names.map((name, place) => {
    const { augmentation } = readName(name);
    const right = augmented(pair.output, augmentation);
    const answer = damaged.includes(place) ? damagedGrid(right, Random.seeded(seed, place)) : right;
    return {
      name,
      words: wordsOf(augmentation, place),
      input: augmented(pair.input, augmentation),
      answer,
      undone: restored(answer, augmentation),
    };
  });
}

function wordsOf({ transform, colours }: Augmentation, place: number): string {
  if (place === 0) return 'the original';
  return colours.every((colour, i) => colour === i)
    ? transformWords[transform]!
    : `recoloured, ${transformWords[transform]}`;
}

/** One cell has another colour. */
function damagedGrid(grid: ArcGrid, random: Random): ArcGrid {
  const cells = grid.cells.slice();
  const cell = random.integer(0, cells.length - 1);
  cells[cell] = (cells[cell]! + random.integer(1, COLOURS - 1)) % COLOURS;
  return { ...grid, cells };
}

export interface Tallied {
  readonly grid: ArcGrid;
  readonly votes: number;
  /** Equal to the output. */
  readonly isRight: boolean;
}

/** Equal answers together, most votes first. */
export function tally(pair: ArcPair, voters: readonly Voter[]): Tallied[] {
  const ballot = new Ballot();
  // Nobody is surer than another: votes alone decide.
  for (const { name, input, answer } of voters)
    ballot.cast({ name, inputs: onCanvas(input), answer: onCanvas(answer), qHalt: 0 });
  return ballot
    .ranking(TASK, pair.input)
    .map(({ grid, votes, hash }) => ({ grid, votes, isRight: hash === hashOfGrid(pair.output) }));
}
