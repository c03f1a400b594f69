/** Addresses of puzzles: `dataset/split/index`, e.g. `sudoku-4x4/test/17`. */
import type { Input } from '../../electron/contract/contract';

export type Split = Input<'readPuzzles'>['split'];

export interface PuzzleAddress {
  readonly dataset: string;
  readonly split: Split;
  /** Counted from 0. */
  readonly index: number;
}

/** Parses `dataset/split/index`; null for anything else. */
export function parseAddress(text: string): PuzzleAddress | null {
  const { dataset, split, index } =
    /^(?<dataset>[^/\s]+)\/(?<split>train|test)\/(?<index>\d{1,9})$/u.exec(text.trim())?.groups ?? {};
  return dataset === undefined ? null : { dataset, split: split as Split, index: Number(index) };
}
