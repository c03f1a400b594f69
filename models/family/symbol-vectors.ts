/**
 * States with a vector for every symbol in every cell, for puzzles whose symbols can be exchanged, e.g. the digits of Sudoku:
 * the idea of symbol-equivariant recursive reasoning (arXiv 2603.02193). All weights are shared by the symbols, which interact
 * only through their mean, so that relabelling a puzzle relabels its answer. A state is [S, B·K·D] for K symbols: mixing of
 * positions is the same product as in TRM.
 */
import { add, expand, gather, gemm, mul, pad, reduceMean, reshape, swiglu } from '../graph/build';
import type { Tensor } from '../graph/graph';
import type { GemmFunction } from '../nn/layers';
import { swigluSpecs } from '../nn/layers';
import type { ParameterSpec, Weights } from '../nn/parameters';
import { fanIn } from '../nn/parameters';
import type { ModelConfig } from './config';
import { BLANK, countSymbolVectors, FIRST_SYMBOL } from './config';

/** What a cell says about a symbol: rows of the embedding. */
const clues = ['thisSymbol', 'otherSymbol', 'blank'] as const;
export const SYMBOL_EMBEDDINGS = clues.length;

/** Logit of the tokens that are no symbols: below any that a model computes. */
const NEVER = -1e9;

/** Tokens int32 [S, B] → √D · embedding, [S, B·K·D]. @param table [3, D] */
export function embedSymbols(config: ModelConfig, tokens: Tensor, table: Tensor): Tensor {
  const cells = gather(clueTable(config, tokens), tokens);
  const rows = gemm(reshape(cells, [-1, SYMBOL_EMBEDDINGS]), mul(table, Math.sqrt(config.hiddenSize)));
  return reshape(rows, [config.seqLen, -1]);
}

/** One-hot rows of the embedding for each symbol, by token; [V, K·3]. */
function clueTable({ vocabSize }: ModelConfig, { graph }: Tensor): Tensor {
  const symbols = vocabSize - FIRST_SYMBOL;
  const values = new Float32Array(vocabSize * symbols * clues.length);
  // Padding has no clue: cells outside of the puzzle are zero, see `padding.ts`.
  for (let token = BLANK; token < vocabSize; token++)
    for (let symbol = 0; symbol < symbols; symbol++)
      values[(token * symbols + symbol) * clues.length + clueOf(token, symbol)] = 1;
  return graph.constant(values, [vocabSize, symbols * clues.length]);
}

function clueOf(token: number, symbol: number): number {
  if (token < FIRST_SYMBOL) return clues.indexOf('blank');
  return clues.indexOf(token - FIRST_SYMBOL === symbol ? 'thisSymbol' : 'otherSymbol');
}

interface MeanMixing {
  readonly config: ModelConfig;
  readonly weights: Weights;
  readonly product: GemmFunction;
  /** Name of the MLP. */
  readonly name: string;
  readonly inner: number;
}

/** Gate and up read the vector of a symbol and the mean over the symbols of its cell. */
export const meanMixingSpecs = (
  name: string,
  size: { readonly width: number; readonly inner: number },
): ParameterSpec[] => {
  const [gateUp, down] = swigluSpecs(name, size);
  const init = fanIn(2 * size.width);
  return [{ ...gateUp!, init }, { ...gateUp!, name: `${name}.mean_gate_up_proj.weight`, init }, down!];
};

/** h + down(silu(gate) · up) with [gate, up] from h and its mean over symbols; h [S·B·K, D]. */
export function meanSwigluResidual(h: Tensor, { config, weights, product, name, inner }: MeanMixing): Tensor {
  const symbols = countSymbolVectors(config);
  const mean = averageSymbols(config, h);
  const project = (rows: { readonly from: number; readonly to: number }) => {
    const shared = product(mean, weights.get(`${name}.mean_gate_up_proj.weight`, rows), { transB: true });
    // Repeated for each symbol, and added by the next product: an addition with broadcasting takes twice as long.
    const repeated = expand(reshape(shared, [-1, 1, inner]), [shared.shape[0]!, symbols, inner]);
    const plus = reshape(repeated, [-1, inner]);
    return product(h, weights.get(`${name}.gate_up_proj.weight`, rows), { transB: true, plus });
  };
  const [gate, up] = [project({ from: 0, to: inner }), project({ from: inner, to: 2 * inner })];
  return product(swiglu(gate, up), weights.get(`${name}.down_proj.weight`), { transB: true, plus: h });
}

/** State [S, B·K·D] → logits [S·B, V]. @param head [1, D] */
export function decodeSymbols(config: ModelConfig, answer: Tensor, head: Tensor): Tensor {
  const logits = gemm(reshape(answer, [-1, config.hiddenSize]), head, { transB: true });
  const padded = pad(reshape(logits, [-1, countSymbolVectors(config)]), 1, { before: FIRST_SYMBOL, after: 0 });
  const excluded = Float32Array.from({ length: config.vocabSize }, (_, token) => (token < FIRST_SYMBOL ? NEVER : 0));
  return add(padded, answer.graph.constant(excluded, [1, config.vocabSize]));
}

/** Mean over symbols: [N, K·D], or [N·K, D], → [N, D]. */
export function averageSymbols(config: ModelConfig, vectors: Tensor): Tensor {
  const { hiddenSize } = config;
  return reshape(reduceMean(reshape(vectors, [-1, countSymbolVectors(config), hiddenSize]), [1]), [-1, hiddenSize]);
}

/** Mean over cells and symbols, [B, D]: what the halting head reads. */
export function meanOfSymbols(config: ModelConfig, answer: Tensor): Tensor {
  const { seqLen, hiddenSize } = config;
  const symbols = countSymbolVectors(config);
  return reshape(reduceMean(reshape(answer, [seqLen, -1, symbols, hiddenSize]), [0, 2]), [-1, hiddenSize]);
}
