/**
 * Damaged puzzles: what a network sees when a question is not as clean as those it was trained on. Every damage is drawn from a seed, and a
 * larger amount with the same seed contains the smaller one.
 */
import { message, MessageError } from '../../renderer/messages/message';
import { Random } from '../random';
import type { Puzzle, PuzzleKind } from '../kinds/puzzle-kind';
import { clueCells, contradict, flip, hide, leaveOut, leaveOutUntilAmbiguous, swappableCells } from './clue-damage';
import { maxShrink, shift, shrink } from './grid-damage';

export const damageIds = ['flipped', 'contradictory', 'missing', 'several', 'shifted', 'unseen', 'smaller'] as const;
export type DamageId = (typeof damageIds)[number];

/** How much is damaged: a number of clues (of rows for `shifted` and `smaller`), at most all, or a share of them, 0 to 1. */
export type DamageAmount = { readonly count: number } | { readonly share: number };

export interface DamageOptions {
  readonly damage: DamageId;
  readonly amount: DamageAmount;
  readonly seed: number;
}

export interface DamagedPuzzle extends Puzzle {
  /** Cells whose token differs from that of the original question, ascending. */
  readonly changed: readonly number[];
}

interface Damage {
  /** Clues or rows that can be damaged. */
  countUnits(kind: PuzzleKind, puzzle: Puzzle): number;
  /** Damages `count` units, at most `countUnits`. Leaves the original as it is. */
  apply(kind: PuzzleKind, puzzle: Puzzle, count: number, random: Random): Puzzle;
  isApplicable(kind: PuzzleKind): boolean;
}

const countClues: Damage['countUnits'] = (kind, { inputs }) => clueCells(kind, inputs).length;

const damages: Readonly<Record<DamageId, Damage>> = {
  flipped: {
    countUnits: (kind, { inputs }) => swappableCells(kind, inputs).length,
    apply: flip,
    isApplicable: ({ clues }) => clues.exchangeable.length > 1,
  },
  contradictory: { countUnits: countClues, apply: contradict, isApplicable: ({ clues }) => clues.canContradict },
  missing: { countUnits: countClues, apply: leaveOut, isApplicable: ({ clues }) => clues.withFewer !== 'no puzzle' },
  several: {
    countUnits: countClues,
    apply: leaveOutUntilAmbiguous,
    isApplicable: ({ clues, hasRules }) => clues.withFewer === 'more solutions' && hasRules,
  },
  // The clues of a margin belong to lines: moved against them they are other clues.
  shifted: { countUnits: ({ rows }) => rows - 1, apply: shift, isApplicable: ({ margin }) => margin === 0 },
  unseen: { countUnits: countClues, apply: hide, isApplicable: ({ clues }) => clues.unseen !== null },
  smaller: { countUnits: maxShrink, apply: shrink, isApplicable: (kind) => maxShrink(kind) > 0 },
};

/** @throws MessageError for a damage that does not apply to puzzles of a kind, with the reason */
export function requireDamage(kind: PuzzleKind, damage: DamageId): void {
  if (damages[damage].isApplicable(kind)) return;
  throw new MessageError('damage.notApplicable', {
    damage: message(`damage.${damage}.name`),
    kind: kind.name,
    reason: message(`damage.${damage}.notApplicable`),
  });
}

/** The damages that apply to puzzles of a kind. */
export const listDamages = (kind: PuzzleKind): DamageId[] =>
  damageIds.filter((damage) => damages[damage].isApplicable(kind));

/** Rows by which a damage can move a grid or make it smaller; null for damages to clues. */
export function maxDamagedRows(kind: PuzzleKind, damage: DamageId): number | null {
  if (damage === 'shifted') return kind.rows - 1;
  return damage === 'smaller' ? maxShrink(kind) : null;
}

/** Clues or rows of a puzzle that a damage can touch. */
export const countDamageUnits = (kind: PuzzleKind, puzzle: Puzzle, damage: DamageId): number =>
  damages[damage].countUnits(kind, puzzle);

/**
 * A damaged copy of a puzzle; amount 0 changes nothing. `labels` remain the original solution, for `shifted` moved with the grid (0 where
 * cells have come in), and are those of another puzzle for `smaller`.
 * @throws as `requireDamage`
 */
export function damagePuzzle(kind: PuzzleKind, puzzle: Puzzle, { damage, amount, seed }: DamageOptions): DamagedPuzzle {
  requireDamage(kind, damage);
  const { countUnits, apply } = damages[damage];
  const units = countUnits(kind, puzzle);
  const count = Math.min(units, 'count' in amount ? amount.count : Math.round(amount.share * units));
  const { inputs, labels } = count > 0 ? apply(kind, puzzle, count, Random.seeded(seed)) : puzzle;
  const changed = [...inputs.keys()].filter((cell) => inputs[cell] !== puzzle.inputs[cell]);
  return { inputs: inputs.slice(), labels: labels.slice(), changed };
}
