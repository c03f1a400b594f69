/** Sessions: runs a graph in onnxruntime on typed arrays. */
import type { Graph } from '../graph/graph';
import type { TensorType } from '../graph/shape';
import { countElements, formatShape } from '../graph/shape';
import { readFeed, writeFeed, type Feed } from '../engine/column-slice';
import type { ProgramFeeds, ProgramRunner, ProgramTargets } from '../engine/engine';
import { isKept, StateLostError, type KeptTensor } from '../engine/kept-state';
import { cpuRoundingOf } from './cpu-rounding';
import { DeviceMemory } from './device-memory';
import type { Provider } from './execution';
import { createTensor, load, type OnnxSession, type OnnxTensor, type SessionOptions } from './onnxruntime';

export type TensorData = Float32Array | Int32Array;
export type Feeds = Readonly<Record<string, TensorData>>;

interface StateOptions {
  /** Inputs that the session keeps on its device, with the outputs `next_<name>` where the graph has them. */
  readonly state?: readonly string[];
}

type Tensors = Readonly<Record<string, OnnxTensor>>;

export class Session implements ProgramRunner {
  /** Copies of feeds that onnxruntime cannot read where they are, by input. */
  private readonly scratch: Record<string, TensorData> = {};
  /** Ends with the last run: runs share `scratch`, so one begins when the one before has ended. */
  private lastRun: Promise<unknown> = Promise.resolve();
  private kept: Record<KeptTensor['kept'], Tensors> = { input: {}, output: {} };

  private constructor(
    private readonly session: OnnxSession,
    /** The device in use. */
    readonly provider: Provider,
    private readonly types: ReadonlyMap<string, TensorType>,
    private readonly device: DeviceMemory,
    private readonly state: ReadonlySet<string>,
  ) {}

  /** Encodes and loads a graph. Blocks its thread while onnxruntime optimises it. */
  static async create(graph: Graph, options: SessionOptions & StateOptions = {}): Promise<Session> {
    const types = new Map(graph.inputs.map(({ attributes: { name, type } }) => [name, type]));
    const { provider = 'cpu', state = [] } = options;
    const onDevice = state.map((name) => `next_${name}`).filter((name) => graph.outputs.has(name));
    const rounding = provider === 'cpu' ? await cpuRoundingOf(graph) : 'float16';
    const session = await load(graph, { ...options, onDevice, rounding });
    return new Session(session, provider, types, new DeviceMemory(provider), new Set(state));
  }

  /**
   * Runs the graph; blocks the calling thread until it is done.
   * @param targets outputs that are written to these arrays
   * @param signal ends a run that has not begun
   * @returns the other outputs, without those that are kept
   * @throws Error when an input is missing or has the wrong number of values; StateLostError for a kept tensor that the
   * session does not have; the signal's reason
   */
  run(feeds: ProgramFeeds, targets: ProgramTargets = {}, signal?: AbortSignal): Promise<Record<string, TensorData>> {
    return this.afterLastRun(() => {
      signal?.throwIfAborted();
      return this.runNow(feeds, targets);
    });
  }

  read(tensors: Readonly<Record<string, KeptTensor>>): Promise<Record<string, TensorData>> {
    return this.afterLastRun(async () => {
      const values: Record<string, TensorData> = {};
      for (const [name, tensor] of Object.entries(tensors))
        values[name] = await this.device.read(this.keptTensor(name, tensor));
      return values;
    });
  }

  private afterLastRun<T>(work: () => Promise<T>): Promise<T> {
    const done = this.lastRun.then(work);
    this.lastRun = done.catch(() => undefined);
    return done;
  }

  private async runNow(feeds: ProgramFeeds, targets: ProgramTargets): Promise<Record<string, TensorData>> {
    const inputs: Record<string, OnnxTensor> = {};
    for (const name of this.session.inputNames) inputs[name] = await this.input(name, feeds[name]);
    const outputs = await this.session.run(inputs);
    this.keep(inputs, outputs);
    const values = Object.entries(outputs)
      .filter(([name]) => !this.isKeptOutput(name))
      .map(([name, { data }]) => [name, data as TensorData] as const);
    for (const [name, data] of values) if (targets[name]) writeFeed(targets[name], data);
    return Object.fromEntries(values.filter(([name]) => !targets[name]));
  }

  /** Frees the memory, after the run in progress. */
  async release(): Promise<void> {
    await this.lastRun;
    this.keep({}, {});
    await this.device.release();
    await this.session.release();
  }

  /** Keeps the state of a run, and frees that of the run before. */
  private keep(inputs: Tensors, outputs: Tensors): void {
    if (this.state.size === 0) return;
    const names = [...this.state];
    const pick = (tensors: Tensors, prefix: string) =>
      Object.fromEntries(
        names.flatMap((name) => (tensors[`${prefix}${name}`] ? [[name, tensors[`${prefix}${name}`]!]] : [])),
      );
    const before = [...Object.values(this.kept.input), ...Object.values(this.kept.output)];
    this.kept = { input: pick(inputs, ''), output: pick(outputs, 'next_') };
    const used = new Set([...Object.values(this.kept.input), ...Object.values(this.kept.output)]);
    for (const tensor of before) if (!used.has(tensor)) tensor.dispose();
  }

  private isKeptOutput(name: string): boolean {
    return name.startsWith('next_') && this.state.has(name.slice('next_'.length));
  }

  private keptTensor(name: string, { kept }: KeptTensor): OnnxTensor {
    const tensor = this.kept[kept][name];
    if (!tensor) throw new StateLostError(`${name} is not kept`);
    return tensor;
  }

  private async input(name: string, feed: ProgramFeeds[string] | undefined): Promise<OnnxTensor> {
    if (feed && isKept(feed)) return this.keptTensor(name, feed);
    const tensor = this.tensor(name, feed);
    return this.state.has(name) ? this.device.write(tensor) : tensor;
  }

  private tensor(name: string, feed: Feed | undefined): OnnxTensor {
    const type = this.types.get(name);
    if (!type || !feed) throw new Error(`input ${name} was not given`);
    const values = readFeed(feed, this.scratch[name]);
    if (values !== feed) this.scratch[name] = values;
    if (values.length !== countElements(type.shape))
      throw new Error(`input ${name}: expected ${formatShape(type.shape)}, got ${values.length} values`);
    return createTensor(type.dtype, values, type.shape);
  }
}
