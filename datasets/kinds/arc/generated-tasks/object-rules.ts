/** Rules about objects: their size, inside, outline and orientation, and noise on them. */
import { message } from '../../../../renderer/messages/message';
import type { Random } from '../../../random';
import type { ArcGrid } from '../grid';
import type { Box, Cell } from './drawing';
import {
  allNeighbours,
  BACKGROUND,
  boundingBox,
  copyGrid,
  crop,
  drawBoxes,
  drawCells,
  drawColours,
  drawEmptyGrid,
  findLargest,
  findObjects,
  getColour,
  isInside,
  paint,
  paintBox,
  paintFrame,
  touchesEdge,
  withBoxes,
} from './drawing';
import type { TaskRule } from './task-rules';

/** A box of which some cells are missing, still in one piece: one cell of its border goes. */
function paintBitten(grid: ArcGrid, box: Box, colour: number, random: Random): void {
  paintBox(grid, box, colour);
  const corners = [
    [0, 0],
    [0, box.columns - 1],
    [box.rows - 1, 0],
    [box.rows - 1, box.columns - 1],
  ];
  const [row, column] = corners[random.integer(0, 3)]!;
  paint(grid, box.row + row!, box.column + column!, BACKGROUND);
}

export const fillEnclosed: TaskRule = {
  id: 'fill-enclosed',
  message: message('kinds.rule.fillEnclosed'),
  begin: (random) => {
    const [wall, filling] = drawColours(random, 2);
    return {
      question: (draws) =>
        withBoxes(draws, 4, [3, 6], (grid, box) => {
          paintFrame(grid, box, wall!);
          if (draws.integer(0, 2) === 0) paint(grid, box.row, box.column + 1, BACKGROUND);
        }),
      answer: (question) => {
        const grid = copyGrid(question);
        const enclosed = findObjects(question, (colour) => colour === BACKGROUND).filter(
          (region) => !touchesEdge(question, region),
        );
        for (const { row, column } of enclosed.flatMap(({ cells }) => cells)) paint(grid, row, column, filling!);
        return grid;
      },
    };
  },
};

export const recolourBySize: TaskRule = {
  id: 'recolour-by-size',
  message: message('kinds.rule.recolourBySize'),
  begin: (random) => {
    const [before, large, small] = drawColours(random, 3);
    return {
      question: (draws) => withBoxes(draws, 5, [1, 5], (grid, box) => paintBox(grid, box, before!)),
      answer: (question) => {
        const grid = copyGrid(question);
        const objects = findObjects(question);
        const max = Math.max(...objects.map(({ cells }) => cells.length));
        for (const { cells } of objects)
          for (const { row, column } of cells) paint(grid, row, column, cells.length === max ? large! : small!);
        return grid;
      },
    };
  },
};

export const cropLargest: TaskRule = {
  id: 'crop-largest',
  message: message('kinds.rule.cropLargest'),
  begin: () => ({
    question: (draws) => {
      const colours = drawColours(draws, 4);
      // Sides differ, so that one object is the largest whatever corner it has lost.
      const sides = [5, 3, 3, 2];
      const grid = drawEmptyGrid(draws, 12, 16);
      let place = 0;
      for (const { row, column } of drawBoxes(draws, grid, sides.length, 5, 5)) {
        paintBitten(grid, { row, column, rows: sides[place]!, columns: sides[place]! }, colours[place]!, draws);
        place++;
      }
      return grid;
    },
    answer: (question) => {
      const largest = findLargest(findObjects(question));
      return largest ? crop(question, boundingBox(largest)) : question;
    },
  }),
};

export const outline: TaskRule = {
  id: 'outline',
  message: message('kinds.rule.outline'),
  begin: (random) => {
    const [object, line] = drawColours(random, 2);
    return {
      question: (draws) =>
        withBoxes(draws, 3, [1, 4], (grid, box) =>
          box.rows > 1 && box.columns > 1 ? paintBitten(grid, box, object!, draws) : paintBox(grid, box, object!),
        ),
      answer: (question) => outlined(question, line!),
    };
  },
};

function outlined(question: ArcGrid, line: number): ArcGrid {
  const grid = copyGrid(question);
  for (const cell of findObjects(question).flatMap(({ cells }) => cells))
    for (const near of allNeighbours(cell))
      if (isInside(question, near) && getColour(question, near.row, near.column) === BACKGROUND)
        paint(grid, near.row, near.column, line);
  return grid;
}

export const removeNoise: TaskRule = {
  id: 'remove-noise',
  message: message('kinds.rule.removeNoise'),
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

/** All neighbours of a noise cell have the same colour, so the cell above has the hidden colour. */
function withoutNoise(question: ArcGrid, noise: number): ArcGrid {
  const grid = copyGrid(question);
  question.cells.forEach((colour, i) => {
    if (colour === noise) grid.cells[i] = question.cells[i - question.columns]!;
  });
  return grid;
}

export const turnObject: TaskRule = {
  id: 'turn-object',
  message: message('kinds.rule.turnObject'),
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
