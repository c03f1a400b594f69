/** A model's numbers ↔ named tensors, under the reference's names. */
import type { ModelConfig } from '../family/config';
import type { Buffers, ModelState } from '../family/weights';
import { bufferSizes, names, weightLayout } from '../family/weights';
import type { ParameterSpec } from '../nn/parameters';
import type { SafetensorsFile, StoredTensor } from './safetensors';
import { SafetensorsError } from './safetensors';

interface StoredBuffer {
  readonly field: keyof Buffers;
  readonly name: string;
  readonly shape: readonly number[];
}

/** The buffers that a model has. */
function storedBuffers(config: ModelConfig): StoredBuffer[] {
  const sizes = bufferSizes(config);
  const all: StoredBuffer[] = [
    { field: 'hInit', name: names.hInit, shape: [config.hiddenSize] },
    { field: 'lInit', name: names.lInit, shape: [config.hiddenSize] },
    { field: 'puzzleTable', name: names.puzzleTable, shape: [config.numPuzzleIdentifiers, config.puzzleEmbNdim] },
  ];
  return all.filter(({ field }) => sizes[field] > 0);
}

/** Names and shapes of all that is stored of a model. */
export const tensorSpecs = (config: ModelConfig): Pick<ParameterSpec, 'name' | 'shape'>[] => [
  ...weightLayout(config).specs,
  ...storedBuffers(config),
];

export function* namedTensors(config: ModelConfig, state: ModelState): Generator<[string, StoredTensor]> {
  const layout = weightLayout(config);
  for (const { name, shape } of layout.specs) yield [name, { shape, values: layout.values(state.params, name) }];
  for (const { name, shape, field } of storedBuffers(config)) yield [name, { shape, values: state[field] }];
}

/** @throws SafetensorsError when a tensor is missing, of another shape or type, or not finite */
export function readState(config: ModelConfig, { tensors }: SafetensorsFile): ModelState {
  const layout = weightLayout(config);
  const buffers = storedBuffers(config).map(({ field, ...spec }) => [field, expectTensor(tensors, spec)] as const);
  // All are checked before memory is allocated: sizes in a config can be absurd.
  const found = layout.specs.map((spec) => [spec.name, expectTensor(tensors, spec)] as const);
  const params = new Float32Array(layout.size);
  for (const [name, values] of found) layout.values(params, name).set(values);
  const none = new Float32Array(0);
  return { hInit: none, lInit: none, puzzleTable: none, ...Object.fromEntries(buffers), params };
}

function expectTensor(
  tensors: SafetensorsFile['tensors'],
  { name, shape }: Pick<ParameterSpec, 'name' | 'shape'>,
): Float32Array {
  const tensor = tensors.get(name);
  if (!tensor) throw new SafetensorsError(`${name} is missing`);
  if (tensor.shape.join() !== shape.join())
    throw new SafetensorsError(`${name}: expected [${shape}], came [${tensor.shape}]`);
  if (!(tensor.values instanceof Float32Array)) throw new SafetensorsError(`${name}: expected float32 values`);
  if (!tensor.values.every(Number.isFinite)) throw new SafetensorsError(`${name} has values that are not finite`);
  return tensor.values;
}
