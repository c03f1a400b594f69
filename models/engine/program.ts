/** Programs: what a session computes, as data that can be sent to another thread, and the graph of each. */
import { evalStepGraph } from '../evaluate/eval-step';
import type { ModelConfig } from '../family/config';
import type { Graph } from '../graph/graph';
import type { OptimiserConfig } from '../optim/optimiser';
import type { Precision } from '../runtime/execution';
import { traceStepGraph } from '../solve/trace-step';
import { gradientStepGraph, trainStepGraph, updateStepGraph, type TrainStepOptions } from '../train/train-step';

/** Options of a train step that can be sent to another thread. */
export type TrainProgram = Omit<TrainStepOptions, 'observer' | 'microBatches'>;

export type Program =
  /** A whole train step. */
  | ({ readonly type: 'train' } & TrainProgram)
  /** Forward and backward pass of one shard of a batch. */
  | ({ readonly type: 'gradient'; readonly shardSize: number } & TrainProgram)
  /** Optimiser and moving average for a range of the flat weights. */
  | { readonly type: 'update'; readonly optimiser: OptimiserConfig; readonly length: number; readonly shards: number }
  /** A supervision step of a batch without gradient. */
  | { readonly type: 'eval'; readonly config: ModelConfig; readonly batchSize: number; readonly precision: Precision }
  /** A supervision step of one puzzle with every intermediate answer. */
  | { readonly type: 'trace'; readonly config: ModelConfig; readonly precision: Precision };

export function buildGraph(program: Program): Graph {
  switch (program.type) {
    case 'train':
      return trainStepGraph(program).graph;
    case 'gradient':
      return gradientStepGraph(program);
    case 'update':
      return updateStepGraph(program);
    case 'eval':
      return evalStepGraph(program.config, program.batchSize, program.precision).graph;
    case 'trace':
      return traceStepGraph(program.config, program.precision);
  }
}
