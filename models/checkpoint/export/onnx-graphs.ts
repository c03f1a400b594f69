/** A model as graphs for other programs: batch first, the reference's names, weights each under its own. */
import type { ModelConfig } from '../../family/config';
import { carriedStates, countPositions } from '../../family/config';
import type { StepResult } from '../../family/model';
import { RecursiveModel } from '../../family/model';
import type { Carry } from '../../family/recursions';
import type { ModelState } from '../../family/weights';
import { weightNames, weightLayout } from '../../family/weights';
import { argmax, expand, gather, reshape, slice, transpose } from '../../graph/build';
import type { Tensor } from '../../graph/graph';
import { Graph } from '../../graph/graph';
import type { ParameterLayout } from '../../nn/parameters';
import { Weights } from '../../nn/parameters';
import type { OnnxModel, OnnxValue } from '../../onnx/proto';
import { qColumn } from '../../train/loss';
import { namedTensors } from '../model-folder';
import { toReference } from '../reference-config';

/** Every weight as a separate input under the reference's name, for files that other programs read. */
class NamedWeights extends Weights {
  constructor(
    private readonly graph: Graph,
    private readonly specs: ParameterLayout,
  ) {
    // The flat vector itself is not used, only its graph.
    super(graph.input('params', [specs.size]), specs);
  }

  override get(name: string, rows: { readonly from?: number; readonly to?: number } = {}): Tensor {
    return slice(this.graph.input(name, this.specs.find(name).spec.shape), 0, rows);
  }
}

export interface ExportGraphOptions {
  readonly config: ModelConfig;
  readonly batchSize: number;
}

type State = 'zH' | 'zL';
/** The reference's names of the states, and those of where they start. */
export const stateNames = { zH: 'z_H', zL: 'z_L' } as const satisfies Record<State, string>;
const startNames = { zH: weightNames.hInit, zL: weightNames.lInit } as const satisfies Record<State, string>;

/** All tensors of a model by the names that the graphs give them. */
export const weightTensors = (config: ModelConfig, state: ModelState): ReadonlyMap<string, Float32Array> =>
  new Map([...namedTensors(config, state)].map(([name, { values }]) => [name, values as Float32Array]));

export class ExportGraph {
  readonly graph = new Graph();
  private readonly model: RecursiveModel;

  constructor(private readonly options: ExportGraphOptions) {
    this.model = new RecursiveModel(options.config, new NamedWeights(this.graph, weightLayout(options.config)));
  }

  /** Embedded input, [L, B·D], of `inputs` int32 [B, S] and `puzzle_identifiers` int32 [B], where there are any. */
  embed(): Tensor {
    const {
      config: { seqLen, puzzleEmbNdim, numPuzzleIdentifiers },
      batchSize,
    } = this.options;
    const tokens = this.graph.input('inputs', [batchSize, seqLen], 'int32');
    const table = () => this.graph.input(weightNames.puzzleTable, [numPuzzleIdentifiers, puzzleEmbNdim]);
    const puzzles =
      puzzleEmbNdim > 0 ? gather(table(), this.graph.input('puzzle_identifiers', [batchSize], 'int32')) : null;
    return this.model.embed(transpose(tokens, [1, 0]), puzzles);
  }

  /** Where a state starts, for every example and position, [L, B·D]. */
  start(state: State): Tensor {
    const { config, batchSize } = this.options;
    const row = reshape(this.graph.input(startNames[state], [config.hiddenSize]), [1, 1, config.hiddenSize]);
    return reshape(expand(row, [countPositions(config), batchSize, config.hiddenSize]), [countPositions(config), -1]);
  }

  step(x: Tensor, start: Required<Carry>): StepResult {
    return this.model.supervisionStep(x, start);
  }

  /** `logits` [B, S, V], `preds` int32 [B, S], `q_halt_logits` and `q_continue_logits` [B]. */
  heads({ logits, q }: StepResult): Record<'logits' | 'preds' | 'q_halt_logits' | 'q_continue_logits', Tensor> {
    const {
      config: { seqLen, vocabSize },
      batchSize,
    } = this.options;
    const byExample = transpose(reshape(logits, [seqLen, batchSize, vocabSize]), [1, 0, 2]);
    const preds = transpose(reshape(argmax(logits, 1), [seqLen, batchSize]), [1, 0]);
    return { logits: byExample, preds, q_halt_logits: qColumn(q, 0), q_continue_logits: qColumn(q, 1) };
  }

  /** [B, L, D] → [L, B·D] */
  positionFirst(state: Tensor): Tensor {
    return reshape(transpose(state, [1, 0, 2]), [countPositions(this.options.config), -1]);
  }

  /** [L, B·D] → [B, L, D] */
  batchFirst(state: Tensor): Tensor {
    const { config, batchSize } = this.options;
    return transpose(reshape(state, [countPositions(config), batchSize, config.hiddenSize]), [1, 0, 2]);
  }
}

/** A state for each name that the model carries. */
export function createCarry(config: ModelConfig, make: (state: State) => Tensor): Required<Carry> {
  return Object.fromEntries(carriedStates(config).map((state) => [state, make(state)])) as unknown as Required<Carry>;
}

/** What the inputs and outputs of exported ONNX files mean. B examples, S cells, V tokens, L positions, D width. */
const docs: Readonly<Record<string, string>> = {
  inputs: '[B, S] The puzzle, one token a cell.',
  puzzle_identifiers: '[B] Row of the puzzle embedding for each example; 0 where the puzzle has none of its own.',
  reset: '[B] 1 where an example starts over: its z_H and z_L are then not looked at. 0 where it goes on.',
  z_H: '[B, L, D] Answer state after the step before.',
  z_L: '[B, L, D] Latent state after the step before.',
  next_z_H: '[B, L, D] Answer state after this step, to be fed as z_H to the next.',
  next_z_L: '[B, L, D] Latent state after this step, to be fed as z_L to the next.',
  logits: '[B, S, V] Scores of every token for every cell, after the (last) step.',
  preds: '[B, S] The token with the highest score for every cell, after the (last) step.',
  q_halt_logits: '[B] Halting head after the (last) step: above 0 the model takes its answer for right.',
  q_continue_logits: '[B] Continue head after the (last) step; trained only in models that learn a continue target.',
  step_preds: '[steps, B, S] preds after every step.',
  step_q_halt_logits: '[steps, B] q_halt_logits after every step.',
};

/** Adds the description of a value. */
export const addDoc = (value: OnnxValue): OnnxValue => ({
  ...value,
  ...(docs[value.name] !== undefined && { doc: docs[value.name] }),
});

/** Description, metadata and operator domains of the file. */
export function modelMetadata(config: ModelConfig, doc: string): Pick<OnnxModel, 'doc' | 'metadata' | 'domains'> {
  return { doc, metadata: { arch: JSON.stringify(toReference(config)) }, domains: [''] };
}
