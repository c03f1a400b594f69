/** A model while it learns: its flat vectors, the carry of every example, and one step after the other. */
import type { HaltingDraws } from '../halting';
import { haltInTraining } from '../halting';
import { emaRateAt } from '../optim/ema';
import { rates } from '../optim/optimiser';
import { learningRateAt } from '../optim/schedule';
import type { TrmConfig } from '../trm/config';
import type { ModelState } from '../trm/weights';
import type { ExampleRows, StepOutcome } from './metrics';
import type { LearningConfig } from './run-config';
import type { SessionOptions } from './session';
import { Session } from './session';
import { rateNames, resultRows, trainStepGraph } from './train-step';

/** What a learner reads of a batch: int32 tokens [B·S], labels with −100 where ignored. */
export interface LabelledBatch {
  readonly inputs: Int32Array;
  readonly labels: Int32Array;
}

/** All that changes from step to step; saving it and going on from it gives the same numbers. */
export interface LearnerState extends ModelState {
  readonly m: Float32Array;
  readonly v: Float32Array;
  readonly ema: Float32Array;
  /** [L, B·D] */
  readonly zH: Float32Array;
  readonly zL: Float32Array;
  /** The data each example is working on, [B·S]. */
  readonly inputs: Int32Array;
  readonly labels: Int32Array;
  /** Supervision steps each example has had, and whether it starts over next time, [B]. */
  readonly steps: Int32Array;
  readonly halted: Uint8Array;
  /** Updates made so far. */
  readonly updates: number;
}

export function freshLearnerState(model: ModelState, config: TrmConfig, batchSize: number): LearnerState {
  const vector = () => new Float32Array(model.params.length);
  const carry = () => new Float32Array(config.seqLen * batchSize * config.hiddenSize);
  const tokens = () => new Int32Array(batchSize * config.seqLen);
  return {
    ...model,
    m: vector(), v: vector(), ema: model.params.slice(),
    zH: carry(), zL: carry(),
    inputs: tokens(), labels: tokens(),
    steps: new Int32Array(batchSize), halted: new Uint8Array(batchSize).fill(1),
    updates: 0,
  };
}

export interface LearnerOptions extends SessionOptions {
  readonly model: TrmConfig;
  readonly learning: LearningConfig;
  readonly state: LearnerState;
}

export class Learner {
  state: LearnerState;

  private constructor(private readonly session: Session, private readonly options: LearnerOptions) {
    this.state = options.state;
  }

  static async create(options: LearnerOptions): Promise<Learner> {
    const { optimiser, batchSize } = options.learning;
    const { graph } = trainStepGraph({ config: options.model, optimiser, batchSize });
    return new Learner(await Session.create(graph, options), options);
  }

  /** Learning rate of the next update. */
  get learningRate(): number {
    return learningRateAt(this.state.updates + 1, this.options.learning.schedule);
  }

  /** One forward, backward and update. Examples that halted take their row of the batch; the others go on. */
  async step(batch: LabelledBatch, draws: HaltingDraws): Promise<StepOutcome> {
    const { model } = this.options;
    const reset = Int32Array.from(this.state.halted);
    const data = takeRows(this.state, batch, model.seqLen);
    const { params, m, v, ema, hInit, lInit, zH, zL } = this.state;
    const outputs = await this.session.run({ params, m, v, ema, hInit, lInit, zH, zL, ...data, reset, rates: this.rates() });
    const rows = splitRows(outputs.rows as Float32Array);
    const steps = this.state.steps.map((count, i) => (reset[i] ? 1 : count + 1));
    const halted = haltInTraining({ steps, qHalt: rows.qHalt }, draws, model);
    const next = (name: string) => outputs[`next_${name}`] as Float32Array;
    this.state = {
      ...this.state, ...data, steps, halted,
      params: next('params'), m: next('m'), v: next('v'), ema: next('ema'), zH: next('zH'), zL: next('zL'),
      updates: this.state.updates + 1,
    };
    return { rows, steps, halted };
  }

  /** The weights that are evaluated and saved: the EMA where there is one. */
  get answering(): ModelState {
    const { params, ema, hInit, lInit } = this.state;
    return { params: this.options.learning.ema ? ema : params, hInit, lInit };
  }

  async release(): Promise<void> {
    await this.session.release();
  }

  private rates(): Float32Array {
    const { optimiser, ema } = this.options.learning;
    const t = this.state.updates + 1;
    const emaRate = ema ? emaRateAt(t, ema) : 0;
    const values = { ...rates(optimiser, { learningRate: this.learningRate, t }), emaRate };
    return Float32Array.from(rateNames, (name) => values[name]);
  }
}

/** New data for the examples that halted, the old data for the rest. */
function takeRows({ inputs, labels, halted }: LearnerState, batch: LabelledBatch, seqLen: number): LabelledBatch {
  const taken = { inputs: inputs.slice(), labels: labels.slice() };
  halted.forEach((isHalted, i) => {
    if (!isHalted) return;
    const [from, to] = [i * seqLen, (i + 1) * seqLen];
    taken.inputs.set(batch.inputs.subarray(from, to), from);
    taken.labels.set(batch.labels.subarray(from, to), from);
  });
  return taken;
}

function splitRows(values: Float32Array): ExampleRows {
  const batch = values.length / resultRows.length;
  return Object.fromEntries(resultRows.map((name, row) => [name, values.subarray(row * batch, (row + 1) * batch)])) as ExampleRows;
}
