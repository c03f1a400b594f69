/** Messages between a `WorkerEngine` and its worker threads. A worker gets its next request when it has responded; `release` has no response. */
import type { Provider } from '../runtime/execution';
import type { ProgramFeeds, ProgramTargets } from './engine';
import type { KeptTensor } from './kept-state';
import type { Program } from './program';
import type { TaskName } from './tasks';

/** A program that a worker opens when it first needs it. */
export interface OpenedProgram {
  /** The same in every request for one opened program. */
  readonly programId: number;
  readonly program: Program;
  readonly provider: Provider;
}

export type ProgramRequest =
  | ({ readonly type: 'open' } & OpenedProgram)
  | ({ readonly type: 'run'; readonly feeds: ProgramFeeds; readonly targets: ProgramTargets } & OpenedProgram)
  | ({ readonly type: 'read'; readonly tensors: Readonly<Record<string, KeptTensor>> } & OpenedProgram);

export interface TaskRequest {
  readonly type: 'task';
  readonly task: TaskName;
  readonly input: unknown;
}

export type WorkerRequest = ProgramRequest | TaskRequest;

export interface ReleaseRequest {
  readonly type: 'release';
  readonly programId: number;
}

/** `result`: the outputs of a program by name, or what a task returns. */
export type WorkerResponse =
  { readonly type: 'done'; readonly result: unknown } | { readonly type: 'failed'; readonly message: string };
