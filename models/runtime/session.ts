/** The only module that loads onnxruntime: makes a session of a graph and runs it on typed arrays; resolves the precision that a device supports. */
import { createRequire } from 'node:module';
import type * as Onnxruntime from 'onnxruntime-node';
import { quantisedGemm } from '../graph/build';
import { Graph } from '../graph/graph';
import type { TensorType } from '../graph/shape';
import { countElements, formatShape } from '../graph/shape';
import type { Precision, Provider } from './execution';
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
  async run(feeds: Feeds): Promise<Record<string, TensorData>> {
    const inputs = Object.fromEntries(this.session.inputNames.map((name) => [name, this.tensor(name, feeds[name])]));
    const outputs = await this.session.run(inputs).catch(async (error: unknown) => {
      await this.fallBack(error);
      return this.session.run(inputs);
    });
    return Object.fromEntries(Object.entries(outputs).map(([name, { data }]) => [name, data as TensorData]));
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

  private tensor(name: string, values: TensorData | undefined): Onnxruntime.Tensor {
    const type = this.types.get(name);
    if (!type || !values) throw new Error(`input ${name} was not given`);
    if (values.length !== countElements(type.shape))
      throw new Error(`input ${name}: expected ${formatShape(type.shape)}, came ${values.length} values`);
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

/**
 * Products in 8 bits are the processor's, and only of one that sums them exactly: elsewhere they are made in float32.
 * @param isExact whether the processor does, asked only where it matters
 */
export async function resolvePrecision(
  { provider = 'cpu' }: SessionOptions,
  precision: Precision = 'float32',
  isExact = sumsExactly,
): Promise<Precision> {
  if (precision === 'float32' || provider !== 'cpu') return 'float32';
  return (await isExact()) ? precision : 'float32';
}

let answer: Promise<boolean> | undefined;

/** Tried once, in some milliseconds. */
const sumsExactly = (): Promise<boolean> => (answer ??= trySums());

const LENGTH = 64;

/**
 * Processors without an instruction of their own for such sums add two products in 16 bits first: 255·127 twice is
 * more than these hold, and the sum stops at their greatest number. Here every pair is as large as it can be.
 */
async function trySums(): Promise<boolean> {
  const graph = new Graph();
  graph.output('sums', quantisedGemm(graph.input('left', [LENGTH, LENGTH]), graph.input('right', [LENGTH, LENGTH])));
  const session = await Session.create(graph, { threads: 1 });
  const ones = new Float32Array(LENGTH * LENGTH).fill(1);
  const { sums } = await session.run({ left: ones, right: ones });
  await session.release();
  return sums!.every((sum) => Math.abs(sum - LENGTH) < LENGTH / 100);
}
