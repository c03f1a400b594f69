/** Damages to single clues: replaced, contradicting another, left out, or hidden behind a symbol that training never shows. */
import type { Puzzle, PuzzleKind } from '../kinds/puzzle-kind';
import { MAX_GUESSES } from '../kinds/rules';
import type { Random } from '../random';

/** Cells with a clue, ascending. */
export const clueCells = (kind: PuzzleKind, inputs: Uint8Array): number[] => cellsOf(inputs, kind.clues.tokens);

/** Cells whose token can be replaced by another one, ascending. */
export const swappableCells = (kind: PuzzleKind, inputs: Uint8Array): number[] =>
  cellsOf(inputs, kind.clues.exchangeable);

const cellsOf = (inputs: Uint8Array, tokens: readonly number[]): number[] =>
  [...inputs.keys()].filter((cell) => tokens.includes(inputs[cell]!));

const withInputs = ({ labels }: Puzzle, inputs: Uint8Array): Puzzle => ({ inputs, labels });

/** Replaces tokens of `count` cells by others that could stand there. */
export function flip(kind: PuzzleKind, puzzle: Puzzle, count: number, random: Random): Puzzle {
  const inputs = puzzle.inputs.slice();
  for (const cell of random.shuffle(swappableCells(kind, inputs)).slice(0, count)) {
    const others = kind.clues.exchangeable.filter((token) => token !== inputs[cell]);
    inputs[cell] = others[random.integer(0, others.length - 1)]!;
  }
  return withInputs(puzzle, inputs);
}

/**
 * Changes up to `count` cells, each so that it breaks a rule with another clue: clues are replaced, or, where all clues are alike, added to
 * blanks. Fewer where no further cell can break a rule.
 */
export function contradict(kind: PuzzleKind, puzzle: Puzzle, count: number, random: Random): Puzzle {
  const { tokens } = kind.clues;
  const inputs = puzzle.inputs.slice();
  const cells = random.shuffle(tokens.length > 1 ? clueCells(kind, inputs) : cellsOf(inputs, [kind.blank]));
  const broken: number[] = [];
  for (const cell of cells) {
    if (broken.length === count) break;
    const token = findContradiction(kind, inputs, { cell, broken }, random);
    if (token === null) continue;
    inputs[cell] = token;
    broken.push(cell);
  }
  return withInputs(puzzle, inputs);
}

/** A clue for a cell with which it breaks a rule, as do the cells broken before; null where there is none. */
function findContradiction(
  kind: PuzzleKind,
  inputs: Uint8Array,
  { cell, broken }: { readonly cell: number; readonly broken: readonly number[] },
  random: Random,
): number | null {
  const changed = inputs.slice();
  for (const token of random.shuffle([...kind.clues.tokens])) {
    if (token === inputs[cell]) continue;
    changed[cell] = token;
    const { brokenCells } = kind.check(changed, changed);
    if ([...broken, cell].every((each) => brokenCells.includes(each))) return token;
  }
  return null;
}

/** Leaves out `count` clues. */
export function leaveOut(kind: PuzzleKind, puzzle: Puzzle, count: number, random: Random): Puzzle {
  const inputs = puzzle.inputs.slice();
  for (const cell of random.shuffle(clueCells(kind, inputs)).slice(0, count)) inputs[cell] = kind.blank;
  return withInputs(puzzle, inputs);
}

/** Leaves out `count` clues, and further ones until the puzzle has more than one solution. */
export function leaveOutUntilAmbiguous(kind: PuzzleKind, puzzle: Puzzle, count: number, random: Random): Puzzle {
  const inputs = puzzle.inputs.slice();
  for (const [removed, cell] of random.shuffle(clueCells(kind, inputs)).entries()) {
    if (removed >= count && isAmbiguous(kind, inputs)) break;
    inputs[cell] = kind.blank;
  }
  return withInputs(puzzle, inputs);
}

const isAmbiguous = (kind: PuzzleKind, inputs: Uint8Array): boolean =>
  kind.solve(inputs, { maxSolutions: 2, maxGuesses: MAX_GUESSES }).solutions.length > 1;

/** Replaces `count` clues by the token that questions never show. @throws RangeError for a kind without such a token */
export function hide(kind: PuzzleKind, puzzle: Puzzle, count: number, random: Random): Puzzle {
  const { unseen } = kind.clues;
  if (unseen === null) throw new RangeError(`questions of ${kind.id} show every token`);
  const inputs = puzzle.inputs.slice();
  for (const cell of random.shuffle(clueCells(kind, inputs)).slice(0, count)) inputs[cell] = unseen;
  return withInputs(puzzle, inputs);
}
