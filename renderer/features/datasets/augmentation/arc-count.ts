/** How many distinct variants recolouring, turning, mirroring and moving make of one row of ARC. */
import { SIDE } from '../../../../datasets/kinds/arc/canvas';
import { transformed, type ArcGrid } from '../../../../datasets/kinds/arc/grid';
import { COLOURS } from '../../../../datasets/kinds/arc/task';
import type { Placed } from './arc-placed';
import { COUNT_LIMIT, countOrbit, named, namingsOf, type VariantCount } from './count';
import { textOf, type Chosen } from './variant';

type Grids = readonly ArcGrid[];

const unchanged = Array.from({ length: COLOURS }, (_, colour) => colour);
/** Colour 0 stays. */
const recoloured = unchanged.slice(1);
/** A quarter turn and a mirror give all eight. */
const transforms = [1, 4].map((id) => (grids: Grids) => grids.map((grid) => transformed(grid, id, unchanged)));

export function* countArc(
  placed: readonly Placed[],
  chosen: Chosen,
): Generator<number, Omit<VariantCount, 'most' | 'repeats'>> {
  const start = placed.map(({ grid }) => grid);
  const names = chosen.includes('colours') ? recoloured : [];
  const orbit = yield* countOrbit({
    start,
    groups: chosen.includes('transform') ? [transforms] : [],
    key: (grids) =>
      [...grids.map(({ rows, columns }) => `${rows}×${columns}`), textOf(named(cellsOf(grids), names))].join('|'),
    limit: COUNT_LIMIT,
  });
  const namings = namingsOf(cellsOf(start), names);
  // Every variant can stand at as many places as the original: turned grids change rows for columns.
  const places = chosen.includes('translation') ? placesOf(placed) : 1;
  return { ...orbit, namings, places, distinct: orbit.made * namings * places };
}

/** Places on the canvas at which all grids fit. */
export function placesOf(placed: readonly Placed[]): number {
  const [rows, columns] = [
    Math.max(...placed.map(({ grid }) => grid.rows)),
    Math.max(...placed.map(({ grid }) => grid.columns)),
  ];
  return (SIDE - rows + 1) * (SIDE - columns + 1);
}

function cellsOf(grids: Grids): Uint8Array {
  return Uint8Array.from(grids.flatMap(({ cells }) => [...cells]));
}
