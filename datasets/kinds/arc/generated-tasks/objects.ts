/** Objects on a grid: cells of one colour that touch along their sides. */
import type { ArcGrid } from '../grid';
import { getColour, isInside, type Box, type Cell } from './rule';

export interface GridObject {
  readonly colour: number;
  readonly cells: readonly Cell[];
}

/** The objects of the colours asked for, in reading order of their first cells. */
export function findObjects(
  grid: ArcGrid,
  isAsked: (colour: number) => boolean = (colour) => colour !== 0,
): GridObject[] {
  const seen = new Set<number>();
  const objects: GridObject[] = [];
  for (let i = 0; i < grid.cells.length; i++)
    if (!seen.has(i) && isAsked(grid.cells[i]!))
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
export function cellsOfBox(grid: ArcGrid, colour: number): Cell[] {
  return [...grid.cells.keys()]
    .filter((i) => grid.cells[i] === colour)
    .map((i) => ({ row: Math.floor(i / grid.columns), column: i % grid.columns }));
}

/** The eight cells around a cell and the cell itself. */
export function allNeighbours({ row, column }: Cell): Cell[] {
  return [-1, 0, 1].flatMap((down) => [-1, 0, 1].map((across) => ({ row: row + down, column: column + across })));
}
