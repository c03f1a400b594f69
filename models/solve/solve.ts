/** Solves one puzzle with a trace: every update of every cycle of every supervision step, decoded to an answer. */
import { toShared } from '../engine/column-slice';
import type { ProgramRunner } from '../engine/engine';
import { openProgram, runTask } from '../engine/engine';
import { MessageError } from '../../renderer/messages/message';
import type { ModelConfig } from '../family/config';
import { latentUpdates, mixerOf, networkDepths, countPositions, countPuzzlePositions } from '../family/config';
import type { ModelState } from '../family/weights';
import type { TensorData } from '../runtime/session';
import type { CarryValues, EvalOptions } from '../train/forward';
import { forwardFeeds, emptyCarry, nextCarry } from '../train/forward';
import type { ProjectedPath } from './latent-path';
import { LatentPath, sampledPositions } from './latent-path';

/** A state after one update: what the views show of it. A long solve has thousands. */
interface TracedUpdate {
  /** Root mean square change of the state. */
  readonly change: number;
  /**
   * For each block of the network, the attention weights of the chosen head and cell over all positions; [blocks, L].
   * Null where no cell was chosen.
   */
  readonly attention: number[][] | null;
}

/** An H cycle: the updates of zL, and the update of zH that ends it, read by the heads of the model. */
export interface TracedCycle extends TracedUpdate {
  /** The lCycles updates of zL, which is not trained to decode to an answer. */
  readonly latent: TracedUpdate[];
  /** Decoded tokens, with the probability of each; [S]. */
  readonly answer: number[];
  readonly confidence: number[];
  /** Halting logit (minus the continue logit, if there is one); the model uses it only after the last cycle. */
  readonly qHalt: number;
}

export interface TracedStep {
  readonly cycles: TracedCycle[];
  readonly qHalt: number;
}

type Outputs = Readonly<Record<string, TensorData>>;

/** The outputs of `traceStepGraph` by H cycle. */
function tracedStep(config: ModelConfig, outputs: Outputs, withAttention: boolean): TracedStep {
  const { answer, confidence, change, attention: shares, qHalt } = outputs;
  const attention = withAttention ? attentionRows(config, shares!) : null;
  const update = (index: number): TracedUpdate => ({ change: change![index]!, attention: attention?.[index] ?? null });
  const perCycle = latentUpdates(config) + 1;
  const cycles = Array.from({ length: qHalt!.length / perCycle }, (_, cycle) => {
    const last = (cycle + 1) * perCycle - 1;
    return {
      ...update(last),
      latent: Array.from({ length: perCycle - 1 }, (_, i) => update(cycle * perCycle + i)),
      answer: row(answer!, last, config.seqLen),
      confidence: row(confidence!, last, config.seqLen),
      qHalt: qHalt![last]!,
    };
  });
  return { cycles, qHalt: cycles[cycles.length - 1]!.qHalt };
}

const row = (values: TensorData, index: number, length: number): number[] =>
  Array.from(values.subarray(index * length, (index + 1) * length));

/** The rows of each update: as many as the network that made it has blocks. */
function attentionRows(config: ModelConfig, values: TensorData): number[][][] {
  const { H, L } = networkDepths(config);
  const blocksInCycle = [...Array<number>(latentUpdates(config)).fill(L), H || L];
  const blocks = Array.from({ length: config.hCycles }, () => blocksInCycle).flat();
  const length = values.length / blocks.reduce((sum, count) => sum + count, 0);
  let next = 0;
  return blocks.map((count) => Array.from({ length: count }, () => row(values, next++, length)));
}

interface TracedSolve {
  readonly steps: TracedStep[];
  readonly lCycles: number;
  /** First step (from 1) after which the model would halt; null if there is none. */
  readonly haltStep: number | null;
  /** Heads of its attention; 0 where an MLP mixes the positions. */
  readonly heads: number;
  /** Positions of the puzzle embedding, which are before those of the cells. */
  readonly puzzleEmbLen: number;
  /** Floating-point operations of the steps, without those of the trace. */
  readonly flop: number;
  /** Null unless requested. */
  readonly path: ProjectedPath | null;
}

interface SolveOptions {
  /** Stop after the first step after which the model would halt. */
  readonly stopAtHalt?: boolean;
  /** Maximum number of steps; the model's haltMaxSteps when absent. */
  readonly maxSteps?: number;
  /** Names the puzzle to a model with puzzle embeddings. */
  readonly identifier?: number;
  /** The head and cell whose attention weights are traced, both counted from 0. */
  readonly attention?: { readonly head: number; readonly cell: number };
  /** Whether to follow the state through the solve. */
  readonly path?: boolean;
  /** Called after every supervision step; the next one waits for it, and an error ends the solve. */
  readonly onStep?: (steps: number, maxSteps: number, step: TracedStep) => Promise<void>;
  readonly signal?: AbortSignal;
}

/** Maximum attention weights of a solve: 64 MB. */
const MAX_ATTENTION = 2 ** 23;

/** Inputs that are the same in every step of a solve. */
interface ConstantInputs {
  readonly puzzle: Readonly<Record<'inputs' | 'puzzleIdentifiers', Int32Array>>;
  readonly traced: Readonly<Record<'attended' | 'sampled', Int32Array>>;
}

export class Solver {
  /** @param stepFlop floating-point operations of one supervision step */
  private constructor(
    private readonly runner: ProgramRunner,
    private readonly config: ModelConfig,
    private readonly model: ModelState,
    private readonly stepFlop: number,
  ) {}

  static async create(config: ModelConfig, model: ModelState, options: EvalOptions = {}): Promise<Solver> {
    const { precision = 'float32' } = options;
    const urgent = { priority: 'interactive', ...options } as const;
    const runner = await openProgram({ type: 'trace', config, precision }, urgent);
    // One after the other: a second thread would have to start first.
    const stepFlop = await runTask(urgent, 'countFlops', { type: 'eval', config, batchSize: 1, precision: 'float32' });
    const state = options.engine ? { ...model, params: toShared(model.params) } : model;
    return new Solver(runner, config, state, stepFlop);
  }

  /**
   * Runs all haltMaxSteps steps, or fewer: `maxSteps`, or those until the model would stop. `inputs` [S] tokens.
   * @throws MessageError if the model has no such attention head or cell, or the weights of so many steps would take too much memory; the signal's reason
   */
  async solve(inputs: ArrayLike<number>, options: SolveOptions = {}): Promise<TracedSolve> {
    const { config } = this;
    const { stopAtHalt = false, maxSteps = config.haltMaxSteps, attention, onStep } = options;
    const constant = this.constantInputs(inputs, options);
    if (attention) requireAttentionMemory(config, maxSteps);
    const path = options.path ? new LatentPath(config, this.model, maxSteps) : null;
    let carry: CarryValues = emptyCarry(config, 1);
    const steps: TracedStep[] = [];
    let haltStep: number | null = null;
    while (steps.length < maxSteps && !(stopAtHalt && haltStep !== null)) {
      const outputs = await this.runStep(constant, carry, { isFirst: steps.length === 0, signal: options.signal });
      const { states } = outputs;
      carry = nextCarry(carry, outputs);
      const step = tracedStep(config, outputs, attention !== undefined);
      await path?.addStep(states!);
      if (steps.push(step) && step.qHalt > 0) haltStep ??= steps.length;
      await onStep?.(steps.length, maxSteps, step);
    }
    return { steps, haltStep, path: (await path?.project()) ?? null, ...this.summarise(steps.length) };
  }

  private constantInputs(inputs: ArrayLike<number>, { identifier = 0, attention }: SolveOptions): ConstantInputs {
    return {
      puzzle: { inputs: Int32Array.from(inputs), puzzleIdentifiers: Int32Array.of(identifier) },
      traced: {
        attended: Int32Array.of(attention ? attentionRowIndex(this.config, attention) : 0),
        sampled: sampledPositions(this.config),
      },
    };
  }

  private runStep(
    { puzzle, traced }: ConstantInputs,
    carry: CarryValues,
    { isFirst, signal }: { readonly isFirst: boolean; readonly signal: AbortSignal | undefined },
  ): Promise<Outputs> {
    const feeds = forwardFeeds(this.config, this.model, { ...puzzle, ...carry, reset: [+isFirst] });
    return this.runner.run({ ...feeds, ...traced }, {}, signal);
  }

  private summarise(steps: number): Pick<TracedSolve, 'lCycles' | 'heads' | 'puzzleEmbLen' | 'flop'> {
    const { config, stepFlop } = this;
    return {
      lCycles: latentUpdates(config),
      heads: mixerOf(config) === 'attention' ? config.numHeads : 0,
      puzzleEmbLen: countPuzzlePositions(config),
      flop: stepFlop * steps,
    };
  }

  async release(): Promise<void> {
    await this.runner.release();
  }
}

/** @throws MessageError with the number of steps that would fit */
function requireAttentionMemory(config: ModelConfig, steps: number): void {
  const { H, L } = networkDepths(config);
  const inStep = config.hCycles * (latentUpdates(config) * L + (H || L)) * countPositions(config);
  const max = Math.floor(MAX_ATTENTION / inStep);
  if (steps > max) throw new MessageError('solve.error.attentionTooLong', { max, steps });
}

/** head·L + position of the cell, behind the positions of the puzzle embedding. */
function attentionRowIndex(
  config: ModelConfig,
  { head, cell }: { readonly head: number; readonly cell: number },
): number {
  const { numHeads, seqLen } = config;
  if (mixerOf(config) !== 'attention') throw new MessageError('solve.error.noAttention');
  if (!(head >= 0 && head < numHeads)) throw new MessageError('solve.error.noHead', { max: numHeads - 1, head });
  if (!(cell >= 0 && cell < seqLen)) throw new MessageError('solve.error.noCell', { max: seqLen - 1, cell });
  return head * countPositions(config) + countPuzzlePositions(config) + cell;
}
