/** Execution providers of onnxruntime: names and errors for people, environment of the runtime. */
import type { Provider } from '../../../models/runtime/execution';

export const deviceNames: Readonly<Record<Provider, string>> = {
  cpu: 'Processor',
  webgpu: 'Graphics (WebGPU)',
  dml: 'Graphics (DirectML)',
  cuda: 'NVIDIA graphics (CUDA)',
  coreml: 'Apple (CoreML)',
};

const knownErrors: readonly (readonly [RegExp, string])[] = [
  [/no supported adapters|failed to get a webgpu adapter/i, 'no graphics adapter that it can use was found'],
  [
    /failed to load shared library|cannot open shared object|loadlibrary failed/i,
    'its driver libraries are not installed',
  ],
  [/not (been )?(enabled|supported|available)/i, 'this build of onnxruntime cannot drive it'],
];

/** The error of a provider, which may be long, as one readable line. */
export function describeDeviceError(reason: string): string {
  const known = knownErrors.find(([pattern]) => pattern.test(reason));
  return known ? known[1] : reason.split('\n')[0]!.slice(0, 200);
}

/** Environment of every process that may load onnxruntime, which reads it when its library is loaded. */
export const runtimeEnv = {
  /** Disables telemetry. */
  ORT_DISABLE_TELEMETRY: '1',
} as const;
