/**
 * Encodes a model as an ONNX file: one supervision step, whose states the caller carries from step to step, or a complete
 * solve, which is a Loop over all supervision steps, as in the reference's evaluation.
 */
import type { ModelConfig } from '../../family/config';
import { carriedStates, countPositions, stateWidth } from '../../family/config';
import type { ModelState } from '../../family/weights';
import { cast, reshape, select } from '../../graph/build';
import type { Tensor } from '../../graph/graph';
import { toOnnx } from '../../onnx/encode';
import { withDynamicBatch } from '../../onnx/dynamic-batch';
import { withTokenType, type TokenType } from '../../onnx/token-type';
import { withWeightStorage, type WeightStorage } from '../../onnx/weight-storage';
import type { StoredModel } from '../model-folder';
import type { OnnxGraph, OnnxNode, OnnxTensor, OnnxValue } from '../../onnx/proto';
import { encodeModel } from '../../onnx/proto';
import type { ExportGraphOptions } from './onnx-graphs';
import { createCarry, addDoc, modelMetadata, weightTensors, ExportGraph, stateNames } from './onnx-graphs';

/** A kind of ONNX file. */
export interface OnnxExport {
  readonly doc: string;
  readonly build: (config: ModelConfig, state: ModelState, batchSize: number) => OnnxGraph;
}

export interface OnnxOptions {
  /** Any by default, or 1 for a model that only works with a fixed one. */
  readonly batchSize?: number;
  /** Type of puzzles, identifiers and answers; int32 by default. */
  readonly tokenType?: TokenType;
  /** Type of the stored weights; float32 by default. */
  readonly weights?: WeightStorage;
  readonly metadata?: Readonly<Record<string, string>>;
}

export interface EncodedOnnx {
  readonly bytes: Uint8Array;
  /** Null for any. */
  readonly batchSize: number | null;
}

export function encodeOnnx(
  { doc, build }: OnnxExport,
  { config, state }: Pick<StoredModel, 'config' | 'state'>,
  { batchSize, tokenType = 'int32', weights = 'float32', metadata = {} }: OnnxOptions = {},
): EncodedOnnx {
  const buildFor = (size: number) => build(config, state, size);
  const dynamic = batchSize === undefined ? withDynamicBatch(buildFor, 'inputs') : null;
  const graph = withTokenType(dynamic ?? buildFor(batchSize ?? 1), tokenType);
  const { inputs, outputs, ...rest } = withWeightStorage(graph, weights, isWeightName);
  const described = modelMetadata(config, doc);
  const bytes = encodeModel({
    ...rest,
    inputs: inputs.map(addDoc),
    outputs: outputs.map(addDoc),
    ...described,
    metadata: { ...described.metadata, ...(weights !== 'float32' && { weights }), ...metadata },
  });
  return { bytes, batchSize: dynamic ? null : (batchSize ?? 1) };
}

/**
 * Inputs `inputs`, `puzzle_identifiers` (where the model has puzzle embeddings), `reset`, and of `z_H`, `z_L` what the
 * model carries. Outputs `logits`, `preds`, `q_halt_logits`, `q_continue_logits`, and `next_` states.
 */
export const stepFile: OnnxExport = {
  doc: 'One supervision step of a tiny recursive model. Run it first with reset = 1, then with reset = 0 and z_H, z_L = next_z_H, next_z_L of the previous step.',
  build: stepGraph,
};

function stepGraph(config: ModelConfig, state: ModelState, batchSize: number): OnnxGraph {
  const exportGraph = new ExportGraph({ config, batchSize });
  const { graph } = exportGraph;
  const starts = cast(reshape(graph.input('reset', [batchSize], 'int32'), [batchSize, 1, 1]), 'bool');
  const carry = createCarry(config, (name): Tensor => {
    const fed = graph.input(stateNames[name], [batchSize, countPositions(config), stateWidth(config)]);
    return exportGraph.positionFirst(select(starts, exportGraph.batchFirst(exportGraph.start(name)), fed));
  });
  const result = exportGraph.step(exportGraph.embed(), carry);
  for (const [name, tensor] of Object.entries(exportGraph.heads(result))) graph.output(name, tensor);
  for (const [name, tensor] of Object.entries(result.carry))
    graph.output(`next_${stateNames[name as keyof typeof stateNames]}`, exportGraph.batchFirst(tensor as Tensor));
  return toOnnx(graph, { portable: true, given: weightTensors(config, state) });
}

/** Results of a step that the next step does not use; those of the last step are results of the solve. */
const heads = ['logits', 'preds', 'q_halt_logits', 'q_continue_logits'] as const;
/** Results that are kept for every step. */
const stepOutputs = ['preds', 'q_halt_logits'] as const;

/**
 * Inputs `inputs` and, where the model has puzzle embeddings, `puzzle_identifiers`. Outputs `logits`, `preds`,
 * `q_halt_logits`, `q_continue_logits` after the last step; `step_preds` and `step_q_halt_logits` after every one.
 */
export const solveFile: OnnxExport = {
  doc: 'A complete solve with a tiny recursive model: all supervision steps of its evaluation in one run.',
  build: solveGraph,
};

function solveGraph(config: ModelConfig, state: ModelState, batchSize: number): OnnxGraph {
  const given = weightTensors(config, state);
  const before = toOnnx(beforeSteps({ config, batchSize }), { portable: true, given });
  const step = toOnnx(oneStep({ config, batchSize }), { portable: true, given, prefix: '%step.' });
  const loop = loopOver(step, { config, batchSize });
  const outputs = [
    ...heads.map((name) => findValue(step, name, name)),
    ...stepOutputs.map((name) => stacked(findValue(step, name, `step_${name}`), config.haltMaxSteps)),
  ];
  return {
    nodes: [...before.nodes, loop.node],
    initializers: uniquely([...before.initializers, ...weightsIn(step), ...loop.initializers]),
    inputs: before.inputs,
    outputs,
  };
}

/** Names inside the file. The body of a loop sees the names outside and must not redefine them. */
const [EMBEDDED, CONTINUE, STEPS] = ['embedded', 'continue', 'steps'];
const startName = (state: string) => `start_${state}`;
const stepIn = (name: string) => `step.before.${name}`;
const stepOut = (name: string) => `step.after.${name}`;

/** The embedded input, and the initial states. */
function beforeSteps(options: ExportGraphOptions) {
  const before = new ExportGraph(options);
  before.graph.output(EMBEDDED, before.embed());
  for (const state of carriedStates(options.config)) before.graph.output(startName(state), before.start(state));
  return before.graph;
}

/** One step, from carry to carry, both [L, B·D]. */
function oneStep(options: ExportGraphOptions) {
  const { config, batchSize } = options;
  const step = new ExportGraph(options);
  const shape = [countPositions(config), batchSize * stateWidth(config)];
  const result = step.step(
    step.graph.input(EMBEDDED, shape),
    createCarry(config, (state) => step.graph.input(stepIn(state), shape)),
  );
  for (const state of carriedStates(config)) step.graph.output(stepOut(state), result.carry[state] as Tensor);
  const results = step.heads(result);
  for (const name of heads) step.graph.output(stepOut(name), results[name]);
  for (const name of stepOutputs) step.graph.output(stepOut(`step_${name}`), results[name]);
  return step.graph;
}

/** Names that the emitter did not create, such as weights: they are defined once, outside of the loop. */
const isWeightName = (name: string): boolean => !name.startsWith('%');
const isWeight = ({ name }: OnnxTensor): boolean => isWeightName(name);
const weightsIn = ({ initializers }: OnnxGraph): OnnxTensor[] => initializers.filter(isWeight);
const uniquely = (tensors: readonly OnnxTensor[]): OnnxTensor[] => [
  ...new Map(tensors.map((tensor) => [tensor.name, tensor])).values(),
];

interface Loop {
  readonly node: OnnxNode;
  readonly initializers: readonly OnnxTensor[];
}

/**
 * Loop(number of steps, continue, carried…) → carried…, stacked…. Its body takes the number of the step, whether to continue
 * and the carried values; it returns whether to continue, the carried values, and the values to stack.
 */
function loopOver(step: OnnxGraph, { config }: ExportGraphOptions): Loop {
  const states = carriedStates(config);
  const carried = [...states, ...heads];
  const scalar = { type: 'bool', dims: [] } as const;
  const body: OnnxGraph = {
    nodes: [
      ...step.nodes,
      { type: 'Identity', inputs: [stepIn(CONTINUE)], outputs: [stepOut(CONTINUE)], attributes: {} },
    ],
    initializers: step.initializers.filter((tensor) => !isWeight(tensor)),
    inputs: [
      { name: stepIn('number'), type: 'int64', dims: [] },
      { name: stepIn(CONTINUE), ...scalar },
      ...carried.map((name) => findValue(step, name, stepIn(name))),
    ],
    outputs: [{ name: stepOut(CONTINUE), ...scalar }, ...step.outputs],
  };
  const before = heads.map((name) => zeros(findValue(step, name, startName(name))));
  const number: OnnxTensor = {
    name: STEPS,
    type: 'int64',
    dims: [],
    data: new Uint8Array(BigInt64Array.of(BigInt(config.haltMaxSteps)).buffer),
  };
  const node = {
    type: 'Loop',
    inputs: [STEPS, CONTINUE, ...carried.map(startName)],
    outputs: [...states.map((state) => `end_${state}`), ...heads, ...stepOutputs.map((name) => `step_${name}`)],
    attributes: { body: { graph: body } },
  };
  return {
    node,
    initializers: [number, { name: CONTINUE, type: 'bool', dims: [], data: Uint8Array.of(1) }, ...before],
  };
}

/** A result of the step, under another name. */
function findValue({ outputs }: OnnxGraph, name: string, as: string): OnnxValue {
  const found = outputs.find((value) => value.name === stepOut(name));
  if (!found) throw new Error(`the step has no result ${name}`);
  return { ...found, name: as };
}

const stacked = (value: OnnxValue, steps: number): OnnxValue => ({ ...value, dims: [steps, ...value.dims] });

/** Values carried into the first step, which are never read; all results have elements of 4 bytes. */
const zeros = ({ name, type, dims }: OnnxValue): OnnxTensor => ({
  name,
  type,
  dims: dims as readonly number[],
  data: new Uint8Array(4 * (dims as readonly number[]).reduce((product, size) => product * size, 1)),
});

/** Files for a fixed batch size. */
export const onnxStep = (config: ModelConfig, state: ModelState, batchSize = 1): Uint8Array =>
  encodeOnnx(stepFile, { config, state }, { batchSize }).bytes;
export const onnxSolve = (config: ModelConfig, state: ModelState, batchSize = 1): Uint8Array =>
  encodeOnnx(solveFile, { config, state }, { batchSize }).bytes;
