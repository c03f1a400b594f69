/**
 * Cells mixed through the lines of a square grid, its rows, columns and diagonals in both directions, for puzzles whose rules count over
 * lines. A cell receives a linear map of the sum of the states on each of its four lines, its own included: a simple case of the
 * messages between related cells in recurrent relational networks (arXiv 1711.08028). All lines of a direction have the same
 * weights, which do not depend on the size of the grid, see `padding.ts`.
 */
import { concat, gemm, reshape } from '../graph/build';
import type { Graph, Tensor } from '../graph/graph';
import type { ParameterSpec } from '../nn/parameters';
import { fanIn } from '../nn/parameters';
import type { ModelConfig } from './config';
import { gridSide } from './config';
import type { GridMixing } from './mixers';

/** Two cells are on the same line of a direction where this number is the same. */
type LineOf = (row: number, column: number) => number;

const directions: readonly LineOf[] = [
  (row) => row,
  (_, column) => column,
  (row, column) => row - column,
  (row, column) => row + column,
];

/** Keeps the sums about as large as a state. The same for every line: dividing by its length would turn counts into means. */
const SUM_DIVISOR = 8;

const weightName = (block: string): string => `${block}.lines.weight`;

export const lineSumSpec = ({ hiddenSize }: ModelConfig, block: string): ParameterSpec => ({
  name: weightName(block),
  shape: [hiddenSize, directions.length * hiddenSize],
  init: fanIn(directions.length * hiddenSize),
});

/** h + W · [sums over the lines of a cell]. @param h [S, B·D] @returns [S·B, D] */
export function lineSumResidual(h: Tensor, { config, weights, product, block }: GridMixing): Tensor {
  const { hiddenSize } = config;
  const side = gridSide(config);
  const rows = (states: Tensor) => reshape(states, [-1, hiddenSize]);
  const sums = directions.map((lineOf) => rows(gemm(lineMatrix(h.graph, side, lineOf), h)));
  return product(concat(sums, 1), weights.get(weightName(block)), { transB: true, plus: rows(h) });
}

/** [S, S]: not zero where two cells are on the same line of a direction. */
function lineMatrix(graph: Graph, side: number, lineOf: LineOf): Tensor {
  const lines = Array.from({ length: side * side }, (_, cell) => lineOf(Math.floor(cell / side), cell % side));
  const values = lines.flatMap((line) => lines.map((other) => (line === other ? 1 / SUM_DIVISOR : 0)));
  return graph.constant(Float32Array.from(values), [side * side, side * side]);
}
