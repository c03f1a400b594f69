/** What a learner is made of between two steps: enough to go on bit for bit. */
import type { ModelConfig } from '../family/config';
import { carriedStates, positions } from '../family/config';
import type { ModelState } from '../family/weights';

/** What a learner reads of a batch: int32 tokens [B·S], labels with a negative number where ignored, identifiers [B]. */
export interface LabelledBatch {
  readonly inputs: Int32Array;
  readonly labels: Int32Array;
  readonly puzzleIdentifiers: Int32Array;
}

/** All that changes from step to step; saving it and going on from it gives the same numbers. */
export interface LearnerState extends ModelState, LabelledBatch {
  readonly m: Float32Array;
  readonly v: Float32Array;
  readonly ema: Float32Array;
  /** [L, B·D]; empty where the model has no such state. */
  readonly zH: Float32Array;
  readonly zL: Float32Array;
  /** Supervision steps each example has had, and whether it starts over next time, [B]. */
  readonly steps: Int32Array;
  readonly halted: Uint8Array;
  /** Updates made so far. */
  readonly updates: number;
  /** Times the scheduled learning rate: halved by hand after a run has diverged. */
  readonly rateFactor: number;
}

export function freshLearnerState(model: ModelState, config: ModelConfig, batchSize: number): LearnerState {
  const vector = () => new Float32Array(model.params.length);
  const tokens = () => new Int32Array(batchSize * config.seqLen);
  return {
    ...model,
    m: vector(),
    v: vector(),
    ema: model.params.slice(),
    ...freshCarry(config, batchSize),
    inputs: tokens(),
    labels: tokens(),
    puzzleIdentifiers: new Int32Array(batchSize),
    steps: new Int32Array(batchSize),
    halted: new Uint8Array(batchSize).fill(1),
    updates: 0,
    rateFactor: 1,
  };
}

/** Carried states before the first step; their values are never read, since every example starts over. */
export function freshCarry(config: ModelConfig, batchSize: number): Pick<LearnerState, 'zH' | 'zL'> {
  const state = (name: 'zH' | 'zL') =>
    new Float32Array(carriedStates(config).includes(name) ? positions(config) * batchSize * config.hiddenSize : 0);
  return { zH: state('zH'), zL: state('zL') };
}

/** New data for the examples that halted, the old data for the rest. */
export function replaceHaltedExamples(state: LearnerState, batch: LabelledBatch): LabelledBatch {
  const mixed = (old: Int32Array, fresh: Int32Array) => {
    const width = old.length / state.halted.length;
    return old.map((value, i) => (state.halted[Math.floor(i / width)]! ? fresh[i]! : value));
  };
  return {
    inputs: mixed(state.inputs, batch.inputs),
    labels: mixed(state.labels, batch.labels),
    puzzleIdentifiers: mixed(state.puzzleIdentifiers, batch.puzzleIdentifiers),
  };
}
