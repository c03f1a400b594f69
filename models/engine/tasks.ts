/** Functions that an engine computes besides programs. Each takes and returns data that can be sent to another thread. */
import { generateChunk, type ChunkRequest } from '../../datasets/generate-puzzles';
import { generateArcTasks, type TaskPlan } from '../../datasets/kinds/arc/generated-tasks/task-rules';
import { Random, streams } from '../../datasets/random';
import type { ModelConfig } from '../family/config';
import { initialState } from '../family/weights';
import { countFlops } from '../graph/analysis';
import { sharedCopy } from './column-slice';
import type { Feeds } from '../runtime/session';
import { findCpuRounding } from '../runtime/cpu-rounding';
import { countOperations, estimateCost } from '../train/cost-estimate';
import type { MemoryOptions } from '../train/memory-estimate';
import { locateNonFinite } from '../train/divergence';
import type { TrainingConfig } from '../train/run-config';
import { buildGraph, type Program, type TrainProgram } from './program';

interface CostInput extends MemoryOptions {
  readonly model: ModelConfig;
  readonly training: TrainingConfig;
}

export const tasks = {
  /** The state of a new model, drawn from the seed; its weights are in memory that threads share. */
  initialState: ({ model, seed }: { readonly model: ModelConfig; readonly seed: number }) => {
    const state = initialState(model, Random.seeded(seed, streams.initialisation));
    return { ...state, params: sharedCopy(state.params) };
  },
  /** Floating-point operations of one run of a program. */
  countFlops: (program: Program) => countFlops(buildGraph(program)),
  countOperations: ({ model, training }: Pick<CostInput, 'model' | 'training'>) => countOperations(model, training),
  estimateCost: ({ model, training, ...memory }: CostInput) => estimateCost(model, training, memory),
  locateNonFinite: ({ step, feeds }: { readonly step: TrainProgram; readonly feeds: Feeds }) =>
    locateNonFinite(step, feeds),
  findCpuRounding,
  generatePuzzles: (chunk: ChunkRequest) => generateChunk(chunk),
  generateArcTasks: ({ seed, plan }: { readonly seed: number; readonly plan: TaskPlan }) =>
    generateArcTasks(seed, plan),
};

export type TaskName = keyof typeof tasks;
export type TaskInput<Name extends TaskName> = Parameters<(typeof tasks)[Name]>[0];
export type TaskOutput<Name extends TaskName> = Awaited<ReturnType<(typeof tasks)[Name]>>;

/** Computes a task in the calling thread. */
export const computeTask = async <Name extends TaskName>(
  name: Name,
  input: TaskInput<Name>,
): Promise<TaskOutput<Name>> => (tasks[name] as (input: TaskInput<Name>) => TaskOutput<Name>)(input);
