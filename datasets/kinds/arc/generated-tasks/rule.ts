/** Tasks of the lab's own: a program follows a rule on grids drawn from a seed; and drawing on grids. Rows and columns count from 0. */
import { Random } from '../../../random';
import { hashGrid, type ArcGrid, type ArcPair } from '../grid';
import type { ArcTask } from '../task';

/** A rule with its choices made, e.g. which two colours are swapped: the same in all pairs of a task. */
interface Program {
  /** A grid on which the rule has something to do. */
  question(random: Random): ArcGrid;
  answer(question: ArcGrid): ArcGrid;
}

export interface TaskRule {
  /** e.g. `swap-colours`; also the name of the task. */
  readonly id: string;
  /** What the rule does, for people. */
  readonly sentence: string;
  /** Makes the rule's choices. */
  begin(random: Random): Program;
}

/** Questions drawn for each pair, before a rule is taken to have too few. */
const TRIES = 100;

/**
 * The task of a rule, the same for the same seed: 3 or 4 examples and 1 or 2 tests, all of different
 * inputs which the rule changes.
 * @throws RangeError when the rule has too few questions
 */
export function createTask(rule: TaskRule, seed: number): ArcTask {
  const random = Random.seeded(deriveSeed(rule, seed));
  const program = rule.begin(random);
  const [examples, tests] = [random.integer(3, 4), random.integer(1, 2)];
  const pairs: ArcPair[] = [];
  for (let tries = 0; pairs.length < examples + tests; tries++) {
    if (tries === TRIES * (examples + tests)) throw new RangeError(`${rule.id} has too few questions`);
    const input = program.question(random);
    const output = program.answer(input);
    if (isNew(input, output, pairs)) pairs.push({ input, output });
  }
  return { name: rule.id, train: pairs.slice(0, examples), test: pairs.slice(examples) };
}

/** Rules draw alike, so each has seeds of its own: else all tasks of one seed would share their colours. */
function deriveSeed({ id }: TaskRule, seed: number): number {
  return [...id].reduce((sum, letter) => (Math.imul(sum, 31) + letter.charCodeAt(0)) | 0, seed);
}

/** Whether the rule changes a grid that no other pair asks or answers with. */
function isNew(input: ArcGrid, output: ArcGrid, pairs: readonly ArcPair[]): boolean {
  const hash = hashGrid(input);
  return (
    hash !== hashGrid(output) && !pairs.some((pair) => hash === hashGrid(pair.input) || hash === hashGrid(pair.output))
  );
}

export const BACKGROUND = 0;

export interface Cell {
  readonly row: number;
  readonly column: number;
}

/** A rectangle of cells. */
export interface Box extends Cell {
  readonly rows: number;
  readonly columns: number;
}

/** Every colour but the background. */
const paints = [1, 2, 3, 4, 5, 6, 7, 8, 9];

/** Different colours, none of them the background. */
export function drawColours(random: Random, count: number): number[] {
  return random.shuffle([...paints]).slice(0, count);
}

/** A grid whose cells are given by row and column. */
export function createGrid(rows: number, columns: number, colourOf: (row: number, column: number) => number): ArcGrid {
  return {
    rows,
    columns,
    cells: Uint8Array.from({ length: rows * columns }, (_, i) => colourOf(Math.floor(i / columns), i % columns)),
  };
}

export function emptyGrid(rows: number, columns: number): ArcGrid {
  return createGrid(rows, columns, () => BACKGROUND);
}

/** A grid of empty cells whose sides are drawn from `min` to `max`. */
export function drawEmptyGrid(random: Random, min: number, max: number): ArcGrid {
  return emptyGrid(random.integer(min, max), random.integer(min, max));
}

/** A copy to draw on. */
export function copyGrid({ rows, columns, cells }: ArcGrid): ArcGrid {
  return { rows, columns, cells: cells.slice() };
}

export function getColour({ columns, cells }: ArcGrid, row: number, column: number): number {
  return cells[row * columns + column]!;
}

export function paint({ columns, cells }: ArcGrid, row: number, column: number, colour: number): void {
  cells[row * columns + column] = colour;
}

export function paintBox(grid: ArcGrid, box: Box, colour: number): void {
  for (let row = box.row; row < box.row + box.rows; row++)
    for (let column = box.column; column < box.column + box.columns; column++) paint(grid, row, column, colour);
}

/** The cells along the sides of a box. */
export function paintFrame(grid: ArcGrid, box: Box, colour: number): void {
  const { row, column, rows, columns } = box;
  for (const side of [
    { ...box, rows: 1 },
    { ...box, columns: 1 },
    { row: row + rows - 1, column, rows: 1, columns },
    { row, column: column + columns - 1, rows, columns: 1 },
  ])
    paintBox(grid, side, colour);
}

export function isInside({ rows, columns }: ArcGrid, { row, column }: Cell): boolean {
  return row >= 0 && column >= 0 && row < rows && column < columns;
}

/** Different cells of a grid, each at random. */
export function drawCells(random: Random, { rows, columns }: ArcGrid, count: number): Cell[] {
  const cells = random.shuffle(Array.from({ length: rows * columns }, (_, i) => i)).slice(0, count);
  return cells.map((cell) => ({ row: Math.floor(cell / columns), column: cell % columns }));
}

/**
 * Boxes with sides from `min` to `max`, at least one cell apart from each other; fewer than asked for
 * where no room is found.
 */
export function drawBoxes(random: Random, grid: ArcGrid, count: number, min: number, max: number): Box[] {
  const boxes: Box[] = [];
  for (let tries = 0; tries < 20 * count && boxes.length < count; tries++) {
    const [rows, columns] = [random.integer(min, max), random.integer(min, max)];
    const box = {
      row: random.integer(0, grid.rows - rows),
      column: random.integer(0, grid.columns - columns),
      rows,
      columns,
    };
    if (boxes.every((other) => areApart(box, other))) boxes.push(box);
  }
  return boxes;
}

function areApart(one: Box, other: Box): boolean {
  const apart = (start: number, length: number, otherStart: number, otherLength: number) =>
    start > otherStart + otherLength || otherStart > start + length;
  return apart(one.row, one.rows, other.row, other.rows) || apart(one.column, one.columns, other.column, other.columns);
}

/** Boxes apart from each other on an empty grid, each drawn by `draw`. */
export function withBoxes(
  random: Random,
  count: number,
  [min, max]: readonly [number, number],
  draw: (grid: ArcGrid, box: Box) => void,
): ArcGrid {
  const grid = drawEmptyGrid(random, 10, 16);
  for (const box of drawBoxes(random, grid, count, min, max)) draw(grid, box);
  return grid;
}

/** The cells of a box. */
export function crop(grid: ArcGrid, box: Box): ArcGrid {
  return createGrid(box.rows, box.columns, (row, column) => getColour(grid, box.row + row, box.column + column));
}
