/** Execution providers of onnxruntime: their names and errors, and the environment of the runtime. */
import type { Provider } from '../../../models/runtime/execution';
import { message, type Message, type Text } from '../../../renderer/messages/message';

export const deviceNames: Readonly<Record<Provider, string>> = {
  cpu: 'CPU',
  webgpu: 'GPU (WebGPU)',
  dml: 'GPU (DirectML)',
  cuda: 'NVIDIA GPU (CUDA)',
  coreml: 'Apple (CoreML)',
};

const knownErrors: readonly (readonly [RegExp, Message])[] = [
  [/no supported adapters|failed to get a webgpu adapter/i, message('device.error.noAdapter')],
  [/failed to load shared library|cannot open shared object|loadlibrary failed/i, message('device.error.noLibraries')],
  [/contain NaN or infinity/, message('device.error.nonFinite')],
  [/not (been )?(enabled|supported|available)/i, message('device.error.unsupported')],
];

/** Describes the error of a provider, which may be long, in one line. */
export function describeDeviceError(reason: string): Text {
  const known = knownErrors.find(([pattern]) => pattern.test(reason));
  return known ? known[1] : reason.split('\n')[0]!.slice(0, 200);
}

/** Environment of every process that may load onnxruntime, which reads it when its library is loaded. */
export const runtimeEnv = {
  /** Disables telemetry. */
  ORT_DISABLE_TELEMETRY: '1',
} as const;
