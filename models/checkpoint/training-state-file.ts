/** The training state in one safetensors file, so that a run can be resumed bit for bit. */
import { checkConfig } from '../family/config';
import type { ModelState } from '../family/weights';
import { bufferSizes, weightLayout } from '../family/weights';
import { carrySizes } from '../train/forward';
import type { LearnerState } from '../train/learner';
import type { RunConfig } from '../train/run-config';
import { sharedVector } from '../engine/column-slice';
import type { ByteSource } from './byte-source';
import { verifyChecksum, withChecksum } from './checksum';
import type { ElementTypeName, TensorValues } from './safetensors';
import {
  elementCount,
  elementTypes,
  encodeSafetensorsParts,
  LENGTH_BYTES,
  MAX_HEADER,
  SafetensorsError,
  SafetensorsReader,
  typeName,
} from './safetensors';

type CounterName = 'updates' | 'priorUpdates' | 'samples' | 'rateFactor';
type VectorName = Exclude<keyof LearnerState, CounterName>;

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
  'minSteps',
];

/** Absent in files of earlier versions, whose runs drew exploration at every step: read as zeros. */
const addedLater: readonly VectorName[] = ['minSteps'];

/**
 * Encodes the file in parts without copying, with a place for its checksum; `state` must not change until they are written. `resumeState` holds everything else
 * that resuming needs: random states, position in the data, time. Its key in the file is `position`.
 */
export function encodeTrainingState(state: LearnerState, resumeState: unknown): Uint8Array[] {
  const tensors = vectors.map((name) => [name, { shape: [state[name].length], values: state[name] }] as const);
  const metadata = {
    updates: String(state.updates),
    ...(state.priorUpdates > 0 && { priorUpdates: String(state.priorUpdates) }),
    ...(state.samples !== null && { samples: String(state.samples) }),
    rateFactor: String(state.rateFactor),
    position: JSON.stringify(resumeState),
  };
  return encodeSafetensorsParts(tensors, withChecksum(metadata));
}

export interface SavedTrainingState {
  readonly state: LearnerState;
  readonly resumeState: unknown;
}

/**
 * Reads the vectors into new memory, large ones into memory that workers share.
 * @throws SafetensorsError when the file is damaged or does not match `like`, a fresh state of the same run; errors of the source
 */
export async function readTrainingState(source: ByteSource, like: LearnerState): Promise<SavedTrainingState> {
  const file = await SafetensorsReader.open(source);
  await verifyChecksum(source, file);
  const isStored = (name: VectorName) => file.find(name) !== undefined || !addedLater.includes(name);
  for (const name of vectors.filter(isStored))
    requireVector(file, name, { type: typeName(like[name]), count: like[name].length });
  const { metadata } = file;
  const counters = readCounters(metadata);
  const resumeState = readResumeState(metadata.position);
  const read = new Map<VectorName, TensorValues>();
  for (const name of vectors) {
    const values = emptyLike(like[name]);
    if (isStored(name)) await file.readInto(name, values);
    read.set(name, values);
  }
  return { state: { ...(Object.fromEntries(read) as unknown as LearnerState), ...counters }, resumeState };
}

interface VectorSize {
  readonly type: ElementTypeName;
  readonly count: number;
}

type StateConfig = Pick<RunConfig, 'model' | 'batchSize'>;

/** Type and length of each vector, as `createLearnerState` makes them, without allocating any. */
function vectorSizes({ model, batchSize }: StateConfig): Record<VectorName, VectorSize> {
  const { hInit, lInit, puzzleTable } = bufferSizes(model);
  const { zH, zL } = carrySizes(model, batchSize);
  const weights = { type: 'F32', count: weightLayout(model).size } as const;
  const floats = (count: number) => ({ type: 'F32', count }) as const;
  const integers = (count: number) => ({ type: 'I32', count }) as const;
  return {
    params: weights,
    hInit: floats(hInit),
    lInit: floats(lInit),
    puzzleTable: floats(puzzleTable),
    m: weights,
    v: weights,
    ema: weights,
    zH: floats(zH),
    zL: floats(zL),
    inputs: integers(batchSize * model.seqLen),
    labels: integers(batchSize * model.seqLen),
    puzzleIdentifiers: integers(batchSize),
    steps: integers(batchSize),
    halted: { type: 'U8', count: batchSize },
    minSteps: integers(batchSize),
  };
}

/** The most bytes that a file of such a run has. @throws ConfigError for an invalid model */
export function maxTrainingStateBytes(config: StateConfig): number {
  checkConfig(config.model);
  const values = Object.values(vectorSizes(config)).reduce(
    (sum, { type, count }) => sum + count * elementTypes[type].bytes,
    0,
  );
  return LENGTH_BYTES + MAX_HEADER + values;
}

type TrainingStateHeader = Omit<SavedTrainingState, 'state'> & Pick<LearnerState, CounterName>;

/**
 * Checks a file against the configuration of its run without keeping its values: tensors, counters, checksum.
 * @throws as `checkTrainingStateHeader`
 */
export async function checkTrainingState(source: ByteSource, config: StateConfig): Promise<TrainingStateHeader> {
  const header = await checkTrainingStateHeader(source, config);
  await verifyChecksum(source, await SafetensorsReader.open(source));
  return header;
}

/**
 * Checks everything but the values, of which nothing is read.
 * @throws SafetensorsError when the file is damaged or of another run; ConfigError for an invalid model; errors of the source
 */
export async function checkTrainingStateHeader(source: ByteSource, config: StateConfig): Promise<TrainingStateHeader> {
  checkConfig(config.model);
  const file = await SafetensorsReader.open(source);
  for (const [name, size] of Object.entries(vectorSizes(config)) as [VectorName, VectorSize][])
    if (file.find(name) !== undefined || !addedLater.includes(name)) requireVector(file, name, size);
  return { ...readCounters(file.metadata), resumeState: readResumeState(file.metadata.position) };
}

const arrayNames: Partial<Record<ElementTypeName, string>> = {
  F32: Float32Array.name,
  I32: Int32Array.name,
  U8: Uint8Array.name,
};

/** @throws SafetensorsError */
function requireVector(file: SafetensorsReader, name: VectorName, { type, count }: VectorSize): void {
  const found = file.find(name);
  if (found?.type !== type || elementCount(found.shape) !== count)
    throw new SafetensorsError('checkpoint.state.values', { name, count, type: arrayNames[type] ?? type });
}

function emptyLike(values: LearnerState[VectorName]): TensorValues {
  if (values instanceof Float32Array) return sharedVector(values.length);
  return values instanceof Int32Array ? new Int32Array(values.length) : new Uint8Array(values.length);
}

export interface EvalWeights extends Pick<LearnerState, CounterName> {
  /** The weights that are evaluated and saved: averaged ones (EMA) if the run has them. */
  readonly state: ModelState;
}

/**
 * Reads only the weights that are evaluated and saved.
 * @throws SafetensorsError when the file is damaged or of another model; ConfigError for an invalid model; errors of the source
 */
export async function readEvalWeights(
  source: ByteSource,
  { model, ema }: Pick<RunConfig, 'model' | 'ema'>,
): Promise<EvalWeights> {
  const { metadata, floats } = await openVectors(source, model);
  const { hInit, lInit, puzzleTable } = bufferSizes(model);
  const buffers = {
    hInit: await floats('hInit', hInit),
    lInit: await floats('lInit', lInit),
    puzzleTable: await floats('puzzleTable', puzzleTable),
  };
  const params = await floats(ema ? 'ema' : 'params', weightLayout(model).size);
  return { state: { params, ...buffers }, ...readCounters(metadata) };
}

/** Weights as they are trained, and the state of their optimiser. Flat vectors of equal length. */
export interface TrainedVectors extends Pick<LearnerState, 'params' | 'm' | 'v'> {
  /** Null where the run has no average. */
  readonly ema: Float32Array | null;
}

/** Reads the vectors that the optimiser continues with. @throws as `readEvalWeights` */
export async function readTrainedVectors(
  source: ByteSource,
  { model, ema }: Pick<RunConfig, 'model' | 'ema'>,
): Promise<TrainedVectors> {
  const { floats } = await openVectors(source, model);
  const read = (name: VectorName) => floats(name, weightLayout(model).size);
  return { params: await read('params'), m: await read('m'), v: await read('v'), ema: ema && (await read('ema')) };
}

/** Opens a file for its vectors of floats, after its checksum was verified. @throws as `readEvalWeights` */
async function openVectors(source: ByteSource, model: RunConfig['model']) {
  checkConfig(model);
  const file = await SafetensorsReader.open(source);
  await verifyChecksum(source, file);
  const floats = async (name: VectorName, count: number): Promise<Float32Array> => {
    // Checked before memory is allocated: a config can contain huge sizes.
    requireVector(file, name, { type: 'F32', count });
    const values = new Float32Array(count);
    await file.readInto(name, values);
    return values;
  };
  return { metadata: file.metadata, floats };
}

/** @throws SafetensorsError */
const readCounters = ({
  updates,
  priorUpdates,
  samples,
  rateFactor,
}: SafetensorsReader['metadata']): Pick<LearnerState, CounterName> => ({
  updates: readCount('updates', updates),
  priorUpdates: priorUpdates === undefined ? 0 : readCount('priorUpdates', priorUpdates),
  // Absent in files of earlier versions.
  samples: samples === undefined ? null : readCount('samples', samples),
  rateFactor: readFactor(rateFactor),
});

function readCount(name: Exclude<CounterName, 'rateFactor'>, text: string | undefined): number {
  if (!text || !/^\d{1,15}$/.test(text)) throw new SafetensorsError('checkpoint.state.wholeNumber', { name });
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
