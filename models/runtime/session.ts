/** Sessions: loads a graph into onnxruntime and runs it on typed arrays. No other module loads onnxruntime. */
import { createRequire } from 'node:module';
import type * as Onnxruntime from 'onnxruntime-node';
import type { Graph } from '../graph/graph';
import type { TensorType } from '../graph/shape';
import { countElements, formatShape } from '../graph/shape';
import { readFeed, writeFeed, type Feed } from '../engine/column-slice';
import type { ProgramFeeds, ProgramRunner } from '../engine/engine';
import type { Provider } from './execution';
import { encode } from '../onnx/encode';
import { providers } from './execution';

/**
 * onnxruntime sends telemetry to Microsoft and writes files in the home and temporary folders unless this is set before
 * its first session. It is loaded by `require` because static imports run first, and the bundler moves them to the top.
 */
process.env['ORT_DISABLE_TELEMETRY'] = '1';
const { InferenceSession, listSupportedBackends, Tensor } = createRequire(import.meta.url)(
  'onnxruntime-node',
) as typeof Onnxruntime;

export type TensorData = Float32Array | Int32Array;
export type Feeds = Readonly<Record<string, TensorData>>;

/** Providers that the installed onnxruntime supports; whether they work on this machine shows only when a session is created. */
export const knownProviders = (): Provider[] =>
  providers.filter((provider) => listSupportedBackends().some(({ name }) => name === provider));

export interface SessionOptions {
  /** The CPU when absent. */
  readonly provider?: Provider;
  /** Threads of one operator; onnxruntime's own default (physical cores) when absent. */
  readonly threads?: number;
}

export class Session implements ProgramRunner {
  /** Copies of feeds that onnxruntime cannot read where they are, by input. */
  private readonly scratch: Record<string, TensorData> = {};
  /** Ends with the last run: runs share `scratch`, so one begins when the one before has ended. */
  private lastRun: Promise<unknown> = Promise.resolve();

  private constructor(
    private readonly session: Onnxruntime.InferenceSession,
    /** The device in use. */
    readonly provider: Provider,
    private readonly types: ReadonlyMap<string, TensorType>,
  ) {}

  /** Encodes and loads a graph. Blocks its thread while onnxruntime optimises it. */
  static async create(graph: Graph, options: SessionOptions = {}): Promise<Session> {
    const types = new Map(graph.inputs.map(({ attributes: { name, type } }) => [name, type]));
    return new Session(await load(graph, options), options.provider ?? 'cpu', types);
  }

  /**
   * Runs the graph; blocks the calling thread until it is done.
   * @param targets outputs that are written to these arrays
   * @param signal ends a run that has not begun
   * @returns the other outputs
   * @throws Error when an input is missing or has the wrong number of values; the signal's reason
   */
  run(feeds: ProgramFeeds, targets: ProgramFeeds = {}, signal?: AbortSignal): Promise<Record<string, TensorData>> {
    const run = this.lastRun.then(() => {
      signal?.throwIfAborted();
      return this.runNow(feeds, targets);
    });
    this.lastRun = run.catch(() => undefined);
    return run;
  }

  private async runNow(feeds: ProgramFeeds, targets: ProgramFeeds): Promise<Record<string, TensorData>> {
    const inputs = Object.fromEntries(this.session.inputNames.map((name) => [name, this.tensor(name, feeds[name])]));
    const outputs = await this.session.run(inputs);
    const values = Object.entries(outputs).map(([name, { data }]) => [name, data as TensorData] as const);
    for (const [name, data] of values) if (targets[name]) writeFeed(targets[name], data);
    return Object.fromEntries(values.filter(([name]) => !targets[name]));
  }

  /** Frees the memory, after the run in progress. */
  async release(): Promise<void> {
    await this.lastRun;
    await this.session.release();
  }

  private tensor(name: string, feed: Feed | undefined): Onnxruntime.Tensor {
    const type = this.types.get(name);
    if (!type || !feed) throw new Error(`input ${name} was not given`);
    const values = readFeed(feed, this.scratch[name]);
    if (values !== feed) this.scratch[name] = values;
    if (values.length !== countElements(type.shape))
      throw new Error(`input ${name}: expected ${formatShape(type.shape)}, got ${values.length} values`);
    return new Tensor(type.dtype as 'float32', values as Float32Array, type.shape);
  }
}

/** Loads a graph with the lab's settings of onnxruntime. */
function load(graph: Graph, { threads, provider = 'cpu' }: SessionOptions): Promise<Onnxruntime.InferenceSession> {
  return InferenceSession.create(encode(graph, { contrib: provider === 'cpu' }), {
    executionProviders: [provider],
    ...(threads && { intraOpNumThreads: threads }),
    logSeverityLevel: 4,
    // The graph is already optimised: onnxruntime's own optimisers take seconds and find nothing.
    graphOptimizationLevel: 'disabled',
    // A memory pattern would be a second copy of all results: without it half the memory, and the same speed.
    enableMemPattern: false,
    // Threads wait awake for the next operator, which follows within microseconds: a tenth faster than sleeping at
    // once. Waiting for longer would make a shared machine slow.
    extra: { session: { intra_op: { allow_spinning: '1', spin_duration_us: '5' } } },
  });
}
