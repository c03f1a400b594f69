/** Messages between a `WorkerEngine` and its worker threads. A worker gets its next request when it has responded; `release` has no response. */
import type { Provider } from '../runtime/execution';
import type { TensorData } from '../runtime/session';
import type { ProgramFeeds } from './engine';
import type { Program } from './program';

/** A program that a worker opens when it first needs it. */
export interface OpenedProgram {
  /** The same in every request for one opened program. */
  readonly programId: number;
  readonly program: Program;
  readonly provider: Provider;
}

export type WorkerRequest =
  | ({ readonly type: 'open' } & OpenedProgram)
  | ({ readonly type: 'run'; readonly feeds: ProgramFeeds; readonly targets: ProgramFeeds } & OpenedProgram);

export interface ReleaseRequest {
  readonly type: 'release';
  readonly programId: number;
}

export type WorkerResponse =
  | { readonly type: 'done'; readonly outputs: Record<string, TensorData> }
  | { readonly type: 'failed'; readonly message: string };
