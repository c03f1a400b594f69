/** Loads onnxruntime, and graphs into it. No other module loads it. */
import { createRequire } from 'node:module';
import type * as Onnxruntime from 'onnxruntime-node';
import type { Graph } from '../graph/graph';
import { encode, type Rounding } from '../onnx/encode';
import { providers, type Provider } from './execution';
import type { TensorData } from './session';

/**
 * onnxruntime sends telemetry to Microsoft and writes files in the home and temporary folders unless this is set before
 * its first session. It is loaded by `require` because static imports run first, and the bundler moves them to the top.
 */
process.env['ORT_DISABLE_TELEMETRY'] = '1';
const require = createRequire(import.meta.url);
let loaded: typeof Onnxruntime | undefined;

/** Loaded when it is first needed: processes that compute in workers, and commands that compute nothing, never do. */
const onnxruntime = (): typeof Onnxruntime => (loaded ??= require('onnxruntime-node') as typeof Onnxruntime);

export type OnnxTensor = Onnxruntime.Tensor;
export type OnnxSession = Onnxruntime.InferenceSession;

/** A tensor in the memory of the processor: `data` in row-major order, one number for each element of `shape`. */
export const createTensor = (type: OnnxTensor['type'], data: TensorData, shape: readonly number[]): OnnxTensor =>
  new (onnxruntime().Tensor)(type as 'float32', data as Float32Array, shape);

/** Providers that the installed onnxruntime supports; whether they work on this machine shows only when a session is created. */
export const knownProviders = (): Provider[] =>
  providers.filter((provider) =>
    onnxruntime()
      .listSupportedBackends()
      .some(({ name }) => name === provider),
  );

export interface SessionOptions {
  /** The CPU when absent. */
  readonly provider?: Provider;
  /** Threads of one operator; onnxruntime's own default (physical cores) when absent. */
  readonly threads?: number;
  /** Whether float16 products of the provider agree with the CPU's (see `findDeviceError`); false when absent. */
  readonly float16?: boolean;
}

interface LoadOptions {
  /** How factors of rounded products are rounded; in float16 on other devices than the CPU. */
  readonly rounding?: Rounding;
  /** Outputs that stay in the memory of the GPU. Only WebGPU supports that; other providers return all to the processor. */
  readonly onDevice?: readonly string[];
}

/** Loads a graph with the lab's settings of onnxruntime. */
export function load(
  graph: Graph,
  { threads, provider = 'cpu', onDevice = [], rounding = 'float16' }: SessionOptions & LoadOptions,
): Promise<OnnxSession> {
  return onnxruntime().InferenceSession.create(encode(graph, { contrib: provider === 'cpu', rounding }), {
    executionProviders: [provider],
    ...(threads && { intraOpNumThreads: threads }),
    ...(provider === 'webgpu' && {
      preferredOutputLocation: Object.fromEntries(onDevice.map((name) => [name, 'gpu-buffer' as const])),
    }),
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

/** Loads an exported file as another program does, with onnxruntime's own settings, on one thread of the CPU. */
export const openFile = (bytes: Uint8Array): Promise<OnnxSession> =>
  onnxruntime().InferenceSession.create(bytes, { intraOpNumThreads: 1, logSeverityLevel: 4 });
