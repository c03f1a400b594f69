/** The state of the optimiser that comes with imported weights: in their file as a trainer has saved it, or exported beside them. */
import { message, MessageError, type Message } from '../../../renderer/messages/message';
import type { ModelConfig } from '../../family/config';
import { weightLayout, type ModelState } from '../../family/weights';
import { withFileSource } from '../byte-source';
import type { OptimiserState } from '../../optim/optimiser';
import { optimiserFile, readOptimiserState, requireMoments } from '../optimiser-state';
import type { StoredTensor } from '../safetensors';
import type { StoredOptimiser } from '../torch/read-torch';
import type { Moments } from '../torch/optimiser-dictionary';
import { findCompanion } from './companion-files';
import type { TensorFile, Tensors } from './weights-file';

interface OptimiserSource {
  /** Path of the weights. */
  readonly weightsFile: string;
  readonly stored: TensorFile['optimiser'];
  readonly config: ModelConfig;
  readonly state: ModelState;
  /** Replaces the names of tensors in the file by the reference's. */
  readonly rename: (tensors: Tensors) => Tensors;
}

interface ImportedOptimiser {
  readonly optimiser?: OptimiserState;
  /** Says that there is a state, or why it was left out. */
  readonly notes: readonly Message[];
}

/** Without a state that fits the weights, the weights are imported alone. @throws errors of the disk */
export async function importOptimiser(source: OptimiserSource): Promise<ImportedOptimiser> {
  try {
    const optimiser = await readOptimiser(source);
    if (!optimiser) return { notes: [] };
    return { optimiser, notes: [message('checkpoint.import.optimizerKept', { step: optimiser.step })] };
  } catch (error) {
    if (!(error instanceof MessageError)) throw error;
    return { notes: [message('checkpoint.import.optimizerLeftOut', { reason: error.text })] };
  }
}

/** Null for weights without a state. @throws MessageError */
async function readOptimiser({ stored, ...source }: OptimiserSource): Promise<OptimiserState | null> {
  if (stored instanceof MessageError) throw stored;
  if (stored) return assemble(stored, source);
  const beside = findCompanion(source.weightsFile, optimiserFile);
  return beside === null
    ? null
    : withFileSource(beside, (file) => readOptimiserState(file, source.config, source.state));
}

function assemble(
  { moments, trained }: StoredOptimiser,
  { config, rename }: Pick<OptimiserSource, 'config' | 'rename'>,
): OptimiserState {
  const weights = rename(trained);
  const { specs } = weightLayout(config);
  const names = [...weights.keys()].filter((name) => specs.some((spec) => spec.name === name));
  const byName = byWeight(moments, names, rename);
  if (byName.size !== specs.length) throw new MessageError('checkpoint.optimizer.incomplete');
  const vector = (of: (name: string) => StoredTensor | undefined) => flatten(config, of);
  const state = {
    params: vector((name) => weights.get(name)),
    m: vector((name) => byName.get(name)?.m),
    v: vector((name) => byName.get(name)?.v),
    step: commonStep([...byName.values()]),
  };
  requireMoments(state);
  return state;
}

/** The moments by the reference's names. @param names of the weights in the order of the model's parameters, which numbers refer to */
function byWeight(
  moments: StoredOptimiser['moments'],
  names: readonly string[],
  rename: OptimiserSource['rename'],
): ReadonlyMap<string, Moments<StoredTensor>> {
  const isNumbered = [...moments.keys()].every((key) => typeof key === 'number');
  // One more or fewer would move all others.
  if (isNumbered && moments.size !== names.length) throw new MessageError('checkpoint.optimizer.incomplete');
  const named = [...moments].map(([key, of]) => [typeof key === 'number' ? names[key]! : key, of] as const);
  if (isNumbered) return new Map(named);
  const renamed = (which: 'm' | 'v') => rename(new Map(named.map(([name, of]) => [name, of[which]])));
  const [m, v, step] = [renamed('m'), renamed('v'), named[0]![1].step];
  return new Map([...m].map(([name, tensor]) => [name, { m: tensor, v: v.get(name) as StoredTensor, step }]));
}

/** @throws MessageError unless there is a tensor of the shape of each weight, with finite values */
function flatten(config: ModelConfig, find: (name: string) => StoredTensor | undefined): Float32Array {
  const layout = weightLayout(config);
  const vector = new Float32Array(layout.size);
  for (const { name, shape } of layout.specs) {
    const tensor = find(name);
    if (tensor?.shape.join() !== shape.join()) throw new MessageError('checkpoint.optimizer.shapes', { name });
    layout.values(vector, name).set(tensor.values);
  }
  if (!vector.every(Number.isFinite)) throw new MessageError('checkpoint.optimizer.values');
  return vector;
}

/** The number of updates, of which each weight has as many. */
function commonStep(moments: readonly Moments<StoredTensor>[]): number {
  const steps = new Set(moments.map(({ step }) => (typeof step === 'number' ? step : step.values[0]!)));
  const [step = 0] = steps;
  if (steps.size !== 1 || !Number.isSafeInteger(step)) throw new MessageError('checkpoint.optimizer.steps');
  return step;
}
