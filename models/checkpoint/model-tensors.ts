/** The tensors of a model under the reference's names: its weights, initial states and puzzle table. */
import { sharedVector } from '../engine/column-slice';
import type { ModelConfig } from '../family/config';
import type { Buffers, ModelState } from '../family/weights';
import { bufferSizes, weightNames, weightLayout } from '../family/weights';
import type { ParameterSpec } from '../nn/parameters';
import type { ByteSource } from './byte-source';
import { verifyChecksum } from './checksum';
import type { ElementTypeName, SafetensorsFile, StoredTensor } from './safetensors';
import { elementCount, formatShape, SafetensorsError, SafetensorsReader } from './safetensors';

interface StoredBuffer {
  readonly field: keyof Buffers;
  readonly name: string;
  readonly shape: readonly number[];
}

/** Returns the buffers of a model. */
function storedBuffers(config: ModelConfig): StoredBuffer[] {
  const sizes = bufferSizes(config);
  const all: StoredBuffer[] = [
    { field: 'hInit', name: weightNames.hInit, shape: [config.hiddenSize] },
    { field: 'lInit', name: weightNames.lInit, shape: [config.hiddenSize] },
    { field: 'puzzleTable', name: weightNames.puzzleTable, shape: [config.numPuzzleIdentifiers, config.puzzleEmbNdim] },
  ];
  return all.filter(({ field }) => sizes[field] > 0);
}

/** Names and shapes of all stored tensors of a model. */
export const tensorSpecs = (config: ModelConfig): Pick<ParameterSpec, 'name' | 'shape'>[] => [
  ...weightLayout(config).specs,
  ...storedBuffers(config),
];

export function* namedTensors(config: ModelConfig, state: ModelState): Generator<[string, StoredTensor]> {
  const layout = weightLayout(config);
  for (const { name, shape } of layout.specs) yield [name, { shape, values: layout.values(state.params, name) }];
  for (const { name, shape, field } of storedBuffers(config)) yield [name, { shape, values: state[field] }];
}

/** @throws SafetensorsError when a tensor is missing, has another shape or type, or is not finite */
export function readState(config: ModelConfig, { tensors }: SafetensorsFile): ModelState {
  const layout = weightLayout(config);
  const buffers = storedBuffers(config).map(({ field, ...spec }) => [field, expectTensor(tensors, spec)] as const);
  // All are checked before memory is allocated: a config can contain huge sizes.
  const found = layout.specs.map((spec) => [spec.name, expectTensor(tensors, spec)] as const);
  const params = new Float32Array(layout.size);
  for (const [name, values] of found) layout.values(params, name).set(values);
  return { ...noBuffers, ...Object.fromEntries(buffers), params };
}

const none = new Float32Array(0);
const noBuffers: Buffers = { hInit: none, lInit: none, puzzleTable: none };

/**
 * Reads the tensors one after the other into memory that workers share: nothing is copied, and the thread is not blocked.
 * @throws as `readState`, and errors of the source
 */
export async function readStateFrom(source: ByteSource, config: ModelConfig): Promise<ModelState> {
  const file = await SafetensorsReader.open(source);
  await verifyChecksum(source, file);
  const layout = weightLayout(config);
  const stored = storedBuffers(config);
  for (const spec of [...stored, ...layout.specs]) {
    const found = file.find(spec.name);
    requireShape(spec, found && { ...found, isFloat32: float32Types.includes(found.type) });
  }
  const params = sharedVector(layout.size);
  const buffers = stored.map(({ field, name, shape }) => ({
    field,
    name,
    values: new Float32Array(elementCount(shape)),
  }));
  const weights = layout.specs.map(({ name }) => ({ name, values: layout.values(params, name) }));
  for (const { name, values } of [...buffers, ...weights]) {
    await file.readInto(name, values);
    requireFinite(name, values);
  }
  return { ...noBuffers, ...Object.fromEntries(buffers.map(({ field, values }) => [field, values])), params };
}

type Spec = Pick<ParameterSpec, 'name' | 'shape'>;

/** Element types whose values are read as float32. */
const float32Types: readonly ElementTypeName[] = ['F32', 'BF16', 'F16'];

/** @throws SafetensorsError */
export function requireShape(
  { name, shape }: Spec,
  found: { readonly shape: readonly number[]; readonly isFloat32: boolean } | undefined,
): void {
  if (!found) throw new SafetensorsError('safetensors.tensorMissing', { name });
  if (found.shape.join() !== shape.join())
    throw new SafetensorsError('safetensors.wrongShape', {
      name,
      expected: formatShape(shape),
      found: formatShape(found.shape),
    });
  if (!found.isFloat32) throw new SafetensorsError('safetensors.notFloat32', { name });
}

/** @throws SafetensorsError */
export function requireFinite(name: string, values: Float32Array): void {
  // `every` takes ten times as long.
  for (const value of values)
    if (!Number.isFinite(value)) throw new SafetensorsError('safetensors.nonFinite', { name });
}

function expectTensor(tensors: SafetensorsFile['tensors'], spec: Spec): Float32Array {
  const tensor = tensors.get(spec.name);
  requireShape(spec, tensor && { ...tensor, isFloat32: tensor.values instanceof Float32Array });
  const values = tensor?.values as Float32Array;
  requireFinite(spec.name, values);
  return values;
}
