/** The recorded steps of a model and comparisons with them, shared by the reference's models and the lab's own families. */
import { expect } from 'vitest';
import { evalStepGraph } from '../../models/evaluate/eval-step';
import type { Graph } from '../../models/graph/graph';
import { carriedStates } from '../../models/family/config';
import { weightLayout } from '../../models/family/weights';
import { Session, type Feeds, type TensorData } from '../../models/runtime/session';
import { modelAtStep } from '../../models/train/curriculum';
import { forwardFeeds, type CarryValues } from '../../models/train/forward';
import type { HaltingDraws } from '../../models/train/halting';
import {
  createLearnerState,
  Learner,
  resetStates,
  type LabelledBatch,
  type LearnerState,
} from '../../models/train/learner';
import { metricSums, totalLoss, type ExampleMetrics, type StepOutcome } from '../../models/train/metrics';
import { trainStepGraph } from '../../models/train/train-step';
import { BATCH, type OracleCase } from './case';
import { expectWithinNoise } from './closeness';
import type { OracleTensors } from './folder';

/** Names of the states in recordings. */
export const recordedNames = { zH: 'z_H', zL: 'z_L' } as const;
const puzzleRows = 'model.inner.puzzle_emb.local_weights';

type Outputs = Readonly<Record<string, TensorData>>;

export const startState = (oracle: OracleCase): LearnerState =>
  createLearnerState(oracle.state('params'), oracle.config, BATCH);

/** @param learningRate 0 for steps that leave the weights unchanged; as recorded when absent */
export const createLearner = (oracle: OracleCase, learningRate?: number): Promise<Learner> =>
  Learner.create({ model: oracle.config, training: oracle.learning(learningRate), state: startState(oracle) });

/** One run of train steps, counted from 1. */
export class RecordedSteps {
  readonly tensors: OracleTensors;

  constructor(
    private readonly oracle: OracleCase,
    private readonly run: 'frozen_steps' | 'train_steps',
  ) {
    this.tensors = oracle.tensors(run);
  }

  /** The batch of each step. */
  get batches(): { readonly step: number; readonly batch: LabelledBatch }[] {
    const order: string[] = this.oracle.results[`${this.run}_batch_order`];
    return order.map((name, i) => ({ step: i + 1, batch: this.oracle.batch(name) }));
  }

  floats(step: number, quantity: string): Float32Array<ArrayBuffer> {
    return this.tensors.floats(`step${step}.${quantity}`);
  }

  draws(step: number): HaltingDraws {
    const starts = `step${step}.draw.starts_from_previous`;
    return {
      uniform: this.floats(step, 'draw.uniform'),
      minHaltSteps: this.tensors.ints(`step${step}.draw.min_halt_steps`),
      ...(this.tensors.names.includes(starts) && {
        startsFromPrevious: Uint8Array.from(this.tensors.get(starts).values),
      }),
    };
  }

  /** 1 where an example halted after the step, [B]. */
  halted(step: number): Uint8Array {
    return Uint8Array.from(this.tensors.get(`step${step}.halted`).values);
  }

  expectStates(step: number, states: CarryValues): void {
    expectStates(this.oracle, states, {
      tensors: this.tensors,
      prefix: `step${step}`,
      noise: this.oracle.stateNoise(this.run, step),
    });
  }

  /** @param logits [S·B, V] */
  expectLogits(step: number, logits: TensorData): void {
    const actual = this.oracle.byExample(logits as Float32Array);
    expectWithinNoise(`step ${step} logits`, actual, this.floats(step, 'logits'), this.noise(step));
  }

  expectHalting(step: number, { exampleMetrics: { qHalt, qContinue }, halted, steps }: StepOutcome): void {
    const noise = this.noise(step);
    expectWithinNoise(`step ${step} qHalt`, qHalt, this.floats(step, 'q_halt_logits'), noise);
    expectWithinNoise(`step ${step} qContinue`, qContinue, this.floats(step, 'q_continue_logits'), noise);
    expect([...halted]).toEqual([...this.halted(step)]);
    expect([...steps]).toEqual([...this.tensors.get(`step${step}.steps`).values]);
  }

  expectContinueTarget(step: number, { continueTarget }: ExampleMetrics): void {
    const expected = this.floats(step, 'target_q_continue');
    expectWithinNoise(`step ${step} continue target`, continueTarget, expected, this.oracle.targetNoise(step));
  }

  /** Losses inherit the rounding of their step's logits, so they share its noise. */
  expectLosses(step: number, outcome: StepOutcome): void {
    const sums = metricSums(outcome);
    const { metrics, total_loss } = this.oracle.results[this.run][step - 1];
    const noise = this.noise(step) * BATCH;
    expectWithinNoise(`step ${step} lmLoss`, [sums.lmLoss], [metrics.lm_loss], noise);
    expectWithinNoise(`step ${step} qHaltLoss`, [sums.qHaltLoss], [metrics.q_halt_loss], noise);
    expectWithinNoise(`step ${step} qContinueLoss`, [sums.qContinueLoss], [metrics.q_continue_loss ?? 0], noise);
    expectWithinNoise(`step ${step} total loss`, [totalLoss(sums)], [total_loss], noise);
  }

  /** The sums over the examples that halted. */
  expectCounts(step: number, outcome: StepOutcome): void {
    const sums = metricSums(outcome);
    const { metrics } = this.oracle.results[this.run][step - 1];
    expect(sums.count).toBe(metrics.count);
    expect(sums.accuracy).toBeCloseTo(metrics.accuracy, 5);
    expect(sums.exactAccuracy).toBe(metrics.exact_accuracy);
    expect(sums.qHaltAccuracy).toBe(metrics.q_halt_accuracy);
    expect(sums.steps).toBe(metrics.steps);
  }

  /** The norm before clipping. */
  expectGradientNorm(step: number, { gradientNorm }: StepOutcome): void {
    const { gradient_norm } = this.oracle.results[this.run][step - 1];
    const noise = this.oracle.gradientNormNoise(step);
    expectWithinNoise(`step ${step} gradient norm`, [gradientNorm], [gradient_norm], noise);
  }

  private noise(step: number): number {
    return this.oracle.headNoise(this.run, step);
  }
}

interface RecordedStates {
  readonly tensors: OracleTensors;
  readonly prefix: string;
  readonly noise: number;
}

export function expectStates(
  oracle: OracleCase,
  states: CarryValues,
  { tensors, prefix, noise }: RecordedStates,
): void {
  for (const state of carriedStates(oracle.config)) {
    const expected = oracle.positionMajor(tensors.floats(`${prefix}.${recordedNames[state]}`));
    expectWithinNoise(`${prefix} ${state}`, states[state], expected, noise);
  }
}

interface TakenStep {
  readonly before: LearnerState;
  readonly after: LearnerState;
  readonly draws: HaltingDraws;
}

/** The outputs of an evaluation step for the examples and weights of a train step: its logits [S·B, V] and answers. */
export async function forwardOutputs(oracle: OracleCase, { before, after, draws }: TakenStep): Promise<Outputs> {
  const stage = modelAtStep(oracle.config, oracle.learning().curriculum ?? [], before.updates);
  const { graph, logits } = evalStepGraph(stage, BATCH);
  graph.output('logits', logits);
  const { inputs, puzzleIdentifiers } = after;
  const reset = resetStates(before, draws);
  const feeds = forwardFeeds(stage, before, { ...before, inputs, puzzleIdentifiers, reset });
  return runOnce(graph, feeds);
}

/** The outputs of the first train step, and the flat gradient before clipping as `gradient`. */
async function firstStepOutputs(oracle: OracleCase): Promise<Outputs> {
  const { optimiser, curriculum } = oracle.learning();
  const config = modelAtStep(oracle.config, curriculum ?? [], 0);
  const { graph, gradient } = trainStepGraph({ config, optimiser, batchSize: BATCH });
  graph.output('gradient', gradient);
  const [state, data] = [startState(oracle), oracle.batch('b1')];
  const { m, v, ema } = state;
  const lastStep = new Int32Array(BATCH).fill(+(config.haltMaxSteps === 1));
  const feeds = forwardFeeds(config, state, { ...state, ...data, reset: state.halted });
  return runOnce(graph, { ...feeds, labels: data.labels, m, v, ema, lastStep, rates: new Float32Array(4) });
}

async function runOnce(graph: Graph, feeds: Feeds): Promise<Outputs> {
  const session = await Session.create(graph);
  try {
    return await session.run(feeds);
  } finally {
    await session.release();
  }
}

/** Compares the gradient of every weight in the first step, and of the rows of puzzle embeddings. */
export async function expectFirstGradient(oracle: OracleCase): Promise<void> {
  const { gradient, puzzleGradient } = await firstStepOutputs(oracle);
  const recorded = oracle.tensors('grads_step1');
  const layout = weightLayout(oracle.config);
  const weights = layout.specs.map(({ name }) => ({ name, values: layout.values(gradient as Float32Array, name) }));
  const rows = puzzleGradient && oracle.config.puzzleEmbNdim > 0 ? [{ name: puzzleRows, values: puzzleGradient }] : [];
  for (const { name, values } of [...weights, ...rows])
    expectWithinNoise(`gradient of ${name}`, values, recorded.floats(name), oracle.gradientNoise(name));
}

/** Compares a flat vector with the weights in a file, which may hold only some of them. */
export function expectWeights(oracle: OracleCase, file: string, flat: Float32Array, noise: number): void {
  const layout = weightLayout(oracle.config);
  const recorded = oracle.tensors(file);
  const compared = layout.specs.filter(({ name }) => recorded.names.includes(name));
  expect(compared.length).toBeGreaterThan(0);
  for (const { name } of compared)
    expectWithinNoise(`${file} ${name}`, layout.values(flat, name), recorded.floats(name), noise);
}
