/** Where programs and tasks are computed: in the calling thread, or in the worker threads of a `WorkerEngine`. */
import type { Provider } from '../runtime/execution';
import type { SessionOptions } from '../runtime/onnxruntime';
import type { TensorData } from '../runtime/session';
import type { Feed } from './column-slice';
import { isKept, StateLostError, type KeptTensor } from './kept-state';
import { createSession, type Program } from './program';
import { resolvePrecision } from './resolve-precision';
import { computeTask, type TaskInput, type TaskName, type TaskOutput } from './tasks';

/** Inputs of a run, by name. */
export type ProgramFeeds = Readonly<Record<string, Feed | KeptTensor>>;
/** Arrays that outputs are written to, by name. */
export type ProgramTargets = Readonly<Record<string, Feed>>;

/** What waits for a free worker is computed in this order; equal ones in the order of their requests. */
export const priorities = ['interactive', 'evaluation', 'training'] as const;
export type Priority = (typeof priorities)[number];

/** A program with sessions, to be run any number of times, also several times at once. */
export interface ProgramRunner {
  /** The device in use. */
  readonly provider: Provider;
  /**
   * Runs the program. Devices other than the CPU keep its state (see `stateInputs`): the outputs `next_<name>` are not
   * returned, and the next run is given `keptOutput`.
   * @param targets outputs that are written to these arrays
   * @param signal ends a run that waits for a worker; one in progress is finished
   * @returns the other outputs
   * @throws Error when an input is missing or has the wrong number of values; StateLostError; the signal's reason
   */
  run(feeds: ProgramFeeds, targets?: ProgramTargets, signal?: AbortSignal): Promise<Record<string, TensorData>>;
  /** Copies kept tensors of the last run from the device. */
  read(tensors: Readonly<Record<string, KeptTensor>>): Promise<Record<string, TensorData>>;
  release(): Promise<void>;
}

export interface Engine {
  /** Number of programs and tasks that are computed at the same time. */
  readonly workers: number;
  open(program: Program, options: EngineOptions): Promise<ProgramRunner>;
  compute<Name extends TaskName>(task: Name, input: TaskInput<Name>, priority: Priority): Promise<TaskOutput<Name>>;
}

export interface EngineOptions extends SessionOptions {
  /** Called when the device fails; the CPU then takes over. Without it the error is thrown. */
  readonly onFallback?: (reason: string) => void;
  /** The calling thread when absent. */
  readonly engine?: Engine;
  readonly priority?: Priority;
}

/** Opens a program on the device of the options, in a precision that the device has. @throws the device's error */
export async function openOnDevice(program: Program, options: EngineOptions): Promise<ProgramRunner> {
  const resolved = await withSupportedPrecision(program, options);
  return options.engine ? options.engine.open(resolved, options) : createSession(resolved, options);
}

async function withSupportedPrecision(program: Program, options: EngineOptions): Promise<Program> {
  if (program.type === 'update' || !program.precision) return program;
  const canRound = async () => (await runTask(options, 'findCpuRounding', undefined)) !== null;
  return { ...program, precision: await resolvePrecision(options, program.precision, canRound) };
}

/** Computes a task in a worker, or in the calling thread where there is no engine. */
export const runTask = <Name extends TaskName>(
  { engine, priority = 'training' }: EngineOptions,
  task: Name,
  input: TaskInput<Name>,
): Promise<TaskOutput<Name>> => (engine ? engine.compute(task, input, priority) : computeTask(task, input));

/** Opens a program; when its device fails, now or later, reports the reason to `onFallback` and continues on the CPU. */
export function openProgram(program: Program, options: EngineOptions): Promise<ProgramRunner> {
  const { provider = 'cpu', onFallback } = options;
  return provider === 'cpu' || !onFallback
    ? openOnDevice(program, options)
    : ProgramWithFallback.open(program, options);
}

/** Reports the failure of a device. @throws `error` when there is nothing to fall back to */
export function reportFallback({ provider = 'cpu', onFallback }: EngineOptions, error: unknown): void {
  if (provider === 'cpu' || !onFallback) throw error;
  onFallback((error instanceof Error ? error.message : String(error)).split('\n')[0]!);
}

class ProgramWithFallback implements ProgramRunner {
  private constructor(
    private runner: ProgramRunner,
    private readonly program: Program,
    private readonly options: EngineOptions,
  ) {}

  static async open(program: Program, options: EngineOptions): Promise<ProgramWithFallback> {
    const runner = await openOnDevice(program, options).catch((error: unknown) => {
      reportFallback(options, error);
      return openOnDevice(program, { ...options, provider: 'cpu' });
    });
    return new ProgramWithFallback(runner, program, options);
  }

  get provider(): Provider {
    return this.runner.provider;
  }

  async run(feeds: ProgramFeeds, targets?: ProgramTargets, signal?: AbortSignal): Promise<Record<string, TensorData>> {
    const { runner, program, options } = this;
    try {
      return await runner.run(feeds, targets, signal);
    } catch (error) {
      if (runner.provider === 'cpu' || signal?.aborted) throw error;
      reportFallback(options, error);
      await runner.release().catch(() => undefined);
      this.runner = await openOnDevice(program, { ...options, provider: 'cpu' });
      if (Object.values(feeds).some(isKept)) throw new StateLostError('the device failed', { cause: error });
      return this.run(feeds, targets, signal);
    }
  }

  read(tensors: Readonly<Record<string, KeptTensor>>): Promise<Record<string, TensorData>> {
    return this.runner.read(tensors);
  }

  release(): Promise<void> {
    return this.runner.release();
  }
}

/** Opens a program for each size; equal sizes share one. */
export async function openBySize(
  sizes: readonly number[],
  open: (size: number) => Promise<ProgramRunner>,
): Promise<ProgramRunner[]> {
  const bySize = new Map<number, Promise<ProgramRunner>>();
  for (const size of sizes) if (!bySize.has(size)) bySize.set(size, open(size));
  return Promise.all(sizes.map((size) => bySize.get(size) as Promise<ProgramRunner>));
}
