/** Graphs of a model for other programs: batch first, the reference's names, one input for each weight. */
import type { ModelConfig } from '../../family/config';
import { carriedStates, countPositions, stateWidth } from '../../family/config';
import type { StepResult } from '../../family/model';
import { initialPosition, RecursiveModel } from '../../family/model';
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
import { namedTensors } from '../model-tensors';
import { toReference } from '../reference-config';

/** Every weight as a separate input under the reference's name, for files that other programs read. */
class NamedWeights extends Weights {
  constructor(
    private readonly graph: Graph,
    private readonly specs: ParameterLayout,
  ) {
    // Only the graph of the flat vector is used.
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
/** The reference's names of the states, and of their initial values. */
export const stateNames = { zH: 'z_H', zL: 'z_L' } as const satisfies Record<State, string>;
const startNames = { zH: weightNames.hInit, zL: weightNames.lInit } as const satisfies Record<State, string>;

/** All tensors of a model by their names in the graphs. */
export const weightTensors = (config: ModelConfig, state: ModelState): ReadonlyMap<string, Float32Array> =>
  new Map([...namedTensors(config, state)].map(([name, { values }]) => [name, values as Float32Array]));

export class ExportGraph {
  readonly graph = new Graph();
  private readonly model: RecursiveModel;

  constructor(private readonly options: ExportGraphOptions) {
    this.model = new RecursiveModel(options.config, new NamedWeights(this.graph, weightLayout(options.config)));
  }

  /** Embedded input, [L, B·D], of `inputs` int32 [B, S] and, for models with puzzle embeddings, `puzzle_identifiers` int32 [B]. */
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

  /** Initial value of a state for every example and position, [L, B·D]. */
  start(state: State): Tensor {
    const { config, batchSize } = this.options;
    const row = initialPosition(config, this.graph.input(startNames[state], [config.hiddenSize]));
    return reshape(expand(row, [countPositions(config), batchSize, stateWidth(config)]), [countPositions(config), -1]);
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
    return transpose(reshape(state, [countPositions(config), batchSize, stateWidth(config)]), [1, 0, 2]);
  }
}

/** Creates every state that the model carries. */
export function createCarry(config: ModelConfig, make: (state: State) => Tensor): Required<Carry> {
  return Object.fromEntries(carriedStates(config).map((state) => [state, make(state)])) as unknown as Required<Carry>;
}

/** Descriptions of the inputs and outputs in exported ONNX files. B examples, S cells, V tokens, L positions, D width. */
const docs: Readonly<Record<string, string>> = {
  inputs: '[B, S] The puzzle, one token per cell.',
  puzzle_identifiers:
    '[B] Puzzle identifier of each example, the row of its puzzle embedding; 0 if the puzzle has no embedding.',
  reset: '[B] 1 for an example that starts: its z_H and z_L are ignored. 0 for an example that continues.',
  z_H: '[B, L, D] Answer state after the previous step.',
  z_L: '[B, L, D] Latent state after the previous step.',
  next_z_H: '[B, L, D] Answer state after this step, the z_H of the next step.',
  next_z_L: '[B, L, D] Latent state after this step, the z_L of the next step.',
  logits: '[B, S, V] Logits of every token for every cell, after the (last) step.',
  preds: '[B, S] The token with the largest logit for every cell, after the (last) step.',
  q_halt_logits: '[B] Halting logit after the (last) step: above 0, the model would halt.',
  q_continue_logits: '[B] Continue logit after the (last) step; trained only in models with a continue target.',
  step_preds: '[steps, B, S] preds after each step.',
  step_q_halt_logits: '[steps, B] q_halt_logits after each step.',
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
