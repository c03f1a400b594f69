/** Solves one puzzle with a trace: every update of every cycle of every supervision step, decoded to an answer. */
import { evalStepGraph } from '../evaluate/evaluate';
import type { ModelConfig } from '../family/config';
import { latentUpdates, networkDepths, countPositions, countPuzzlePositions } from '../family/config';
import type { RecursiveModel } from '../family/model';
import type { ModelState } from '../family/weights';
import { countFlops } from '../graph/analysis';
import { argmax, concat, gather, mul, reduceMean, reshape, sqrt, sub } from '../graph/build';
import type { Tensor } from '../graph/graph';
import { Graph } from '../graph/graph';
import type { Precision } from '../runtime/execution';
import { resolvePrecision, Session } from '../runtime/session';
import type { TensorData } from '../runtime/session';
import type { CarryValues, EvalOptions } from '../train/forward';
import { forward, forwardFeeds, emptyCarry, nextCarry, outputCarry } from '../train/forward';
import { confidence, qColumn } from '../train/loss';
import type { ProjectedPath } from './latent-path';
import { LatentPath, sampledPositions } from './latent-path';

/** A state after one update, read by the heads of the model. */
interface TracedUpdate {
  /** Decoded tokens, with the probability of each; [S]. */
  readonly answer: number[];
  readonly confidence: number[];
  /** Root mean square change of the state. */
  readonly change: number;
  /** Halting logit (less that of going on, where there is one); the model reads it only after the last cycle. */
  readonly qHalt: number;
  /**
   * For each block of the network, the attention weights of the chosen head and cell over all positions; [blocks, L].
   * Null where no cell was chosen.
   */
  readonly attention: number[][] | null;
}

/** An H cycle: the update of zH that closes it, after those of the latent. */
export interface TracedCycle extends TracedUpdate {
  /** The lCycles updates of zL. It is not trained to decode to an answer. */
  readonly latent: TracedUpdate[];
}

export interface TracedStep {
  readonly cycles: TracedCycle[];
  readonly qHalt: number;
}

type Outputs = Readonly<Record<string, TensorData>>;

/** The outputs of `traceStepGraph` by H cycle. */
function tracedStep(config: ModelConfig, outputs: Outputs, withAttention: boolean): TracedStep {
  const { answer, confidence, change, attention: shares, qHalt: halts } = outputs;
  const updates = Array.from(halts!, (qHalt, index) => ({
    answer: row(answer!, index, config.seqLen),
    confidence: row(confidence!, index, config.seqLen),
    change: change![index]!,
    qHalt,
  }));
  const attention = withAttention ? attentionRows(config, shares!) : updates.map(() => null);
  const traced = updates.map((update, index) => ({ ...update, attention: attention[index]! }));
  const perCycle = latentUpdates(config) + 1;
  const cycles = Array.from({ length: updates.length / perCycle }, (_, cycle) => {
    const own = traced.slice(cycle * perCycle, (cycle + 1) * perCycle);
    return { ...own[perCycle - 1]!, latent: own.slice(0, -1) };
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

/**
 * For one puzzle (B = 1). Inputs: those of `forward`; attended int32 [1] where the model has attention, head·L +
 * position; sampled int32 [n], the positions whose state is output. Outputs: next_zH, next_zL; per update of a state, in
 * their order (U = hCycles·(lCycles + 1)), what the heads read from it, `answer` int32 [U, S], `confidence` [U, S],
 * `qHalt` [U], and `change` [U], the root mean square of the difference to the state before; `states` [U, n·D], the
 * new state at the sampled positions; per block of every update `attention` [U·blocks, L], the attention weights of
 * the attended head and position over all positions.
 */
export function traceStepGraph(config: ModelConfig, precision: Precision = 'float32'): Graph {
  const graph = new Graph();
  const rows = {
    answer: [] as Tensor[],
    confidence: [] as Tensor[],
    qHalt: [] as Tensor[],
    change: [] as Tensor[],
    states: [] as Tensor[],
    attention: [] as Tensor[],
  };
  const sampled = graph.input('sampled', [sampledPositions(config).length], 'int32');
  const observer = (model: RecursiveModel) => {
    const update = (state: Tensor, previous: Tensor) => {
      const logits = model.decode(state);
      rows.answer.push(reshape(argmax(logits, 1), [1, config.seqLen]));
      rows.confidence.push(reshape(confidence(config.loss, logits), [1, config.seqLen]));
      rows.qHalt.push(haltingLogit(config, model.qHead(state)));
      rows.change.push(change(state, previous));
      rows.states.push(reshape(gather(state, sampled), [1, -1]));
    };
    return { latent: update, answer: update };
  };
  const onAttention = (weights: Tensor) => void rows.attention.push(attendedRow(graph, config, weights));
  outputCarry(graph, config, [forward(graph, config, { batchSize: 1, observer, precision, onAttention })]);
  for (const [name, parts] of Object.entries(rows)) if (parts.length > 0) graph.output(name, concat(parts, 0));
  return graph;
}

/** One row of the weights [1, heads, L, L], as [1, L]. */
const attendedRow = (graph: Graph, config: ModelConfig, weights: Tensor): Tensor =>
  gather(reshape(weights, [-1, countPositions(config)]), graph.input('attended', [1], 'int32'));

/** Above 0 the model would halt: qHalt, less qContinue where the model weighs the two against each other; [1]. */
const haltingLogit = ({ noActContinue }: ModelConfig, q: Tensor): Tensor =>
  noActContinue ? qColumn(q, 0) : sub(qColumn(q, 0), qColumn(q, 1));

/** Root mean square of the difference of two states, [1]. */
function change(now: Tensor, before: Tensor): Tensor {
  const difference = sub(now, before);
  return reshape(sqrt(reduceMean(mul(difference, difference), [0, 1])), [1]);
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
  readonly onStep?: (steps: number, maxSteps: number) => Promise<void>;
}

/** Inputs that are the same in every step of a solve. */
interface ConstantInputs {
  readonly puzzle: Readonly<Record<'inputs' | 'puzzleIdentifiers', Int32Array>>;
  readonly traced: Readonly<Record<'attended' | 'sampled', Int32Array>>;
}

export class Solver {
  /** Floating-point operations of one supervision step. */
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
   * Runs all haltMaxSteps steps, or fewer: `maxSteps`, or those until the model would stop. `inputs` [S] tokens.
   * @throws RangeError if the model has no such attention head
   */
  async solve(inputs: ArrayLike<number>, options: SolveOptions = {}): Promise<TracedSolve> {
    const { config } = this;
    const { stopAtHalt = false, maxSteps = config.haltMaxSteps, attention, onStep } = options;
    const constant = this.constantInputs(inputs, options);
    const path = options.path ? new LatentPath(config, this.model) : null;
    let carry: CarryValues = emptyCarry(config, 1);
    const steps: TracedStep[] = [];
    let haltStep: number | null = null;
    while (steps.length < maxSteps && !(stopAtHalt && haltStep !== null)) {
      const outputs = await this.runStep(constant, carry, steps.length === 0);
      const { states } = outputs;
      carry = nextCarry(carry, outputs);
      const step = tracedStep(config, outputs, attention !== undefined);
      path?.addStep(states!);
      if (steps.push(step) && step.qHalt > 0) haltStep ??= steps.length;
      await onStep?.(steps.length, maxSteps);
    }
    return { steps, haltStep, path: path?.project() ?? null, ...this.summarise(steps.length) };
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

  private runStep({ puzzle, traced }: ConstantInputs, carry: CarryValues, isFirst: boolean): Promise<Outputs> {
    const feeds = forwardFeeds(this.config, this.model, { ...puzzle, ...carry, reset: [+isFirst] });
    return this.session.run({ ...feeds, ...traced });
  }

  private summarise(steps: number): Pick<TracedSolve, 'lCycles' | 'heads' | 'puzzleEmbLen' | 'flop'> {
    const { config, stepFlop } = this;
    return {
      lCycles: latentUpdates(config),
      heads: config.mlpT ? 0 : config.numHeads,
      puzzleEmbLen: countPuzzlePositions(config),
      flop: stepFlop * steps,
    };
  }

  async release(): Promise<void> {
    await this.session.release();
  }
}

/** head·L + position of the cell, behind the positions of the puzzle embedding. */
function attentionRowIndex(
  config: ModelConfig,
  { head, cell }: { readonly head: number; readonly cell: number },
): number {
  const { mlpT, numHeads, seqLen } = config;
  if (mlpT) throw new RangeError('this model mixes positions by an MLP: it has no attention to show');
  if (!(head >= 0 && head < numHeads))
    throw new RangeError(`this model has ${numHeads} heads, counted from 0: there is no head ${head}`);
  if (!(cell >= 0 && cell < seqLen))
    throw new RangeError(`this model reads ${seqLen} cells, counted from 0: there is no cell ${cell}`);
  return head * countPositions(config) + countPuzzlePositions(config) + cell;
}
