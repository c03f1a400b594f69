/**
 * Sets that tell their puzzles apart. In ARC a puzzle is one augmented copy of a task, with several
 * examples; a model learns an embedding for the identifier of each. An example is a `Puzzle` here as elsewhere.
 */
import type { Puzzle } from './kinds/puzzle-kind';

export interface IdentifiedPuzzle extends Puzzle {
  /** Row of the table of puzzle embeddings. Examples of a group with the same identifier are one puzzle. */
  readonly identifier: number;
  /** An original and its augmented copies are one group; counted from 0 in each split. */
  readonly group: number;
}

export interface IdentifiedSet {
  /** By identifier, `<blank>` first; at least two. */
  readonly names: readonly string[];
  readonly train: readonly IdentifiedPuzzle[];
  readonly test: readonly IdentifiedPuzzle[];
}

/** Identifiers of a set, the blank one included: the rows of a table of puzzle embeddings. */
export function identifiersOf({ identified }: { readonly identified: Pick<IdentifiedSet, 'names'> | null }): number {
  return identified?.names.length ?? 1;
}

/** Rows in which the groups take turns, each with its examples in order: any beginning is spread evenly over them. */
export function inTurns(puzzles: readonly Pick<IdentifiedPuzzle, 'group'>[]): number[] {
  const turns: number[][] = [];
  const seen = new Map<number, number>();
  puzzles.forEach(({ group }, row) => {
    const turn = seen.get(group) ?? 0;
    seen.set(group, turn + 1);
    (turns[turn] ??= []).push(row);
  });
  return turns.flat();
}
