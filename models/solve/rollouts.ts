/**
 * Solves one puzzle in several attempts and picks one of the answers. The attempts are rollouts (copies of the puzzle as the rows of a batch,
 * each with its own noise), or one of each of several states of the model, such as the last checkpoints of a run.
 */
import type { Attempt } from '../evaluate/state-noise';
import { Evaluator, type BatchOptions, type StepAnswer } from '../evaluate/evaluate';
import { PuzzleAttempts, type PickedAnswer, type RolloutSettings } from '../evaluate/pick-rollout';
import { runTask } from '../engine/engine';
import type { ModelConfig } from '../family/config';
import type { ModelState } from '../family/weights';
import type { EvalOptions } from '../train/forward';
import type { TracedStep } from './solve';

export interface RolloutPlan extends Pick<BatchOptions, 'signal'> {
  readonly settings: RolloutSettings;
  readonly steps: number;
  /** Names the puzzle to a model with puzzle embeddings. */
  readonly identifier?: number;
  readonly isLegal: (answer: Uint8Array) => boolean;
  /** Called with every supervision step of every attempt. */
  readonly onStep?: (attempt: number, step: TracedStep) => void;
}

export interface SolvedRollouts {
  /** The supervision steps of each attempt; fewer than planned where a legal answer decided before. */
  readonly attempts: TracedStep[][];
  /** Null where `rules` found no legal answer. */
  readonly picked: PickedAnswer | null;
  /** Floating-point operations of all steps. */
  readonly flop: number;
}

export class RolloutSolver {
  private constructor(
    private readonly evaluator: Evaluator,
    private readonly states: readonly ModelState[],
    private readonly stepFlop: number,
  ) {}

  /** @param states each solves `rollouts` copies of the puzzle, one state after the other */
  static async create(
    config: ModelConfig,
    states: readonly ModelState[],
    { rollouts, ...options }: EvalOptions & { readonly rollouts: number },
  ): Promise<RolloutSolver> {
    const urgent = { priority: 'interactive', ...options } as const;
    const evaluator = await Evaluator.create(config, { ...urgent, batchSize: rollouts });
    const stepFlop = await runTask(urgent, 'countFlops', { type: 'eval', config, batchSize: 1, precision: 'float32' });
    return new RolloutSolver(evaluator, states, stepFlop);
  }

  /**
   * @param inputs tokens, [S]
   * @param plan has as many attempts as there are copies of all states @throws the signal's reason
   */
  async solve(inputs: ArrayLike<number>, plan: RolloutPlan): Promise<SolvedRollouts> {
    const { settings, steps, isLegal, onStep } = plan;
    const { batchSize: copies } = this.evaluator;
    const judge = (answer: Uint8Array) => ({ exact: false, legal: isLegal(answer) });
    const judged = new PuzzleAttempts({ settings, steps, judge });
    const attempts: TracedStep[][] = Array.from({ length: settings.count }, () => []);
    const record = (attempt: number, step: number, answer: Omit<StepAnswer, 'row'>) => {
      judged.record(attempt, step, answer);
      const traced = tracedStep(answer);
      attempts[attempt]![step - 1] = traced;
      onStep?.(attempt, traced);
    };
    const batch = batchOf(inputs, copies, plan);
    for (const [index, state] of this.states.entries())
      await this.evaluator.evaluateBatch(state, batch, {
        ...this.optionsOf(plan),
        onAnswers: ({ step, rows }) => {
          for (const { row, ...answer } of rows) record(index * copies + row, step, answer);
          return judged.isDecidedAt(step);
        },
      });
    const taken = attempts.reduce((sum, { length }) => sum + length, 0);
    return { attempts, picked: judged.pick(), flop: taken * this.stepFlop };
  }

  private optionsOf({ settings: { noise: sigma, seed }, steps, signal }: RolloutPlan): BatchOptions {
    const { batchSize: length } = this.evaluator;
    const attempts = Array.from({ length }, (_, rollout): Attempt => ({ puzzle: 0, rollout }));
    return {
      steps,
      withChanges: true,
      ...(signal && { signal }),
      ...(sigma > 0 && { noise: { sigma, seed, attempts } }),
    };
  }

  async release(): Promise<void> {
    await this.evaluator.release();
  }
}

/** A row for each copy; the labels are not used. */
function batchOf(inputs: ArrayLike<number>, count: number, { identifier = 0 }: RolloutPlan) {
  const tokens = Int32Array.from({ length: count * inputs.length }, (_, i) => inputs[i % inputs.length]!);
  return { inputs: tokens, labels: tokens, puzzleIdentifiers: new Int32Array(count).fill(identifier), count };
}

/** An attempt is recorded after every supervision step: one cycle, without the updates of zL. */
function tracedStep({ answer, confidence, change, qHalt }: Omit<StepAnswer, 'row'>): TracedStep {
  const cycle = { answer: [...answer], confidence: [...confidence], change, qHalt, attention: null, latent: [] };
  return { cycles: [cycle], qHalt };
}
