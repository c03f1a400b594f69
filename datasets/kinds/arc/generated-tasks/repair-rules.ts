/** Rules that set right what stands in the wrong way: noise, and objects upside down. */
import type { ArcGrid } from '../grid';
import {
  getColour,
  copyGrid,
  drawBoxes,
  drawCells,
  drawColours,
  drawEmptyGrid,
  isInside,
  paint,
  paintBox,
  withBoxes,
  type Cell,
  type TaskRule,
} from './rule';
import { allNeighbours, boundingBox, findObjects } from './objects';

export const removeNoise: TaskRule = {
  id: 'remove-noise',
  sentence: 'Single cells of the noise colour go: on an object they become the object, elsewhere empty.',
  begin: (random) => {
    const [object, noise] = drawColours(random, 2);
    return {
      question: (draws) => {
        const grid = withBoxes(draws, 3, [4, 6], (board, box) => paintBox(board, box, object!));
        for (const { row, column } of drawCells(draws, grid, draws.integer(5, 12)))
          if (hasUniformNeighbours(grid, { row, column })) paint(grid, row, column, noise!);
        return grid;
      },
      answer: (question) => withoutNoise(question, noise!),
    };
  },
};

/** Whether all cells around a cell are alike: there noise cannot be mistaken for a part of an outline. */
function hasUniformNeighbours(grid: ArcGrid, cell: Cell): boolean {
  const colours = allNeighbours(cell).map((near) =>
    isInside(grid, near) ? getColour(grid, near.row, near.column) : -1,
  );
  return colours.every((colour) => colour === colours[0]);
}

/** Noise stands where everything around is alike, so the cell above tells what it hides. */
function withoutNoise(question: ArcGrid, noise: number): ArcGrid {
  const grid = copyGrid(question);
  question.cells.forEach((colour, i) => {
    if (colour === noise) grid.cells[i] = question.cells[i - question.columns]!;
  });
  return grid;
}

export const turnObject: TaskRule = {
  id: 'turn-object',
  sentence: 'The square object is turned by a half where it stands.',
  begin: () => ({
    question: (draws) => {
      const colours = drawColours(draws, 3);
      const grid = drawEmptyGrid(draws, 8, 13);
      const side = draws.integer(3, 5);
      const [box] = drawBoxes(draws, grid, 1, side, side);
      paintBox(grid, box!, colours[0]!);
      for (const { row, column } of drawCells(draws, { ...grid, rows: side, columns: side }, 4))
        paint(grid, box!.row + row, box!.column + column, colours[draws.integer(1, 2)]!);
      return grid;
    },
    answer: (question) => {
      const [row, column, bottom, right] = colouredBox(question);
      const grid = copyGrid(question);
      for (let r = row; r <= bottom; r++)
        for (let c = column; c <= right; c++)
          paint(grid, r, c, getColour(question, row + bottom - r, column + right - c));
      return grid;
    },
  }),
};

/** First and last row and column with a colour: top, left, bottom, right. */
function colouredBox(grid: ArcGrid): [number, number, number, number] {
  const boxes = findObjects(grid).map(boundingBox);
  const [top, left] = [Math.min(...boxes.map(({ row }) => row)), Math.min(...boxes.map(({ column }) => column))];
  return [
    top,
    left,
    Math.max(...boxes.map(({ row, rows }) => row + rows)) - 1,
    Math.max(...boxes.map(({ column, columns }) => column + columns)) - 1,
  ];
}
