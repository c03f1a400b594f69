/** What counts as a right answer to a damaged puzzle. */
import type { Puzzle, PuzzleKind } from '../kinds/puzzle-kind';
import type { DamageId } from './damage';

export interface DamagedVerdict {
  /** Every labelled cell is that of the original solution. */
  readonly isRecovered: boolean;
  /** The answer obeys the rules, with the clues as they are now; null for kinds without rules. */
  readonly isConsistent: boolean | null;
  readonly isRight: boolean;
}

/** Damages that take information away but add nothing wrong: any answer that obeys the rules is right, and no other. */
const withoutFalseClues: readonly DamageId[] = ['missing', 'several'];

/**
 * Where clues are only left out, an answer is right that obeys the rules of the damaged puzzle. For every other damage the original
 * solution is right too, although it contradicts a false clue. Without rules only the original solution is.
 * @param puzzle with the clues and labels as damaged
 */
export function judgeDamaged(
  kind: PuzzleKind,
  damage: DamageId,
  { inputs, labels }: Puzzle,
  answer: Uint8Array,
): DamagedVerdict {
  const isRecovered = labels.every((label, cell) => label === 0 || label === answer[cell]);
  const isConsistent = kind.hasRules ? kind.check(inputs, answer).legal : null;
  const isRight =
    isConsistent !== null && withoutFalseClues.includes(damage) ? isConsistent : isRecovered || isConsistent === true;
  return { isRecovered, isConsistent, isRight };
}
