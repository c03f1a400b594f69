/** How many epochs give so many steps in the reference, which counts in epochs. */

export interface SetFacts {
  readonly groups: number;
  /** Examples of a puzzle, on average. */
  readonly meanExamples: number;
}

export interface ReferenceSchedule {
  readonly epochs: number;
  /** In epochs; a divisor of them, as the reference asks. */
  readonly evalInterval: number;
  /** Full batches that these epochs give; more than were asked for where an epoch is longer. */
  readonly steps: number;
}

/** The reference drops the batch that a stretch between two looks does not fill: stretches are to be long beside one batch. */
const LEAST_STRETCH = 20;
const MOST_LOOKS = 10;

/**
 * Of each group an epoch draws one puzzle, so it has groups · mean examples / batch size steps. At least `steps`
 * are made, between up to ten looks at held-out puzzles.
 */
export function scheduleOf(
  { steps, batchSize }: { readonly steps: number; readonly batchSize: number },
  { groups, meanExamples }: SetFacts,
): ReferenceSchedule {
  const stepsOfEpoch = (groups * meanExamples) / batchSize;
  const looks = Math.max(1, Math.min(MOST_LOOKS, Math.floor(steps / LEAST_STRETCH), Math.floor(steps / stepsOfEpoch)));
  const evalInterval = Math.max(1, Math.ceil(Math.ceil(steps / looks) / stepsOfEpoch));
  return { epochs: evalInterval * looks, evalInterval, steps: looks * Math.floor(evalInterval * stepsOfEpoch) };
}
