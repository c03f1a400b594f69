/** Drawing on ARC grids, and finding the objects on them. Rows and columns count from 0. */
import type { Random } from '../../../random';
import type { ArcGrid } from '../grid';

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
 * Boxes with sides from `min` to `max`, at least one cell apart from each other; fewer than `count`
 * when there is no room.
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

/** Cells of one colour that touch along their sides. */
interface GridObject {
  readonly colour: number;
  readonly cells: readonly Cell[];
}

/** The objects whose colour is included, in reading order of their first cells. */
export function findObjects(
  grid: ArcGrid,
  isIncluded: (colour: number) => boolean = (colour) => colour !== 0,
): GridObject[] {
  const seen = new Set<number>();
  const objects: GridObject[] = [];
  for (let i = 0; i < grid.cells.length; i++)
    if (!seen.has(i) && isIncluded(grid.cells[i]!))
      objects.push(objectFrom(grid, { row: Math.floor(i / grid.columns), column: i % grid.columns }, seen));
  return objects;
}

function objectFrom(grid: ArcGrid, first: Cell, seen: Set<number>): GridObject {
  const colour = getColour(grid, first.row, first.column);
  const numberOf = ({ row, column }: Cell) => row * grid.columns + column;
  const cells = [first];
  seen.add(numberOf(first));
  // The list grows while it is walked: a search in breadth.
  for (const cell of cells) {
    for (const next of sideNeighbours(cell)) {
      if (!isInside(grid, next) || seen.has(numberOf(next)) || getColour(grid, next.row, next.column) !== colour)
        continue;
      seen.add(numberOf(next));
      cells.push(next);
    }
  }
  return { colour, cells };
}

/** The four cells that share a side with a cell, on the grid or not. */
export function sideNeighbours({ row, column }: Cell): Cell[] {
  return [
    { row: row - 1, column },
    { row: row + 1, column },
    { row, column: column - 1 },
    { row, column: column + 1 },
  ];
}

/** The smallest box around an object. */
export function boundingBox({ cells }: GridObject): Box {
  const rows = cells.map(({ row }) => row);
  const columns = cells.map(({ column }) => column);
  const [row, column] = [Math.min(...rows), Math.min(...columns)];
  return { row, column, rows: Math.max(...rows) - row + 1, columns: Math.max(...columns) - column + 1 };
}

/** The largest object, the first of equals; none on an empty grid. */
export function findLargest(objects: readonly GridObject[]): GridObject | undefined {
  return objects.reduce<GridObject | undefined>(
    (largest, object) => (largest && largest.cells.length >= object.cells.length ? largest : object),
    undefined,
  );
}

/** Whether an object reaches the edge of its grid. */
export function touchesEdge({ rows, columns }: ArcGrid, { cells }: GridObject): boolean {
  return cells.some(({ row, column }) => row === 0 || column === 0 || row === rows - 1 || column === columns - 1);
}

/** Cells of a colour, in reading order. */
export function findCells(grid: ArcGrid, colour: number): Cell[] {
  return [...grid.cells.keys()]
    .filter((i) => grid.cells[i] === colour)
    .map((i) => ({ row: Math.floor(i / grid.columns), column: i % grid.columns }));
}

/** The eight cells around a cell and the cell itself. */
export function allNeighbours({ row, column }: Cell): Cell[] {
  return [-1, 0, 1].flatMap((down) => [-1, 0, 1].map((across) => ({ row: row + down, column: column + across })));
}
