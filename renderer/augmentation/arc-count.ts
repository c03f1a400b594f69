/** How many distinct pairs of grids recolouring, turning and mirroring make of one. */
import { transformed, type ArcGrid } from '../../datasets/kinds/arc/grid';
import { COLOURS } from '../../datasets/kinds/arc/task';
import { neighbourSwaps } from '../../datasets/symmetry-parts';
import type { Placed } from './arc-placed';
import { countOrbit, type Orbit } from './count';
import { textOf, type Chosen } from './variant';

type Grids = readonly ArcGrid[];
type Move = (grids: Grids) => Grids;

const unchanged = Array.from({ length: COLOURS }, (_, colour) => colour);
const move = (transform: number, colours: readonly number[]): Move => (grids) => grids.map((grid) => transformed(grid, transform, colours));

/** Colour 0 stays; neighbours among 1 to 9 change places. */
const recolourings = neighbourSwaps(COLOURS - 1).map((order) => move(0, [0, ...order.map((colour) => colour + 1)]));
/** A quarter turn and a mirror give all eight. */
const transforms = [move(1, unchanged), move(4, unchanged)];

export function* countArc(placed: readonly Placed[], chosen: Chosen, limit: number): Generator<number, Orbit> {
  return yield* countOrbit({
    start: placed.map(({ grid }) => grid),
    groups: [...(chosen.includes('colours') ? [recolourings] : []), ...(chosen.includes('transform') ? [transforms] : [])],
    key: (grids) => grids.map(({ rows, columns, cells }) => `${rows}×${columns}:${textOf(cells)}`).join('|'),
    limit,
  });
}
