/** A model as graphs for other programs: batch first, the reference's names, weights each under its own. */
import { argmax, expand, gather, reshape, transpose } from '../../graph/build';
import { Graph, type Tensor } from '../../graph/graph';
import { carriedStates, positions, type ModelConfig } from '../../family/config';
import { RecursiveModel, type StepResult } from '../../family/model';
import { names, weightLayout, type ModelState } from '../../family/weights';
import { NamedWeights } from './named-weights';
import type { Carry } from '../../family/recursions';
import { qColumn } from '../../train/loss';
import { tensorsOf } from '../model-tensors';

export interface Solving {
  readonly config: ModelConfig;
  readonly batchSize: number;
}

type State = 'zH' | 'zL';
/** The reference's names of the states, and those of where they start. */
export const stateNames = { zH: 'z_H', zL: 'z_L' } as const satisfies Record<State, string>;
const startNames = { zH: names.hInit, zL: names.lInit } as const satisfies Record<State, string>;

/** All tensors of a model by the names that the graphs give them. */
export const givenTensors = (config: ModelConfig, state: ModelState): ReadonlyMap<string, Float32Array> =>
  new Map([...tensorsOf(config, state)].map(([name, { values }]) => [name, values as Float32Array]));

export class SolvingGraph {
  readonly graph = new Graph();
  private readonly model: RecursiveModel;

  constructor(private readonly solving: Solving) {
    this.model = new RecursiveModel(solving.config, new NamedWeights(this.graph, weightLayout(solving.config)));
  }

  /** Embedded input, [L, B·D], of `inputs` int32 [B, S] and `puzzle_identifiers` int32 [B], where there are any. */
  embed(): Tensor {
    const {
      config: { seqLen, puzzleEmbNdim, numPuzzleIdentifiers },
      batchSize,
    } = this.solving;
    const tokens = this.graph.input('inputs', [batchSize, seqLen], 'int32');
    const table = () => this.graph.input(names.puzzleTable, [numPuzzleIdentifiers, puzzleEmbNdim]);
    const puzzles =
      puzzleEmbNdim > 0 ? gather(table(), this.graph.input('puzzle_identifiers', [batchSize], 'int32')) : null;
    return this.model.embed(transpose(tokens, [1, 0]), puzzles);
  }

  /** Where a state starts, for every example and position, [L, B·D]. */
  start(state: State): Tensor {
    const { config, batchSize } = this.solving;
    const row = reshape(this.graph.input(startNames[state], [config.hiddenSize]), [1, 1, config.hiddenSize]);
    return reshape(expand(row, [positions(config), batchSize, config.hiddenSize]), [positions(config), -1]);
  }

  step(x: Tensor, start: Required<Carry>): StepResult {
    return this.model.supervisionStep(x, start);
  }

  /** `logits` [B, S, V], `preds` int32 [B, S], `q_halt_logits` and `q_continue_logits` [B]. */
  heads({ logits, q }: StepResult): Record<'logits' | 'preds' | 'q_halt_logits' | 'q_continue_logits', Tensor> {
    const {
      config: { seqLen, vocabSize },
      batchSize,
    } = this.solving;
    const byExample = transpose(reshape(logits, [seqLen, batchSize, vocabSize]), [1, 0, 2]);
    const preds = transpose(reshape(argmax(logits, 1), [seqLen, batchSize]), [1, 0]);
    return { logits: byExample, preds, q_halt_logits: qColumn(q, 0), q_continue_logits: qColumn(q, 1) };
  }

  /** [B, L, D] → [L, B·D] */
  positionFirst(state: Tensor): Tensor {
    return reshape(transpose(state, [1, 0, 2]), [positions(this.solving.config), -1]);
  }

  /** [L, B·D] → [B, L, D] */
  batchFirst(state: Tensor): Tensor {
    const { config, batchSize } = this.solving;
    return transpose(reshape(state, [positions(config), batchSize, config.hiddenSize]), [1, 0, 2]);
  }
}

/** A state for each name that the model carries; what it does not carry it does not look at. */
export function carryOf(config: ModelConfig, make: (state: State) => Tensor): Required<Carry> {
  return Object.fromEntries(carriedStates(config).map((state) => [state, make(state)])) as unknown as Required<Carry>;
}
