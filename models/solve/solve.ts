/** One puzzle answered with everything shown: each update of each cycle of each supervision step. */
import { countFlops } from '../graph/analysis';
import type { ModelConfig } from '../family/config';
import { latentUpdates, positions, puzzlePositions } from '../family/config';
import type { ModelState } from '../family/weights';
import { evalStepGraph } from '../evaluate/eval-step';
import type { EvalOptions, Carry } from '../train/forward';
import { forwardFeeds, nextCarry } from '../train/forward';
import { LatentPath, sampledPositions, type TracedPath } from './latent-path';
import { freshCarry } from '../train/learner-state';
import { resolvePrecision } from '../runtime/resolve-precision';
import { Session } from '../runtime/session';
import { tracedStep, traceStepGraph } from './solve-trace';
import type { TracedStep } from './solve-trace';

export interface Traced {
  readonly steps: TracedStep[];
  readonly lCycles: number;
  /** First step (from 1) after which the halting head says stop; null if it never does in the steps made. */
  readonly haltStep: number | null;
  /** Heads of its attention; 0 where an MLP mixes the positions. */
  readonly heads: number;
  /** Positions of the puzzle embedding, which stand before the cells. */
  readonly puzzleEmbLen: number;
  /** Floating-point operations of the steps made, without those that only show them. */
  readonly flop: number;
  /** Null where it was not asked for. */
  readonly path: TracedPath | null;
}

export interface SolveOptions {
  /** Only the steps until the halting head says stop. */
  readonly stopAtHalt?: boolean;
  /** Only so many steps; the model's haltMaxSteps without it. */
  readonly atMost?: number;
  /** Names the puzzle to a model with puzzle embeddings. */
  readonly identifier?: number;
  /** Whose attention weights to tell, both counted from 0. */
  readonly attention?: { readonly head: number; readonly cell: number };
  /** Whether to follow the state through the solve. */
  readonly path?: boolean;
  /** After every supervision step; the next waits for it, and what it throws ends the solve. */
  readonly onStep?: (made: number, atMost: number) => Promise<void>;
}

export class Solver {
  /** Of one supervision step. */
  private readonly stepFlop: number;

  private constructor(
    private readonly session: Session,
    private readonly config: ModelConfig,
    private readonly model: ModelState,
  ) {
    this.stepFlop = countFlops(evalStepGraph(config, 1).graph);
  }

  static async create(config: ModelConfig, model: ModelState, options: EvalOptions = {}): Promise<Solver> {
    return new Solver(
      await Session.create(traceStepGraph(config, await resolvePrecision(options, options.precision)), options),
      config,
      model,
    );
  }

  /**
   * Runs all haltMaxSteps steps, or fewer: `atMost`, or those until the model would stop. `inputs` [S] tokens.
   * @throws RangeError if the model has no such attention head
   */
  async solve(inputs: ArrayLike<number>, options: SolveOptions = {}): Promise<Traced> {
    const { config, model } = this;
    const { stopAtHalt = false, atMost = config.haltMaxSteps, identifier = 0, attention, onStep } = options;
    const data = { inputs: Int32Array.from(inputs), puzzleIdentifiers: Int32Array.of(identifier) };
    const watched = {
      attended: Int32Array.of(attention ? attendedRow(config, attention) : 0),
      sampled: sampledPositions(config),
    };
    const followed = options.path ? new LatentPath(config, model) : null;
    let carry: Carry = freshCarry(config, 1);
    const steps: TracedStep[] = [];
    let haltStep: number | null = null;
    while (steps.length < atMost && !(stopAtHalt && haltStep !== null)) {
      const reset = [+(steps.length === 0)];
      const feeds = forwardFeeds(config, model, { ...data, ...carry, reset });
      const outputs = await this.session.run({ ...feeds, ...watched });
      const { states } = outputs;
      carry = nextCarry(carry, outputs);
      const step = tracedStep(config, outputs, attention !== undefined);
      followed?.take(states!);
      if (steps.push(step) && step.qHalt > 0) haltStep ??= steps.length;
      await onStep?.(steps.length, atMost);
    }
    return { steps, haltStep, path: followed?.path() ?? null, ...this.account(steps.length) };
  }

  private account(steps: number): Pick<Traced, 'lCycles' | 'heads' | 'puzzleEmbLen' | 'flop'> {
    const { config, stepFlop } = this;
    return {
      lCycles: latentUpdates(config),
      heads: config.mlpT ? 0 : config.numHeads,
      puzzleEmbLen: puzzlePositions(config),
      flop: stepFlop * steps,
    };
  }

  async release(): Promise<void> {
    await this.session.release();
  }
}

/** head·L + position of the cell, behind the positions of the puzzle embedding. */
function attendedRow(config: ModelConfig, { head, cell }: { readonly head: number; readonly cell: number }): number {
  const { mlpT, numHeads, seqLen } = config;
  if (mlpT) throw new RangeError('this model mixes positions by an MLP: it has no attention to show');
  if (!(head >= 0 && head < numHeads))
    throw new RangeError(`this model has ${numHeads} heads, counted from 0: there is no head ${head}`);
  if (!(cell >= 0 && cell < seqLen))
    throw new RangeError(`this model reads ${seqLen} cells, counted from 0: there is no cell ${cell}`);
  return head * positions(config) + puzzlePositions(config) + cell;
}
