/** Mazes as a puzzle kind, of any side from 5 to 30. */
import { message } from '../../../renderer/messages/message';
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
  mazeName,
  mazeSymbols,
  mazeTokenNames,
  OPEN,
  parseMaze,
  PATH,
  START,
  WALL,
} from './board';
import { checkMaze, explainPaths, solveBreadthFirst, solveMaze } from './solve';
import { mazeGenerator } from './generate';

/** @throws RangeError for a side outside 5..30 */
export function maze(side: number): PuzzleKind {
  const board = mazeBoard(side);
  const symmetries = squareSymmetries(side, mazeSymbols.length);
  const classKey = (inputs: Uint8Array) => canonicalForm(symmetries, inputs, (image) => formatMaze(board, image));
  return defineKind({
    id: `maze-${side}`,
    name: mazeName(board),
    rows: side,
    columns: side,
    symbols: mazeSymbols,
    colours: mazeColours,
    tokenStyles,
    tokenNames: mazeTokenNames,
    legend: [
      { mark: 'wall', text: message('kinds.legend.wall') },
      { mark: 'answer', text: message('kinds.legend.path') },
    ],
    blank: OPEN,
    // Start and goal stay: without one of them there is nothing to solve. The path belongs to answers.
    clues: {
      tokens: [WALL],
      exchangeable: [WALL, OPEN],
      withFewer: 'other solutions',
      canContradict: false,
      unseen: PATH,
    },
    parse: (text) => parseMaze(board, text),
    format: (grid) => formatMaze(board, grid),
    check: (inputs, answer) => checkMaze(board, inputs, answer),
    solve: (inputs, limits) => solveMaze(board, inputs, limits),
    explainSolutions: explainPaths,
    facets: mazeFacets,
    generator: mazeGenerator(board),
    defaultPreset: 'maze',
    drawSymmetry: (random) => symmetries[random.integer(0, symmetries.length - 1)]!,
    symmetrySubgroups: dihedralSubgroups(symmetries),
    classKey,
    classHash: classKey,
    solveClassically: (inputs) => solveBreadthFirst(board, inputs),
    editing: mazeEditing,
  });
}

const tokenStyles = mazeColours.map((colour, token): TokenStyle => {
  if (token === WALL) return { as: 'wall' };
  if (token === PATH) return { as: 'path' };
  return colour ? { as: 'colour', colour } : { as: 'ink' };
});

const brushNames = [
  '',
  message('kinds.brush.wall'),
  message('kinds.brush.open'),
  message('kinds.brush.start'),
  message('kinds.brush.goal'),
];

/** There is one start and one goal: a new one replaces the old. The path belongs to the answer. */
function mazeEditing(kind: PuzzleKind): Editing {
  const plain = defaultEditing(kind);
  const withoutEnd = (tokens: Tokens, end: number) => tokens.map((token) => (token === end ? OPEN : token));
  return {
    ...plain,
    brushes: plain.brushes
      .filter(({ token }) => token !== PATH)
      .map((brush) => ({ ...brush, name: brushNames[brush.token] ?? '', symbol: mazeSymbols[brush.token] ?? '' })),
    paints: true,
    setToken: (tokens, cell, token) => {
      if (token === PATH) return tokens;
      return replaceCell(token === START || token === GOAL ? withoutEnd(tokens, token) : tokens, cell, token);
    },
  };
}

export const mazeFamily = createSizedFamily({
  id: 'maze',
  name: message('kinds.maze.family'),
  sizes: { min: 5, max: 30, default: 11 },
  takesSmallerGrids: true,
  create: maze,
});
