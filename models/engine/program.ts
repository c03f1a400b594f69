/** Programs: what a session computes, as data that can be sent to another thread, and the graph of each. */
import { carriedStates } from '../family/config';
import { evalStepGraph } from '../evaluate/eval-step';
import type { ModelConfig } from '../family/config';
import type { Graph } from '../graph/graph';
import type { OptimiserConfig } from '../optim/optimiser';
import type { Precision } from '../runtime/execution';
import type { SessionOptions } from '../runtime/onnxruntime';
import { Session } from '../runtime/session';
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

/** The flat vectors that an update of the weights replaces. */
export const optimiserVectors = ['params', 'm', 'v', 'ema'] as const;

/** Inputs that a device keeps from run to run: weights, and what has a next value. A traced solve sends all of its few values. */
export function stateInputs(program: Program): readonly string[] {
  if (program.type !== 'train' && program.type !== 'eval') return [];
  const isUpdated = program.type === 'train' && !program.frozen;
  return [...(isUpdated ? optimiserVectors : ['params']), ...carriedStates(program.config)];
}

/** A session of a program; on a device other than the CPU it keeps the state. */
export const createSession = (program: Program, { provider = 'cpu', threads }: SessionOptions): Promise<Session> =>
  Session.create(buildGraph(program), {
    provider,
    ...(threads && { threads }),
    ...(provider !== 'cpu' && { state: stateInputs(program) }),
  });

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
