/** In what numbers the products with weights are made; everything else is float32 throughout. */
import { gemm, quantisedGemm } from '../graph/build';

/**
 * - `float32`: all of them as the reference does
 * - `mixed`: in 8 bits where no gradient flows, which is two thirds of TRM's forward passes
 * - `int8`: all of them in 8 bits, the backward pass included
 */
export const precisions = ['float32', 'mixed', 'int8'] as const;
export type Precision = (typeof precisions)[number];

export type Product = typeof gemm;

/** The products of updates that learn, through which gradients flow, and of quiet ones. */
export const products: Readonly<Record<Precision, { readonly learning: Product; readonly quiet: Product }>> = {
  float32: { learning: gemm, quiet: gemm },
  mixed: { learning: gemm, quiet: quantisedGemm },
  int8: { learning: quantisedGemm, quiet: quantisedGemm },
};
