/** Rules that count, compare and exchange. */
import { message } from '../../../../renderer/messages/message';
import type { ArcGrid } from '../grid';
import type { Random } from '../../../random';
import { BACKGROUND, drawCells, drawColours, drawEmptyGrid, emptyGrid, createGrid, paint } from './drawing';
import { type TaskRule } from './task-rules';
import { drawScatteredGrid } from './whole-grid';

/** How many cells have a colour. */
function countColour({ cells }: ArcGrid, colour: number): number {
  return cells.filter((cell) => cell === colour).length;
}

export const swapColours: TaskRule = {
  id: 'swap-colours',
  message: message('kinds.rule.swapColours'),
  begin: (random) => {
    const [one, other, third] = drawColours(random, 3);
    const swapped = (colour: number) => (colour === one ? other! : colour === other ? one! : colour);
    return {
      question: (draws) => {
        const grid = drawEmptyGrid(draws, 3, 10);
        drawCells(draws, grid, draws.integer(6, 9)).forEach(({ row, column }, i) =>
          paint(grid, row, column, [one, other, third][i % 3]!),
        );
        return grid;
      },
      answer: ({ rows, columns, cells }) => ({ rows, columns, cells: cells.map(swapped) }),
    };
  },
};

/** Numbers of cells, from 1 to 7, all different: no two bars are of one length. */
function drawCounts(random: Random, count: number): number[] {
  return random.shuffle([1, 2, 3, 4, 5, 6, 7]).slice(0, count);
}

export const barChart: TaskRule = {
  id: 'bar-chart',
  message: message('kinds.rule.barChart'),
  begin: () => ({
    question: (draws) => {
      const counts = drawCounts(draws, draws.integer(2, 4));
      const colours = drawColours(draws, counts.length).flatMap((colour, i) => Array<number>(counts[i]!).fill(colour));
      const grid = drawEmptyGrid(draws, 6, 10);
      drawCells(draws, grid, colours.length).forEach(({ row, column }, i) => paint(grid, row, column, colours[i]!));
      return grid;
    },
    answer: (question) => {
      const colours = [...new Set(question.cells)].filter((colour) => colour !== BACKGROUND);
      const bars = colours
        .map((colour) => ({ colour, length: countColour(question, colour) }))
        .sort((one, other) => other.length - one.length);
      return createGrid(bars.length, bars[0]!.length, (row, column) =>
        column < bars[row]!.length ? bars[row]!.colour : BACKGROUND,
      );
    },
  }),
};

/** A column of colour on the floor for each height. */
function towers(heights: readonly number[], colours: readonly number[], rows: number): ArcGrid {
  return createGrid(rows, heights.length, (row, column) =>
    row >= rows - heights[column]! ? colours[column]! : BACKGROUND,
  );
}

export const sortTowers: TaskRule = {
  id: 'sort-towers',
  message: message('kinds.rule.sortTowers'),
  begin: () => ({
    question: (draws) => {
      const heights = drawCounts(draws, draws.integer(3, 7));
      return towers(heights, drawColours(draws, heights.length), draws.integer(7, 9));
    },
    answer: (question) => {
      const floor = question.cells.subarray(-question.columns);
      const sorted = [...floor].sort((one, other) => countColour(question, one) - countColour(question, other));
      return towers(
        sorted.map((colour) => countColour(question, colour)),
        sorted,
        question.rows,
      );
    },
  }),
};

export const mostFrequent: TaskRule = {
  id: 'most-frequent',
  message: message('kinds.rule.mostFrequent'),
  begin: () => ({
    question: (draws) => {
      const counts = drawCounts(draws, draws.integer(2, 5));
      const colours = drawColours(draws, counts.length).flatMap((colour, i) => Array<number>(counts[i]!).fill(colour));
      const grid = drawEmptyGrid(draws, 6, 10);
      drawCells(draws, grid, colours.length).forEach(({ row, column }, i) => paint(grid, row, column, colours[i]!));
      return grid;
    },
    answer: (question) => {
      const colours = [...new Set(question.cells)].filter((colour) => colour !== BACKGROUND);
      const mostFrequentColour = colours.reduce((best, colour) =>
        countColour(question, colour) > countColour(question, best) ? colour : best,
      );
      return createGrid(colours.length, colours.length, () => mostFrequentColour);
    },
  }),
};

export const keepOneColour: TaskRule = {
  id: 'keep-one-colour',
  message: message('kinds.rule.keepOneColour'),
  begin: (random) => {
    const [keptColour] = drawColours(random, 1);
    return {
      question: (draws) => {
        const grid = drawScatteredGrid(draws, 4, 10);
        for (const { row, column } of drawCells(draws, grid, 4)) paint(grid, row, column, keptColour!);
        return grid;
      },
      answer: (question) => {
        const { cells } = emptyGrid(question.rows, question.columns);
        return {
          ...question,
          cells: cells.map((_, i) => (question.cells[i]! === keptColour ? keptColour : BACKGROUND)),
        };
      },
    };
  },
};
