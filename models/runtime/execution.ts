/** Where and in which precision a graph is executed. */

/** Devices that can execute a graph, by the names of onnxruntime's execution providers. */
export const providers = ['cpu', 'webgpu', 'dml', 'cuda', 'coreml'] as const;
export type Provider = (typeof providers)[number];

/**
 * Precision of products with weights:
 * - `float32`: all of them as the reference does
 * - `mixed`: with rounded factors in the forward pass, 8 bits on the CPU and float16 on GPUs; the backward pass in float32
 * - `int8`: all of them in 8 bits, the backward pass included; as `mixed` on GPUs
 */
export const precisions = ['float32', 'mixed', 'int8'] as const;
export type Precision = (typeof precisions)[number];
