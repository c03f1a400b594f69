/** Rules that draw lines (connecting, continuing, casting) and rules by which cells fall or flow. */
import { message } from '../../../../renderer/messages/message';
import type { Random } from '../../../random';
import type { ArcGrid } from '../grid';
import type { Cell } from './drawing';
import {
  BACKGROUND,
  findCells,
  copyGrid,
  createGrid,
  drawBoxes,
  drawCells,
  drawColours,
  drawEmptyGrid,
  emptyGrid,
  getColour,
  isInside,
  paint,
  paintBox,
  sideNeighbours,
} from './drawing';
import type { TaskRule } from './task-rules';

/** The cell so many rows down and columns across. */
const step = ({ row, column }: Cell, down: number, across: number): Cell => ({
  row: row + down,
  column: column + across,
});

/** Draws `colour` from a cell in a direction for as long as cells are inside and empty; the first cell is the one after. */
function run(grid: ArcGrid, from: Cell, [down, across]: readonly [number, number], colour: number): void {
  for (
    let cell = step(from, down, across);
    isInside(grid, cell) && getColour(grid, cell.row, cell.column) === BACKGROUND;
    cell = step(cell, down, across)
  )
    paint(grid, cell.row, cell.column, colour);
}

export const connectDots: TaskRule = {
  id: 'connect',
  message: message('kinds.rule.connect'),
  begin: (random) => {
    const [dot, line] = drawColours(random, 2);
    return {
      question: (draws) => {
        const grid = drawEmptyGrid(draws, 7, 14);
        for (let row = 0; row < grid.rows; row += draws.integer(1, 3))
          for (const column of drawDots(draws, grid.columns)) paint(grid, row, column, dot!);
        return grid;
      },
      answer: (question) =>
        createGrid(question.rows, question.columns, (row, column) => {
          const dots = findCells(question, dot!).filter((cell) => cell.row === row);
          const isBetween = dots.some((cell) => cell.column < column) && dots.some((cell) => cell.column > column);
          return isBetween && getColour(question, row, column) === BACKGROUND
            ? line!
            : getColour(question, row, column);
        }),
    };
  },
};

/** One column or two that are not neighbours. */
function drawDots(random: Random, columns: number): number[] {
  const first = random.integer(0, columns - 1);
  const second = random.integer(0, columns - 1);
  return Math.abs(first - second) > 1 ? [first, second] : [first];
}

export const continueDiagonal: TaskRule = {
  id: 'continue-diagonal',
  message: message('kinds.rule.continueDiagonal'),
  begin: (random) => {
    const [start, line] = drawColours(random, 2);
    return {
      question: (draws) => {
        const grid = drawEmptyGrid(draws, 7, 14);
        const [row, column] = [draws.integer(1, grid.rows - 3), draws.integer(2, grid.columns - 3)];
        paint(grid, row, column, start!);
        paint(grid, row + 1, column + (draws.integer(0, 1) === 1 ? 1 : -1), start!);
        return grid;
      },
      answer: (question) => {
        const grid = copyGrid(question);
        const [upper, lower] = findCells(question, start!);
        const across = lower!.column - upper!.column;
        run(grid, upper!, [-1, -across], line!);
        run(grid, lower!, [1, across], line!);
        return grid;
      },
    };
  },
};

export const rays: TaskRule = {
  id: 'rays',
  message: message('kinds.rule.rays'),
  begin: (random) => {
    const [source, wall, ray] = drawColours(random, 3);
    return {
      question: (draws) => {
        const grid = drawEmptyGrid(draws, 8, 14);
        for (const { row, column } of drawCells(draws, grid, 10)) paint(grid, row, column, wall!);
        for (const { row, column } of drawCells(draws, grid, 1)) paint(grid, row, column, source!);
        return grid;
      },
      answer: (question) => {
        const grid = copyGrid(question);
        for (const cell of findCells(question, source!))
          for (const direction of [
            [-1, 0],
            [1, 0],
            [0, -1],
            [0, 1],
          ] as const)
            run(grid, cell, direction, ray!);
        return grid;
      },
    };
  },
};

export const extendPattern: TaskRule = {
  id: 'extend-pattern',
  message: message('kinds.rule.extendPattern'),
  begin: () => ({
    question: (draws) => {
      const period = draws.integer(2, 4);
      const colours = drawColours(draws, period);
      const columns = draws.integer(2 * period + 2, 16);
      // Shown twice, so that the period is seen.
      return createGrid(draws.integer(2, 5), columns, (_, column) =>
        column < 2 * period ? colours[column % period]! : BACKGROUND,
      );
    },
    answer: (question) => {
      const first = [...question.cells.subarray(0, question.columns)];
      const period = first.indexOf(first[0]!, 1);
      return createGrid(question.rows, question.columns, (_, column) => first[column % period]!);
    },
  }),
};

export const shadow: TaskRule = {
  id: 'shadow',
  message: message('kinds.rule.shadow'),
  begin: (random) => {
    const [object, dark] = drawColours(random, 2);
    return {
      question: (draws) => {
        const grid = drawEmptyGrid(draws, 9, 15);
        for (const box of drawBoxes(draws, grid, 4, 1, 4)) paintBox(grid, box, object!);
        return grid;
      },
      answer: (question) => {
        const grid = copyGrid(question);
        const shades = findCells(question, object!).map((cell) => step(cell, 1, 1));
        for (const { row, column } of shades.filter(
          (cell) => isInside(grid, cell) && getColour(grid, cell.row, cell.column) === BACKGROUND,
        ))
          paint(grid, row, column, dark!);
        return grid;
      },
    };
  },
};

export const gravity: TaskRule = {
  id: 'gravity',
  message: message('kinds.rule.gravity'),
  begin: () => ({
    question: (draws) => {
      const colours = drawColours(draws, 3);
      const grid = drawEmptyGrid(draws, 5, 11);
      for (const { row, column } of drawCells(draws, grid, draws.integer(6, 2 * grid.columns)))
        paint(grid, row, column, colours[draws.integer(0, 2)]!);
      return grid;
    },
    answer: ({ rows, columns, cells }) => {
      const fallen = emptyGrid(rows, columns);
      for (let column = 0; column < columns; column++) {
        const pile = [...cells].filter((colour, i) => i % columns === column && colour !== BACKGROUND);
        pile.forEach((colour, i) => paint(fallen, rows - pile.length + i, column, colour));
      }
      return fallen;
    },
  }),
};

export const pour: TaskRule = {
  id: 'pour',
  message: message('kinds.rule.pour'),
  begin: (random) => {
    const [wall, drop] = drawColours(random, 2);
    return {
      question: (draws) => {
        const { rows, columns } = emptyGrid(draws.integer(8, 13), draws.integer(8, 13));
        const [across, down] = [draws.integer(2, rows - 3), draws.integer(2, columns - 3)];
        const grid = createGrid(rows, columns, (row, column) =>
          row === across || column === down ? wall! : BACKGROUND,
        );
        // One gap: the drop runs into a second room, or into none, but not into all four.
        paint(grid, across, draws.integer(0, down - 1), BACKGROUND);
        const [source] = draws.shuffle(findCells(grid, BACKGROUND));
        paint(grid, source!.row, source!.column, drop!);
        return grid;
      },
      answer: (question) => flooded(question, drop!),
    };
  },
};

function flooded(question: ArcGrid, drop: number): ArcGrid {
  const grid = copyGrid(question);
  const wet = findCells(question, drop);
  // The list grows while it is walked: a search in breadth.
  for (const cell of wet) {
    for (const next of sideNeighbours(cell).filter(
      (side) => isInside(grid, side) && getColour(grid, side.row, side.column) === BACKGROUND,
    )) {
      paint(grid, next.row, next.column, drop);
      wet.push(next);
    }
  }
  return grid;
}
