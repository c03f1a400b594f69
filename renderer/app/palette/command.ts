/** Something one can do or go to, by its name. */
export const groups = ['Go to', 'Do', 'Look', 'Puzzle', 'Models', 'Data sets', 'Trainings'] as const;
export type Group = (typeof groups)[number];

export interface Command {
  /** Stays the same from start to start: commands used last are remembered by it. */
  readonly id: string;
  readonly title: string;
  readonly group: Group;
  /** On the right: what tells it apart, or its keys. */
  readonly hint?: string;
  /** Further words by which it is found. */
  readonly words?: string;
  readonly run: () => void | Promise<void>;
}
