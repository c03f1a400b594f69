/**
 * An engine of worker threads. Calls wait in one queue, by priority; each worker computes one call at a time with one thread, so
 * results do not depend on the number of workers, and the calling thread is free.
 */
import { Worker } from 'node:worker_threads';
import type { Provider } from '../runtime/execution';
import type { TensorData } from '../runtime/session';
import { isShared, type Feed } from './column-slice';
import type { Engine, EngineOptions, Priority, ProgramFeeds, ProgramRunner, ProgramTargets } from './engine';
import { priorities } from './engine';
import type { KeptTensor } from './kept-state';
import type { Program } from './program';
import type { OpenedProgram, ReleaseRequest, WorkerRequest, WorkerResponse } from './protocol';
import type { TaskInput, TaskName, TaskOutput } from './tasks';

type Outputs = Record<string, TensorData>;

interface Call {
  readonly request: WorkerRequest;
  readonly priority: number;
  /** A worker that ends unexpectedly is replaced, and its call repeated once. */
  attempts: number;
  resolve(result: unknown): void;
  reject(reason: unknown): void;
}

/** The thread that computed a call has ended twice, e.g. because memory ran out. */
export class WorkerEndedError extends Error {
  override readonly name = 'WorkerEndedError';
}

const MAX_ATTEMPTS = 2;

/** Address space for compiled code. The default takes about 450 MB more of each thread, which `ulimit -v` counts. */
const resourceLimits = { codeRangeSizeMb: 64 };

interface WorkerEngineOptions {
  /** The built `worker.ts`. */
  readonly script: string;
  /** Number of threads. */
  readonly workers: number;
  /** Starts a thread; replaced in tests. */
  readonly startThread?: (script: string) => Worker;
}

export class WorkerEngine implements Engine {
  private readonly queue: Call[] = [];
  private readonly pool: EngineWorker[] = [];
  private limit: number;
  private lastProgramId = 0;

  constructor(private readonly options: WorkerEngineOptions) {
    this.limit = options.workers;
  }

  /** Number of workers that compute at the same time. */
  get workers(): number {
    return this.limit;
  }

  /** Starts a worker, so that the first call does not wait for its thread. */
  prepare(): void {
    if (this.pool.length === 0) this.add();
  }

  /** Takes effect when the current calls are done. */
  setWorkers(count: number): void {
    this.limit = Math.max(1, count);
    for (const worker of this.pool.slice(this.limit)) if (!worker.isBusy) this.remove(worker);
    this.dispatch();
  }

  /**
   * Opens the program in one worker, so that errors show at once; others open it when they first run it.
   * Programs on a GPU run in one worker, which owns the device.
   */
  async open(program: Program, { provider = 'cpu', priority = 'training' }: EngineOptions): Promise<ProgramRunner> {
    const opened = { programId: ++this.lastProgramId, program, provider };
    await this.call({ type: 'open', ...opened }, priority);
    return new RemoteProgram(this, opened, priority);
  }

  compute<Name extends TaskName>(task: Name, input: TaskInput<Name>, priority: Priority): Promise<TaskOutput<Name>> {
    return this.call({ type: 'task', task, input }, priority) as Promise<TaskOutput<Name>>;
  }

  /** @param signal rejects the call while it waits in the queue */
  call(request: WorkerRequest, priority: Priority, signal?: AbortSignal): Promise<unknown> {
    if (signal?.aborted) return Promise.reject(signal.reason);
    let cancel = (): void => undefined;
    const result = new Promise((resolve, reject) => {
      const call = { request, priority: priorities.indexOf(priority), attempts: 0, resolve, reject };
      cancel = () => this.cancel(call, signal?.reason);
      this.queue.push(call);
      this.dispatch();
    });
    signal?.addEventListener('abort', cancel, { once: true });
    return result.finally(() => signal?.removeEventListener('abort', cancel));
  }

  /** Releases the sessions of a program in every worker, after the runs in progress. */
  release(programId: number): void {
    for (const worker of this.pool) worker.release(programId);
  }

  /** Ends all workers; calls in progress fail. */
  async close(): Promise<void> {
    for (const call of this.queue.splice(0)) call.reject(new WorkerEndedError('the engine was closed'));
    await Promise.all(this.pool.splice(0).map((worker) => worker.terminate()));
  }

  private cancel(call: Call, reason: unknown): void {
    const index = this.queue.indexOf(call);
    if (index < 0) return;
    this.queue.splice(index, 1);
    call.reject(reason);
  }

  private dispatch(): void {
    for (;;) {
      const next = this.nextCall();
      if (!next) return;
      this.queue.splice(this.queue.indexOf(next.call), 1);
      next.worker.compute(next.call);
    }
  }

  /** The most urgent call for which a worker is free. */
  private nextCall(): { readonly call: Call; readonly worker: EngineWorker } | null {
    for (const call of [...this.queue].sort((one, other) => one.priority - other.priority)) {
      const worker = this.freeWorker(call.request);
      if (worker) return { call, worker };
    }
    return null;
  }

  /**
   * A free worker, preferably one that has opened the program; a new one while there are fewer than allowed. Traced solves stay
   * in the worker that has opened them: waiting for it is faster than opening the program in another.
   */
  private freeWorker(request: WorkerRequest): EngineWorker | null {
    // One worker owns the GPU.
    const limit = request.type === 'task' || request.provider === 'cpu' ? this.limit : 1;
    const free = this.pool.slice(0, limit).filter((worker) => !worker.isBusy);
    if (request.type !== 'task') {
      const opened = free.find((worker) => worker.programs.has(request.programId));
      const isOpen = this.pool.some((worker) => worker.programs.has(request.programId));
      if (opened || (isOpen && request.program.type === 'trace')) return opened ?? null;
    }
    return free[0] ?? (this.pool.length < limit ? this.add() : null);
  }

  private add(): EngineWorker {
    const { script, startThread = (file) => new Worker(file, { resourceLimits }) } = this.options;
    const worker = new EngineWorker(startThread(script), {
      onFree: () => {
        if (this.pool.indexOf(worker) >= this.limit) this.remove(worker);
        this.dispatch();
      },
      onEnd: (call, reason) => {
        this.pool.splice(this.pool.indexOf(worker), 1);
        if (call) this.repeat(call, reason);
        this.dispatch();
      },
    });
    this.pool.push(worker);
    return worker;
  }

  /** Repeats a call whose worker has ended: it reads its feeds and writes its targets, so a second attempt gives the same. */
  private repeat(call: Call, reason: string): void {
    if (++call.attempts >= MAX_ATTEMPTS) return call.reject(new WorkerEndedError(reason));
    this.queue.unshift(call);
  }

  private remove(worker: EngineWorker): void {
    this.pool.splice(this.pool.indexOf(worker), 1);
    void worker.terminate();
  }
}

interface WorkerEvents {
  /** A call is done. */
  onFree(): void;
  /** The thread has ended by itself. @param call the one it computed */
  onEnd(call: Call | null, reason: string): void;
}

class EngineWorker {
  /** Programs that this worker has opened. */
  readonly programs = new Set<number>();
  private call: Call | null = null;
  private failure = 'the thread ended unexpectedly';
  private isTerminated = false;

  constructor(
    private readonly thread: Worker,
    private readonly events: WorkerEvents,
  ) {
    // A waiting thread does not keep the process alive.
    this.thread.unref();
    this.thread.on('message', (response: WorkerResponse) => this.finish(response));
    this.thread.on('error', (error) => (this.failure = error.message));
    this.thread.on('exit', () => this.end());
  }

  get isBusy(): boolean {
    return this.call !== null;
  }

  compute(call: Call): void {
    this.call = call;
    this.thread.ref();
    if (call.request.type !== 'task') this.programs.add(call.request.programId);
    try {
      this.thread.postMessage(call.request);
    } catch (error) {
      // The feeds cannot be copied, e.g. because memory ran out.
      this.call = null;
      this.thread.unref();
      call.reject(error);
    }
  }

  release(programId: number): void {
    if (this.programs.delete(programId))
      this.thread.postMessage({ type: 'release', programId } satisfies ReleaseRequest);
  }

  async terminate(): Promise<void> {
    this.isTerminated = true;
    this.call?.reject(new WorkerEndedError('the engine was closed'));
    await this.thread.terminate();
  }

  private finish(response: WorkerResponse): void {
    const { call } = this;
    this.call = null;
    this.thread.unref();
    if (response.type === 'done') call?.resolve(response.result);
    else call?.reject(new Error(response.message));
    this.events.onFree();
  }

  private end(): void {
    if (this.isTerminated) return;
    this.isTerminated = true;
    this.events.onEnd(this.call, this.failure);
  }
}

/** An opened program of a `WorkerEngine`. */
class RemoteProgram implements ProgramRunner {
  readonly provider: Provider;

  constructor(
    private readonly engine: WorkerEngine,
    private readonly request: OpenedProgram,
    private readonly priority: Priority,
  ) {
    this.provider = request.provider;
  }

  run(feeds: ProgramFeeds, targets: ProgramTargets = {}, signal?: AbortSignal): Promise<Outputs> {
    const compact = Object.fromEntries(Object.entries(feeds).map(([name, feed]) => [name, withoutRest(feed)]));
    return this.engine.call(
      { type: 'run', ...this.request, feeds: compact, targets },
      this.priority,
      signal,
    ) as Promise<Outputs>;
  }

  read(tensors: Readonly<Record<string, KeptTensor>>): Promise<Outputs> {
    return this.engine.call({ type: 'read', ...this.request, tensors }, this.priority) as Promise<Outputs>;
  }

  async release(): Promise<void> {
    this.engine.release(this.request.programId);
  }
}

/** A message contains the whole buffer of an array, unless it is shared: a part of a large one is copied first. */
function withoutRest(feed: Feed | KeptTensor): Feed | KeptTensor {
  const isPart = ArrayBuffer.isView(feed) && !isShared(feed) && feed.byteLength < feed.buffer.byteLength;
  return isPart ? feed.slice() : feed;
}
