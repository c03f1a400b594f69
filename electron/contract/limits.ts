/** Limits of requests; without schemas, so that the window can import them. */

/** Maximum training time of a new run: a week. */
export const MAX_RUN_SECONDS = 7 * 24 * 3600;

export const MAX_SEED = 2 ** 31 - 1;

/** Maximum number of seeds of an experiment, and of runs that are added to the queue at once, with a seed each. */
export const MAX_REPEATED_SEEDS = 64;

/** Maximum length of the name of a run. */
export const MAX_RUN_NAME = 200;

/** Maximum puzzles of a dataset that is generated. */
export const MAX_GENERATED = 1_000_000;

/** Maximum number of steps in a response of `readMetrics`. */
export const MAX_METRIC_POINTS = 100_000;

/** Maximum of the setting `cores`; more than a machine has means all of them. */
export const MAX_CORES = 1024;

/** Cores to compute with unless the user chooses: all but one, which is left to other programs, of four or more. */
export const defaultCores = (available: number): number => (available >= 4 ? available - 1 : available);

/** Maximum supervision steps of a solve or an evaluation. */
export const MAX_SUPERVISION_STEPS = 1024;

/** Maximum copies of a puzzle, and maximum noise on their states, in units of the states. */
export const MAX_ROLLOUTS = 128;
export const MAX_NOISE = 10;
export const DEFAULT_NOISE = 0.1;

/** Maximum answered cells that the rollouts of a solve keep, over all steps: 150 MB in the window. */
export const MAX_ROLLOUT_CELLS = 2 ** 23;
