/** The training state in one safetensors file, so that a run can be resumed bit for bit. */
import { checkConfig } from '../family/config';
import type { ModelState } from '../family/weights';
import { bufferSizes, weightLayout } from '../family/weights';
import type { LearnerState } from '../train/learner';
import type { RunConfig } from '../train/run-config';
import type { TensorValues } from './safetensors';
import { readSafetensors, SafetensorsError, encodeSafetensorsParts } from './safetensors';

type VectorName = Exclude<keyof LearnerState, 'updates' | 'rateFactor'>;

const vectors: readonly VectorName[] = [
  'params',
  'hInit',
  'lInit',
  'puzzleTable',
  'm',
  'v',
  'ema',
  'zH',
  'zL',
  'inputs',
  'labels',
  'puzzleIdentifiers',
  'steps',
  'halted',
];

/**
 * Encodes the file in parts without copying; `state` must not change until they are written. `resumeState` holds everything else
 * that resuming needs: random states, position in the data, time. Its key in the file is `position`.
 */
export function encodeTrainingState(state: LearnerState, resumeState: unknown): Uint8Array[] {
  const tensors = vectors.map((name) => [name, { shape: [state[name].length], values: state[name] }] as const);
  return encodeSafetensorsParts(tensors, {
    updates: String(state.updates),
    rateFactor: String(state.rateFactor),
    position: JSON.stringify(resumeState),
  });
}

export interface SavedTrainingState {
  readonly state: LearnerState;
  readonly resumeState: unknown;
}

/** @throws SafetensorsError when the file is damaged or does not match `like`, a fresh state of the same run */
export function readTrainingState(bytes: Uint8Array, like: LearnerState): SavedTrainingState {
  const { tensors, metadata } = readSafetensors(bytes);
  const read = (name: VectorName): TensorValues => {
    const values = tensors.get(name)?.values;
    if (values?.length !== like[name].length || values.constructor !== like[name].constructor)
      throw new SafetensorsError('checkpoint.state.values', {
        name,
        count: like[name].length,
        type: like[name].constructor.name,
      });
    return values;
  };
  const counters = { updates: readCount(metadata.updates), rateFactor: readFactor(metadata.rateFactor) };
  const state = { ...Object.fromEntries(vectors.map((name) => [name, read(name)])), ...counters };
  return { state: state as unknown as LearnerState, resumeState: readResumeState(metadata.position) };
}

export interface EvalWeights extends Pick<LearnerState, 'updates' | 'rateFactor'> {
  /** The weights that are evaluated and saved: averaged ones (EMA) if the run has them. */
  readonly state: ModelState;
}

/**
 * Reads only the weights that are evaluated and saved.
 * @throws SafetensorsError when the file is damaged or of another model; ConfigError for an invalid model
 */
export function readEvalWeights(bytes: Uint8Array, { model, ema }: Pick<RunConfig, 'model' | 'ema'>): EvalWeights {
  checkConfig(model);
  const { tensors, metadata } = readSafetensors(bytes);
  const floats = (name: VectorName, length: number): Float32Array => {
    const values = tensors.get(name)?.values;
    if (!(values instanceof Float32Array && values.length === length))
      throw new SafetensorsError('checkpoint.state.values', { name, count: length, type: Float32Array.name });
    return values;
  };
  const { hInit, lInit, puzzleTable } = bufferSizes(model);
  const buffers = {
    hInit: floats('hInit', hInit),
    lInit: floats('lInit', lInit),
    puzzleTable: floats('puzzleTable', puzzleTable),
  };
  const params = floats(ema ? 'ema' : 'params', weightLayout(model).size);
  return {
    state: { params, ...buffers },
    updates: readCount(metadata.updates),
    rateFactor: readFactor(metadata.rateFactor),
  };
}

function readCount(text: string | undefined): number {
  if (!text || !/^\d{1,15}$/.test(text))
    throw new SafetensorsError('checkpoint.state.wholeNumber', { name: 'updates' });
  return Number(text);
}

/** Absent in files of older versions. */
function readFactor(text = '1'): number {
  const factor = Number(text);
  if (!(factor > 0 && factor <= 1)) throw new SafetensorsError('checkpoint.state.rateFactor', { name: 'rateFactor' });
  return factor;
}

function readResumeState(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? '');
  } catch {
    throw new SafetensorsError('checkpoint.state.json', { name: 'position' });
  }
}
