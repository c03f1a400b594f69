/** Rules that move or repeat the whole grid. */
import { message, type Message } from '../../../../renderer/messages/message';
import { transformGrid, type ArcGrid } from '../grid';
import type { Random } from '../../../random';
import { BACKGROUND, getColour, drawCells, drawColours, drawEmptyGrid, emptyGrid, createGrid, paint } from './drawing';
import { type TaskRule } from './task-rules';

const sameColours = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9];

/** A small grid with cells of three colours. */
export function drawScatteredGrid(random: Random, min: number, max: number): ArcGrid {
  const grid = drawEmptyGrid(random, min, max);
  const colours = drawColours(random, 3);
  const count = random.integer(3, Math.max(3, Math.floor((grid.rows * grid.columns) / 2)));
  for (const { row, column } of drawCells(random, grid, count))
    paint(grid, row, column, colours[random.integer(0, 2)]!);
  return grid;
}

/** A transform of `symmetry.ts` for the whole task. */
const turning = (id: string, description: Message, transforms: readonly number[]): TaskRule => ({
  id,
  message: description,
  begin: (random) => {
    const transform = transforms[random.integer(0, transforms.length - 1)]!;
    return {
      question: (draws) => drawScatteredGrid(draws, 3, 9),
      answer: (grid) => transformGrid(grid, transform, sameColours),
    };
  },
});

export const mirror = turning('mirror', message('kinds.rule.mirror'), [4, 5]);
export const turn = turning('turn', message('kinds.rule.turn'), [1, 2, 3]);

/** Every cell becomes a square of two or three cells a side. */
export const scaleUp: TaskRule = {
  id: 'scale-up',
  message: message('kinds.rule.scaleUp'),
  begin: (random) => {
    const factor = random.integer(2, 3);
    return {
      question: (draws) => drawScatteredGrid(draws, 2, 6),
      answer: (grid) =>
        createGrid(grid.rows * factor, grid.columns * factor, (row, column) =>
          getColour(grid, Math.floor(row / factor), Math.floor(column / factor)),
        ),
    };
  },
};

/** Copies side by side, every second of them mirrored if the task says so. */
export const tile: TaskRule = {
  id: 'tile',
  message: message('kinds.rule.tile'),
  begin: (random) => {
    const [down, across] = [random.integer(2, 3), random.integer(2, 3)];
    const mirrored = random.integer(0, 1) === 1;
    const place = (at: number, length: number) =>
      mirrored && Math.floor(at / length) % 2 === 1 ? length - 1 - (at % length) : at % length;
    return {
      question: (draws) => drawScatteredGrid(draws, 2, 5),
      answer: (grid) =>
        createGrid(grid.rows * down, grid.columns * across, (row, column) =>
          getColour(grid, place(row, grid.rows), place(column, grid.columns)),
        ),
    };
  },
};

/** A grid that was symmetric, with a hole of a colour of its own. */
export const restoreSymmetry: TaskRule = {
  id: 'restore-symmetry',
  message: message('kinds.rule.restoreSymmetry'),
  begin: (random) => {
    const [patch] = drawColours(random, 1);
    return { question: (draws) => patched(draws, patch!), answer: (grid) => mirroredWhere(grid, patch!) };
  },
};

/** A symmetric picture of at least 6 columns, whose left half has a patch of 2 × 2. */
function patched(random: Random, patch: number): ArcGrid {
  const half = drawScatteredGrid(random, 4, 7);
  const picture = createGrid(half.rows, half.columns * 2, (row, column) => {
    const colour = getColour(half, row, column < half.columns ? column : 2 * half.columns - 1 - column);
    return colour === patch ? BACKGROUND : colour;
  });
  const [top, left] = [random.integer(0, half.rows - 2), random.integer(0, half.columns - 2)];
  for (const row of [top, top + 1]) for (const column of [left, left + 1]) paint(picture, row, column, patch);
  return picture;
}

function mirroredWhere(grid: ArcGrid, patch: number): ArcGrid {
  return createGrid(grid.rows, grid.columns, (row, column) => {
    const colour = getColour(grid, row, column);
    return colour === patch ? getColour(grid, row, grid.columns - 1 - column) : colour;
  });
}

/** Two pictures with a wall between: one picture of where both, or either, have colour. */
export const overlay: TaskRule = {
  id: 'overlay',
  message: message('kinds.rule.overlay'),
  begin: (random) => {
    const [left, right, wall, result] = drawColours(random, 4);
    const both = random.integer(0, 1) === 1;
    return {
      question: (draws) => {
        const { rows, columns } = emptyGrid(draws.integer(3, 7), draws.integer(3, 7));
        const side = (column: number) =>
          column === columns ? wall! : draws.integer(0, 1) * (column < columns ? left! : right!);
        return createGrid(rows, 2 * columns + 1, (_, column) => side(column));
      },
      answer: (grid) => overlaid(grid, (one, other) => ((both ? one && other : one || other) ? result! : BACKGROUND)),
    };
  },
};

function overlaid(grid: ArcGrid, colourOf: (left: boolean, right: boolean) => number): ArcGrid {
  const columns = (grid.columns - 1) / 2;
  const isSet = (row: number, column: number) => getColour(grid, row, column) !== BACKGROUND;
  return createGrid(grid.rows, columns, (row, column) =>
    colourOf(isSet(row, column), isSet(row, columns + 1 + column)),
  );
}
