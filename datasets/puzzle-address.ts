/** Addresses of puzzles: `<dataset>/<split>/<index>`, e.g. `sudoku-4x4/test/17`. The index counts from 0. */

export type SplitName = 'train' | 'test';

/** A split of a dataset. */
export interface SplitId {
  /** Id of the dataset. */
  readonly dataset: string;
  readonly split: SplitName;
}

export interface PuzzleAddress extends SplitId {
  /** Counted from 0. */
  readonly index: number;
}

export function formatAddress({ dataset, split, index }: PuzzleAddress): string {
  return `${dataset}/${split}/${index}`;
}

/** Parses `<dataset>/<split>/<index>`; null for anything else. */
export function parseAddress(text: string): PuzzleAddress | null {
  const { dataset, split, index } =
    /^(?<dataset>[^/\s]+)\/(?<split>train|test)\/(?<index>\d{1,9})$/u.exec(text.trim())?.groups ?? {};
  return dataset === undefined ? null : { dataset, split: split as SplitName, index: Number(index) };
}

/** The index in `17`, `train/17` or a full address of this split; null for any other text, or for an index from `count` on. */
export function findRowByAddress(text: string, { dataset, split }: SplitId, count: number): number | null {
  const { before, digits } = /^(?:(?<before>.*)\/)?(?<digits>0|[1-9]\d{0,9})$/su.exec(text.trim())?.groups ?? {};
  const isHere = before === undefined || before === split || before === `${dataset}/${split}`;
  return digits !== undefined && isHere && Number(digits) < count ? Number(digits) : null;
}
