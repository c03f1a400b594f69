/** What a classical solver tells of its way to an answer. */
export interface ClassicalStep {
  /** e.g. `naked single`, `wave 12`. */
  readonly name: string;
  readonly sentence: string;
  /** Cells in which its reason is seen, and those it is about; none where it is about all of the grid. */
  readonly cells: readonly number[];
  /** Tokens that stand after it, by cell. */
  readonly placed: readonly { readonly cell: number; readonly token: number }[];
}

export interface Account {
  /** e.g. `Named techniques` */
  readonly method: string;
  readonly steps: readonly ClassicalStep[];
  /** e.g. `12 steps: 9 naked singles, 3 hidden singles` */
  readonly summary: string;
  /** What is to be known besides; null where nothing is. */
  readonly note: string | null;
}
