/** What every process that may load onnxruntime has in its environment: it reads them when its library is loaded. */
export const runtimeEnv = {
  /** onnxruntime sends nothing anywhere. */
  ORT_DISABLE_TELEMETRY: '1',
} as const;
