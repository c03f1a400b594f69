/** Solves by rollouts: each attempt is a synthetic solve, some of them with wrong cells. */
import { getKind } from '../../../datasets/kinds/registry';
import type { PickRule } from '../../../electron/contract/contract';
import { createCrop } from '../../../renderer/features/solve/board/crop';
import { Attempts } from '../../../renderer/features/solve/rollouts/attempts.svelte';
import { puzzleOf } from './puzzles';
import { solveOf } from './traces';

export interface SampleAttemptsOptions {
  readonly kind?: string;
  readonly count?: number;
  readonly pick?: PickRule;
  /** Index of the picked attempt; null for no valid answer, absent while they are solved. */
  readonly picked?: number | null;
  /** Attempts with wrong cells; by default all but the picked one and every third. */
  readonly isWrong?: (attempt: number) => boolean;
  /** Attempts without a step so far. */
  readonly waiting?: number;
}

const STEPS = 6;

/** The properties of `AttemptBoards` at the last step. */
export function sampleAttempts({
  kind: id = 'sudoku-9x9',
  count = 8,
  pick = 'rules',
  picked,
  isWrong = (attempt) => attempt !== picked && attempt % 3 !== 0,
  waiting = 0,
}: SampleAttemptsOptions) {
  const [kind, puzzle] = [getKind(id), puzzleOf(id)];
  const attempts = new Attempts({
    model: 'shipped',
    puzzle: { kind, ...puzzle },
    settings: { count, noise: 0.1, seed: 1, pick },
    plannedSteps: STEPS,
  });
  for (let attempt = 0; attempt < count - waiting; attempt++) {
    const options = { kind: id, puzzle, steps: STEPS, seed: attempt + 1, wrong: isWrong(attempt) ? 0.12 : 0 };
    attempts.add(attempt, solveOf(options).trace.steps);
  }
  if (picked !== undefined) {
    attempts.shown = picked ?? 0;
    attempts.result = {
      attempts: [],
      picked: picked === null ? null : { rollout: picked, step: STEPS, votes: 3, legal: !isWrong(picked) },
      flop: 4.1e9,
      milliseconds: 1820,
    };
  }
  const crop = createCrop(kind, null);
  const { hasRules } = kind;
  const fixed = { inputs: puzzle.inputs, crop, hasRules, theme: 'dark', symbols: true, step: STEPS - 1 };
  return { ...fixed, attempts, onshow: (attempt: number) => void (attempts.shown = attempt) };
}
