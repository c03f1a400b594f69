/**
 * What presets reach on the built-in datasets. Accuracy: `lab train --dataset … --preset …`, other settings unchanged. Time: the same with
 * `--dry-run --benchmark` on two quiet cores. The steps are those that the preset needs for the kind; they replace its own
 * where it learns these puzzles.
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
  { preset: 'sudoku-small', kind: 'sudoku-4x4', steps: 600, seconds: 12, exact: 0.983, puzzles: 500, seeds: 3 },
  { preset: 'sudoku-small', kind: 'sudoku-6x6', steps: 1200, seconds: 39, exact: 0.995, puzzles: 500, seeds: 3 },
  { preset: 'sudoku', kind: 'sudoku-9x9', steps: 30_000, seconds: 2940, exact: 0.952, puzzles: 500, seeds: 1 },
  { preset: 'sudoku-small', kind: 'sudoku-9x9', steps: 6000, seconds: 512, exact: 0.811, puzzles: 500, seeds: 3 },
  { preset: 'maze', kind: 'maze-12', steps: 60_000, seconds: 1150, exact: 0.918, puzzles: 500, seeds: 1 },
  { preset: 'numberlink', kind: 'numberlink-7', steps: 4000, seconds: 229, exact: 0.976, puzzles: 500, seeds: 1 },
  { preset: 'nonogram', kind: 'nonogram-6', steps: 6000, seconds: 270, exact: 0.906, puzzles: 500, seeds: 1 },
  // Stopped after 600 to 900 s on one thread beside other work.
  { preset: 'classroom', kind: 'sudoku-9x9', steps: 650, seconds: 949, exact: 0, puzzles: 500, seeds: 1 },
  { preset: 'classroom', kind: 'numberlink-7', steps: 617, seconds: 620, exact: 0, puzzles: 500, seeds: 1 },
  { preset: 'classroom', kind: 'queens-10', steps: 282, seconds: 678, exact: 0, puzzles: 500, seeds: 1 },
  { preset: 'classroom', kind: 'nonogram-6', steps: 223, seconds: 665, exact: 0, puzzles: 500, seeds: 1 },
  { preset: 'classroom', kind: 'maze-12', steps: 106, seconds: 743, exact: 0, puzzles: 500, seeds: 1 },
  { preset: 'queens', kind: 'queens-10', steps: 8000, seconds: 134, exact: 0.756, puzzles: 500, seeds: 1 },
];

/** Share of exact answers below which a preset counts as failing. */
const MIN_EXACT = 0.5;

export const isFailure = ({ exact }: Pick<PresetResult, 'exact'>): boolean => exact < MIN_EXACT;

/** What the preset reached on puzzles of a kind that it learns; undefined where it fails or was not measured. */
export const findLearned = (preset: string, kind: string): PresetResult | undefined =>
  presetResults.find((result) => result.preset === preset && result.kind === kind && !isFailure(result));
