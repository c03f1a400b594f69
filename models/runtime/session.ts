/** The only module that loads onnxruntime: a graph becomes a session, typed arrays go in and come out. */
import { createRequire } from 'node:module';
import type * as Onnxruntime from 'onnxruntime-node';
import type { Graph } from '../graph/graph';
import type { TensorType } from '../graph/shape';
import { elements, showShape } from '../graph/shape';
import { encode } from '../onnx/encode';
import type { Provider } from './providers';
import { providers } from './providers';

/**
 * onnxruntime sends telemetry to Microsoft and writes files in the home and temporary folders unless this is set before
 * its first session. It is loaded by `require` because static imports run first, and the bundler moves them to the top.
 */
process.env['ORT_DISABLE_TELEMETRY'] = '1';
const { InferenceSession, listSupportedBackends, Tensor } = createRequire(import.meta.url)(
  'onnxruntime-node',
) as typeof Onnxruntime;

export type Values = Float32Array | Int32Array;
export type Feeds = Readonly<Record<string, Values>>;

/** Those the installed onnxruntime could drive; whether this machine has what they need shows when they are tried. */
export const knownProviders = (): Provider[] =>
  providers.filter((provider) => listSupportedBackends().some(({ name }) => name === provider));

export interface SessionOptions {
  /** The processor when absent. */
  readonly provider?: Provider;
  /** Told of a device that failed; the processor then does its work. Without it the failure is thrown. */
  readonly onFallback?: (reason: string) => void;
  /** Threads of one operator; onnxruntime's own default (physical cores) when absent. */
  readonly threads?: number;
}

export class Session {
  private constructor(
    private session: Onnxruntime.InferenceSession,
    private readonly graph: Graph,
    private options: SessionOptions,
    private readonly types: ReadonlyMap<string, TensorType>,
  ) {}

  /** Encodes and loads a graph. Blocks its thread while onnxruntime optimises it. */
  static async create(graph: Graph, options: SessionOptions = {}): Promise<Session> {
    const types = new Map(graph.inputs.map(({ attributes: { name, type } }) => [name, type]));
    const onProcessor = withoutDevice(options);
    try {
      return new Session(await load(graph, options), graph, options, types);
    } catch (error) {
      if (!options.onFallback || isProcessor(options)) throw error;
      options.onFallback(firstLine(error));
      return new Session(await load(graph, onProcessor), graph, onProcessor, types);
    }
  }

  /** What computes. */
  get provider(): Provider {
    return this.options.provider ?? 'cpu';
  }

  /**
   * Runs the graph; blocks the calling thread until it is done.
   * @throws Error when an input is missing or has the wrong number of values
   */
  async run(feeds: Feeds): Promise<Record<string, Values>> {
    const inputs = Object.fromEntries(this.session.inputNames.map((name) => [name, this.tensor(name, feeds[name])]));
    const outputs = await this.session.run(inputs).catch(async (error: unknown) => {
      await this.fallBack(error);
      return this.session.run(inputs);
    });
    return Object.fromEntries(Object.entries(outputs).map(([name, { data }]) => [name, data as Values]));
  }

  /** Leaves a device for the processor: what was fed is with the caller, so the same run can be made again. @throws its argument where there is nothing to fall back to */
  async fallBack(error: unknown): Promise<void> {
    const { onFallback } = this.options;
    if (!onFallback || isProcessor(this.options)) throw error;
    onFallback(firstLine(error));
    await this.session.release().catch(() => undefined);
    this.options = withoutDevice(this.options);
    this.session = await load(this.graph, this.options);
  }

  async release(): Promise<void> {
    await this.session.release();
  }

  private tensor(name: string, values: Values | undefined): Onnxruntime.Tensor {
    const type = this.types.get(name);
    if (!type || !values) throw new Error(`input ${name} was not given`);
    if (values.length !== elements(type.shape))
      throw new Error(`input ${name}: expected ${showShape(type.shape)}, came ${values.length} values`);
    return new Tensor(type.dtype as 'float32', values as Float32Array, type.shape);
  }
}

const isProcessor = ({ provider = 'cpu' }: SessionOptions): boolean => provider === 'cpu';
const withoutDevice = (options: SessionOptions): SessionOptions => ({ ...options, provider: 'cpu' });
const firstLine = (error: unknown): string => (error instanceof Error ? error.message : String(error)).split('\n')[0]!;

/** The lab's own settings of onnxruntime. */
function load(graph: Graph, { threads, provider = 'cpu' }: SessionOptions): Promise<Onnxruntime.InferenceSession> {
  return InferenceSession.create(encode(graph, { contrib: provider === 'cpu' }), {
    executionProviders: [provider],
    ...(threads && { intraOpNumThreads: threads }),
    logSeverityLevel: 3,
    // The graph is written in its final form: searching it for more takes seconds and finds nothing.
    graphOptimizationLevel: 'disabled',
    // A plan of all results in one piece would be a second copy of them: half the memory without, and as fast.
    enableMemPattern: false,
    // Threads wait awake for the next operator, which follows within microseconds: a tenth faster than sleeping at
    // once. Waiting for longer would make a shared machine slow.
    extra: { session: { intra_op: { allow_spinning: '1', spin_duration_us: '5' } } },
  });
}
