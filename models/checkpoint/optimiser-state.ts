/**
 * The state of the optimiser of a model, in a safetensors file of its own: the weights that it trains and their moments, each by the name of the
 * weight; its step and the hash of the model's weights as metadata.
 */
import { createHash } from 'node:crypto';
import { sharedVector } from '../engine/column-slice';
import type { ModelConfig } from '../family/config';
import { weightLayout, type ModelState } from '../family/weights';
import type { OptimiserState } from '../optim/optimiser';
import type { ByteSource } from './byte-source';
import { verifyChecksum, withChecksum } from './checksum';
import { requireFinite, requireShape } from './model-tensors';
import { encodeSafetensorsParts, SafetensorsError, SafetensorsReader, type StoredTensor } from './safetensors';

/** In the folder of a model; the name of an exported one ends with it. */
export const optimiserFile = 'optimizer.safetensors';

type VectorName = Exclude<keyof OptimiserState, 'step'>;

/** Start of the names of the tensors, as PyTorch names the moments. */
const prefixes: Readonly<Record<VectorName, string>> = { params: 'param', m: 'exp_avg', v: 'exp_avg_sq' };
const vectors = Object.keys(prefixes) as VectorName[];

/**
 * Encodes the file in parts without copying, with a place for its checksum.
 * @param model the model whose weights it belongs to
 */
export function encodeOptimiserState(
  config: ModelConfig,
  { step, ...state }: OptimiserState,
  model: Pick<ModelState, 'params'>,
): Uint8Array[] {
  const layout = weightLayout(config);
  const tensors = vectors.flatMap((vector) =>
    layout.specs.map(({ name, shape }): [string, StoredTensor] => [
      `${prefixes[vector]}.${name}`,
      { shape, values: layout.values(state[vector], name) },
    ]),
  );
  return encodeSafetensorsParts(
    tensors,
    withChecksum({ format: 'pt', step: String(step), weights_sha256: hashWeights(model) }),
  );
}

/**
 * Reads the vectors into memory that workers share.
 * @param model the model that it should belong to
 * @throws SafetensorsError when the file is damaged or belongs to other weights; errors of the source
 */
export async function readOptimiserState(
  source: ByteSource,
  config: ModelConfig,
  model: Pick<ModelState, 'params'>,
): Promise<OptimiserState> {
  const file = await SafetensorsReader.open(source);
  await verifyChecksum(source, file);
  if (file.metadata['weights_sha256'] !== hashWeights(model))
    throw new SafetensorsError('checkpoint.optimizer.otherWeights');
  const step = readStep(file.metadata['step']);
  const read = (vector: VectorName) => readVector(file, config, vector);
  const state = { params: await read('params'), m: await read('m'), v: await read('v'), step };
  requireMoments(state);
  return state;
}

async function readVector(file: SafetensorsReader, config: ModelConfig, vector: VectorName): Promise<Float32Array> {
  const layout = weightLayout(config);
  const specs = layout.specs.map(({ name, shape }) => ({ own: name, name: `${prefixes[vector]}.${name}`, shape }));
  // All are checked before memory is allocated.
  for (const spec of specs) {
    const found = file.find(spec.name);
    requireShape(spec, found && { ...found, isFloat32: found.type === 'F32' });
  }
  const values = sharedVector(layout.size);
  for (const { own, name } of specs) {
    const target = layout.values(values, own);
    await file.readInto(name, target);
    requireFinite(name, target);
  }
  return values;
}

function readStep(text: string | undefined): number {
  if (!text || !/^\d{1,15}$/u.test(text)) throw new SafetensorsError('checkpoint.state.wholeNumber', { name: 'step' });
  return Number(text);
}

/** @throws SafetensorsError for means of squares below zero, or moments without a step */
export function requireMoments({ v, step }: Pick<OptimiserState, 'v' | 'step'>): void {
  if (step < 1 || v.some((square) => square < 0)) throw new SafetensorsError('checkpoint.optimizer.values');
}

/** Of the values, so that it is the same in every file format. */
const hashWeights = ({ params: { buffer, byteOffset, byteLength } }: Pick<ModelState, 'params'>): string =>
  createHash('sha256')
    .update(new Uint8Array(buffer, byteOffset, byteLength))
    .digest('hex');
