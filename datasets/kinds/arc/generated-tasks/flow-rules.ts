/** Rules by which things fall and flow. */
import type { ArcGrid } from '../grid';
import {
  BACKGROUND,
  getColour,
  copyGrid,
  drawCells,
  drawColours,
  drawEmptyGrid,
  emptyGrid,
  createGrid,
  isInside,
  paint,
  type TaskRule,
} from './rule';
import { cellsOfBox, sideNeighbours } from './objects';

export const gravity: TaskRule = {
  id: 'gravity',
  sentence: 'Every coloured cell falls down its column until it lies on the floor or on another.',
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
  sentence: 'The colour of the drop flows from it into every empty cell it can reach.',
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
        const [source] = draws.shuffle(cellsOfBox(grid, BACKGROUND));
        paint(grid, source!.row, source!.column, drop!);
        return grid;
      },
      answer: (question) => flooded(question, drop!),
    };
  },
};

function flooded(question: ArcGrid, drop: number): ArcGrid {
  const grid = copyGrid(question);
  const wet = cellsOfBox(question, drop);
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
