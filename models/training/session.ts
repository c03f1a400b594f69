/** The only door to onnxruntime: a graph becomes a session, typed arrays go in and come out. */
import { InferenceSession, Tensor as OrtTensor } from 'onnxruntime-node';
import type { Graph } from '../graph/graph';
import type { TensorType } from '../graph/shape';
import { elements, showShape } from '../graph/shape';
import { encode } from '../onnx/encode';

export type Values = Float32Array | Int32Array;
export type Feeds = Readonly<Record<string, Values>>;

export interface SessionOptions {
  /** Threads of one operator; onnxruntime's own default (physical cores) when absent. */
  readonly threads?: number;
}

export class Session {
  private constructor(private readonly session: InferenceSession, private readonly types: ReadonlyMap<string, TensorType>) {}

  /** Encodes and loads a graph. Blocks its thread while onnxruntime optimises it. */
  static async create(graph: Graph, { threads }: SessionOptions = {}): Promise<Session> {
    const session = await InferenceSession.create(encode(graph, { contrib: true }), {
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
    const types = graph.inputs.map((node) => [node.attributes.name, node.attributes.type] as const);
    return new Session(session, new Map(types));
  }

  /**
   * Runs the graph; blocks the calling thread until it is done.
   * @throws Error when an input is missing or has the wrong number of values
   */
  async run(feeds: Feeds): Promise<Record<string, Values>> {
    const inputs = this.session.inputNames.map((name) => [name, this.tensor(name, feeds[name])]);
    const outputs = await this.session.run(Object.fromEntries(inputs));
    return Object.fromEntries(Object.entries(outputs).map(([name, { data }]) => [name, data as Values]));
  }

  async release(): Promise<void> {
    await this.session.release();
  }

  private tensor(name: string, values: Values | undefined): OrtTensor {
    const type = this.types.get(name);
    if (!type || !values) throw new Error(`input ${name} was not given`);
    if (values.length !== elements(type.shape))
      throw new Error(`input ${name}: expected ${showShape(type.shape)}, came ${values.length} values`);
    return new OrtTensor(type.dtype as 'float32', values as Float32Array, type.shape);
  }
}
