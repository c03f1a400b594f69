/** Precision of the products with weights; everything else is computed in float32. */
import { gemm, quantisedGemm } from '../graph/build';

/**
 * - `float32`: all of them as the reference does
 * - `mixed`: in 8 bits where no gradient flows, which is two thirds of TRM's forward passes
 * - `int8`: all of them in 8 bits, the backward pass included
 */
export const precisions = ['float32', 'mixed', 'int8'] as const;
export type Precision = (typeof precisions)[number];

export type Product = typeof gemm;

/** How products are computed in updates with and without gradient. */
export const products: Readonly<Record<Precision, { readonly withGrad: Product; readonly noGrad: Product }>> = {
  float32: { withGrad: gemm, noGrad: gemm },
  mixed: { withGrad: gemm, noGrad: quantisedGemm },
  int8: { withGrad: quantisedGemm, noGrad: quantisedGemm },
};
