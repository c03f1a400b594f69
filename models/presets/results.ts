/**
 * What presets reach on the built-in datasets: measured with `lab train --dataset … --preset …` on two cores, other settings
 * unchanged. The steps are those that the preset needs for the kind; they replace its own.
 */

export interface PresetResult {
  readonly preset: string;
  /** Id of the kind of puzzle. */
  readonly kind: string;
  /** Train steps, and seconds of training with evaluations on two cores, as a benchmark of the run estimates them. */
  readonly steps: number;
  readonly seconds: number;
  /** Share of test puzzles with every cell correct, with the number of supervision steps of the training; mean over seeds. */
  readonly exact: number;
  /** Test puzzles of each seed. */
  readonly puzzles: number;
  readonly seeds: number;
}

export const presetResults: readonly PresetResult[] = [
  { preset: 'classroom', kind: 'sudoku-4x4', steps: 2000, seconds: 189, exact: 0.998, puzzles: 500, seeds: 1 },
  { preset: 'sudoku', kind: 'sudoku-9x9', steps: 30_000, seconds: 2940, exact: 0.952, puzzles: 500, seeds: 1 },
];

/** What the preset reached on puzzles of a kind; undefined where it was not measured. */
export const findResult = (preset: string, kind: string): PresetResult | undefined =>
  presetResults.find((result) => result.preset === preset && result.kind === kind);
