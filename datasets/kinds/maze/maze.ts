/** Mazes as a puzzle kind, of any side from 5 to 30. */
import { canonicalForm, squareSymmetries, dihedralSubgroups } from '../../symmetry';
import { defineKind } from '../define-kind';
import { defaultEditing, replaceCell } from '../editing';
import { createSizedFamily } from '../kind-family';
import type { Editing, PuzzleKind, TokenStyle, Tokens } from '../puzzle-kind';
import {
  formatMaze,
  GOAL,
  mazeBoard,
  mazeColours,
  mazeFacets,
  mazeSymbols,
  OPEN,
  parseMaze,
  PATH,
  START,
  WALL,
} from './board';
import { checkMaze, solveBreadthFirst, solveMaze } from './solve';
import { mazeGenerator } from './generate';

/** @throws RangeError for a side outside 5..30 */
export function maze(side: number): PuzzleKind {
  const board = mazeBoard(side);
  const symmetries = squareSymmetries(side, mazeSymbols.length);
  const classKey = (inputs: Uint8Array) => canonicalForm(symmetries, inputs, (image) => formatMaze(board, image));
  return defineKind({
    id: `maze-${side}`,
    name: `Maze ${side}×${side}`,
    rows: side,
    columns: side,
    symbols: mazeSymbols,
    colours: mazeColours,
    tokenStyles,
    tokenNames,
    legend: [
      { mark: 'wall', text: 'wall' },
      { mark: 'answer', text: 'path answered, fainter when unsure' },
    ],
    blank: OPEN,
    parse: (text) => parseMaze(board, text),
    format: (grid) => formatMaze(board, grid),
    check: (inputs, answer) => checkMaze(board, inputs, answer),
    solve: (inputs, limits) => solveMaze(board, inputs, limits),
    facets: mazeFacets,
    generator: mazeGenerator(board),
    drawSymmetry: (random) => symmetries[random.integer(0, symmetries.length - 1)]!,
    symmetrySubgroups: dihedralSubgroups(symmetries),
    classKey,
    classHash: classKey,
    solveClassically: (inputs) => solveBreadthFirst(board, inputs),
    editing: mazeEditing,
  });
}

const tokenNames = ['', 'wall', 'open', 'start', 'goal', 'path'];
const tokenStyles = mazeColours.map((colour, token): TokenStyle => {
  if (token === WALL) return { as: 'wall' };
  if (token === PATH) return { as: 'path' };
  return colour ? { as: 'colour', colour } : { as: 'ink' };
});

/** There is one start and one goal: a new one replaces the old. The path belongs to the answer. */
function mazeEditing(kind: PuzzleKind): Editing {
  const plain = defaultEditing(kind);
  const withoutEnd = (tokens: Tokens, end: number) => tokens.map((token) => (token === end ? OPEN : token));
  const names = ['', 'Wall', 'Open', 'Start', 'Goal'];
  return {
    ...plain,
    brushes: plain.brushes
      .filter(({ token }) => token !== PATH)
      .map((brush) => ({ ...brush, name: names[brush.token] ?? '', symbol: mazeSymbols[brush.token] ?? '' })),
    paints: true,
    setToken: (tokens, cell, token) => {
      if (token === PATH) return tokens;
      return replaceCell(token === START || token === GOAL ? withoutEnd(tokens, token) : tokens, cell, token);
    },
  };
}

export const mazeFamily = createSizedFamily({
  id: 'maze',
  name: 'Maze',
  sizes: { min: 5, max: 30, default: 11 },
  create: maze,
});
