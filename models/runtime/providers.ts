/** What can compute a graph, by onnxruntime's names of its execution providers. */
export const providers = ['cpu', 'webgpu', 'dml', 'cuda', 'coreml'] as const;
export type Provider = (typeof providers)[number];
