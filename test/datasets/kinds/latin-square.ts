/** A kind of puzzle that the app does not have, with only the required parts: latin squares of 3 × 3 cells. */
import { cluesFacet } from '../../../datasets/kinds/facets';
import { defineKind } from '../../../datasets/kinds/define-kind';
import { describeCell, formatGrid, parseGrid } from '../../../datasets/kinds/text';
import { createSingleFamily } from '../../../datasets/kinds/kind-family';
import type { Puzzle, PuzzleKind, RuleReport, SearchLimits } from '../../../datasets/kinds/puzzle-kind';
import { createRuleReport, SolutionSearch } from '../../../datasets/kinds/rules';
import type { Random } from '../../../datasets/random';
import { identitySymmetry } from '../../../datasets/symmetry';
import { message } from '../../../renderer/messages/message';

const BLANK = 1;
const symbols = ['', '.', '1', '2', '3'];
const text = { rows: 3, columns: 3, characters: symbols, expected: '1 to 3, or . for a blank', otherwise: '.' };
const lines = [0, 1, 2].flatMap((i) => [
  { name: message('kinds.line.row', { number: i + 1 }), cells: [3 * i, 3 * i + 1, 3 * i + 2] },
  { name: message('kinds.line.column', { number: i + 1 }), cells: [i, i + 3, i + 6] },
]);

const withCell = (grid: Uint8Array, cell: number, token: number) => grid.map((old, i) => (i === cell ? token : old));

function check(inputs: Uint8Array, answer: Uint8Array): RuleReport {
  const repeated = lines.flatMap(({ name, cells }) => {
    const tokens = cells.map((cell) => answer[cell]!).filter((token) => token > BLANK);
    return new Set(tokens).size < tokens.length
      ? [{ describe: () => message('kinds.sudoku.repeated', { line: name, digits: 'a number' }), cells }]
      : [];
  });
  const changed = [...inputs.keys()].filter((cell) => inputs[cell]! > BLANK && answer[cell] !== inputs[cell]);
  const violations = [
    ...repeated,
    ...changed.map((cell) => ({
      describe: () => message('kinds.nonogram.clueChanged', { cell: describeCell(3, cell) }),
      cells: [cell],
    })),
  ];
  return createRuleReport(
    violations,
    answer.every((token) => token > BLANK),
  );
}

function solve(inputs: Uint8Array, limits: SearchLimits) {
  const search = new SolutionSearch(limits);
  const fill = (grid: Uint8Array): void => {
    if (check(inputs, grid).brokenRules > 0) return;
    const cell = grid.indexOf(BLANK);
    if (cell < 0) return search.found(grid);
    search.branch([2, 3, 4], (token) => fill(withCell(grid, cell, token)));
  };
  fill(inputs);
  return search.result();
}

function generate(random: Random): Puzzle {
  const first = Uint8Array.from([random.integer(2, 4), ...Array.from({ length: 8 }, () => BLANK)]);
  const { solutions } = solve(first, { maxSolutions: 12 });
  const labels = solutions[random.integer(0, solutions.length - 1)]!;
  let inputs: Uint8Array = labels;
  for (const cell of random.shuffle([...labels.keys()])) {
    const fewer = withCell(inputs, cell, BLANK);
    if (solve(fewer, { maxSolutions: 2 }).solutions.length === 1) inputs = fewer;
  }
  return { inputs, labels };
}

const format = (tokens: Uint8Array) => formatGrid(text, tokens);

const latinSquare = (): PuzzleKind =>
  defineKind({
    id: 'latin-3x3',
    name: message('kinds.custom.name', { rows: 3, columns: 3 }),
    rows: 3,
    columns: 3,
    symbols,
    blank: BLANK,
    parse: (puzzle) => parseGrid(text, puzzle),
    format,
    check,
    solve,
    facets: [cluesFacet([2, 3, 4])],
    generator: {
      unit: 'guesses',
      difficulties: [{ id: 'easy', min: 0, max: Infinity }],
      rate: (inputs) => solve(inputs, { maxSolutions: 2 }).guesses,
      generate,
    },
    drawSymmetry: () => identitySymmetry(9, symbols.length),
    symmetrySubgroups: [],
    classKey: format,
    classHash: format,
  });

export const latinFamily = createSingleFamily({
  id: 'latin-3x3',
  name: message('kinds.custom.name', { rows: 3, columns: 3 }),
  generates: 'puzzles',
  create: latinSquare,
});
