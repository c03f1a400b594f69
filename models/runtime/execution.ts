/** Where and in which precision a graph is executed. */

/** Devices that can execute a graph, by the names of onnxruntime's execution providers. */
export const providers = ['cpu', 'webgpu', 'dml', 'cuda', 'coreml'] as const;
export type Provider = (typeof providers)[number];

/**
 * - `float32`: all of them as the reference does
 * - `mixed`: in 8 bits where no gradient flows, which is two thirds of TRM's forward passes
 * - `int8`: all of them in 8 bits, the backward pass included
 */
export const precisions = ['float32', 'mixed', 'int8'] as const;
export type Precision = (typeof precisions)[number];
