/** Solves one puzzle by rollouts: copies of it as the rows of a batch, each with its own noise, and picks one of the answers. */
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
  /** Called with every supervision step of every rollout. */
  readonly onStep?: (rollout: number, step: TracedStep) => void;
}

export interface SolvedRollouts {
  /** The supervision steps of each rollout; fewer than planned where a legal answer decided before. */
  readonly attempts: TracedStep[][];
  /** Null where `rules` found no legal answer. */
  readonly picked: PickedAnswer | null;
  /** Floating-point operations of all steps. */
  readonly flop: number;
}

export class RolloutSolver {
  private constructor(
    private readonly evaluator: Evaluator,
    private readonly model: ModelState,
    private readonly stepFlop: number,
  ) {}

  static async create(
    config: ModelConfig,
    model: ModelState,
    { rollouts, ...options }: EvalOptions & { readonly rollouts: number },
  ): Promise<RolloutSolver> {
    const urgent = { priority: 'interactive', ...options } as const;
    const evaluator = await Evaluator.create(config, { ...urgent, batchSize: rollouts });
    const stepFlop = await runTask(urgent, 'countFlops', { type: 'eval', config, batchSize: 1, precision: 'float32' });
    return new RolloutSolver(evaluator, model, stepFlop);
  }

  /** @param inputs tokens, [S] @throws the signal's reason */
  async solve(inputs: ArrayLike<number>, plan: RolloutPlan): Promise<SolvedRollouts> {
    const { settings, steps, isLegal, onStep } = plan;
    const judge = (answer: Uint8Array) => ({ exact: false, legal: isLegal(answer) });
    const judged = new PuzzleAttempts({ settings, steps, judge });
    const attempts: TracedStep[][] = Array.from({ length: settings.count }, () => []);
    const record = (step: number, { row, ...answer }: StepAnswer) => {
      judged.record(row, step, answer);
      const traced = tracedStep(answer);
      attempts[row]![step - 1] = traced;
      onStep?.(row, traced);
    };
    await this.evaluator.evaluateBatch(this.model, batchOf(inputs, plan), {
      ...this.optionsOf(plan),
      onAnswers: ({ step, rows }) => {
        for (const row of rows) record(step, row);
        return judged.isDecidedAt(step);
      },
    });
    const taken = attempts.reduce((sum, { length }) => sum + length, 0);
    return { attempts, picked: judged.pick(), flop: taken * this.stepFlop };
  }

  private optionsOf({ settings: { count, noise: sigma, seed }, steps, signal }: RolloutPlan): BatchOptions {
    const attempts = Array.from({ length: count }, (_, rollout): Attempt => ({ puzzle: 0, rollout }));
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

/** A row for each rollout; the labels are not used. */
function batchOf(inputs: ArrayLike<number>, { settings: { count }, identifier = 0 }: RolloutPlan) {
  const tokens = Int32Array.from({ length: count * inputs.length }, (_, i) => inputs[i % inputs.length]!);
  return { inputs: tokens, labels: tokens, puzzleIdentifiers: new Int32Array(count).fill(identifier), count };
}

/** A rollout is recorded after every supervision step: one cycle, without the updates of zL. */
function tracedStep({ answer, confidence, change, qHalt }: Omit<StepAnswer, 'row'>): TracedStep {
  const cycle = { answer: [...answer], confidence: [...confidence], change, qHalt, attention: null, latent: [] };
  return { cycles: [cycle], qHalt };
}
