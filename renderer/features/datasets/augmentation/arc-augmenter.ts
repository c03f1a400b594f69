/** Augmentation of ARC: colours permuted, the grid turned or mirrored, and moved on its canvas. */
import { dihedralImage } from '../../../../datasets/dihedral';
import { augmented, drawAugmentation, restored, type Augmentation } from '../../../../datasets/kinds/arc/augment';
import { drawShift } from '../../../../datasets/kinds/arc/build';
import { onCanvas, SIDE, type Shift } from '../../../../datasets/kinds/arc/canvas';
import type { ArcGrid } from '../../../../datasets/kinds/arc/grid';
import { COLOURS } from '../../../../datasets/kinds/arc/task';
import { Random } from '../../../../datasets/random';
import { factorial } from '../../../../datasets/symmetry-parts';
import { countArc, placesOf } from './arc-count';
import { placedOn, type Placed } from './arc-placed';
import { countRepeats } from './count';
import { keyOfSheets, type Augmenter, type Chosen, type Part, type Sheet, type Variant } from './variant';

/** The grids of a row with their places; a row may have no output. */
type PlacedGrids = readonly Placed[];

export interface ArcVariant extends Variant {
  readonly augmentation: Augmentation;
  /** Where the input stands on its canvas. */
  readonly shift: Shift;
}

export interface ArcAugmenter extends Augmenter<ArcVariant> {
  /** Input, and output where there is one. */
  readonly placed: PlacedGrids;
}

const names = ['Input', 'Output'];
const UNCHANGED: Augmentation = { transform: 0, colours: Array.from({ length: COLOURS }, (_, colour) => colour) };

export function arcAugmenter(placed: PlacedGrids): ArcAugmenter {
  const original = placed.map(sheetOf);
  const parts: readonly Part[] = [
    { id: 'colours', name: 'Colours', order: factorial(COLOURS - 1) },
    { id: 'transform', name: 'Turn and mirror', order: 8 },
    { id: 'translation', name: 'Translation', order: placesOf(placed) },
  ];
  const draw = (chosen: Chosen, seed: number) => drawVariant(placed, chosen, seed);
  return {
    placed,
    original,
    parts,
    draw,
    *count(chosen) {
      const counted = yield* countArc(placed, chosen);
      const repeats = countRepeats(keyOfSheets(original), (seed) => keyOfSheets(draw(chosen, seed).sheets));
      return {
        ...counted,
        most: parts.filter(({ id }) => chosen.includes(id)).reduce((product, { order }) => product * order, 1),
        repeats,
      };
    },
  };
}

function drawVariant(placed: PlacedGrids, chosen: Chosen, seed: number): ArcVariant {
  const augmentation = drawChosen(chosen, seed);
  const grids = placed.map(({ grid }) => augmented(grid, augmentation));
  const drawn = chosen.includes('translation')
    ? drawShift({ input: grids[0]!, output: grids[grids.length - 1]! }, Random.seeded(seed, 2))
    : null;
  const moved = grids.map((grid, i) => ({
    grid,
    shift: drawn ?? (augmentation.transform === 0 ? placed[i]!.shift : kept(placed[i]!.shift, grids)),
  }));
  const sheets = moved.map(sheetOf);
  return {
    augmentation,
    shift: moved[0]!.shift,
    sheets,
    undone: sheets.map(({ inputs }, i) => sheetOf(undo(inputs, augmentation, placed[i]!.shift), i)),
    origins: moved.map(({ grid, shift }, i) => originsOf(placed[i]!, { grid, shift }, augmentation.transform)),
  };
}

/** Colours and transform each by a stream of its own. */
function drawChosen(chosen: Chosen, seed: number): Augmentation {
  return {
    colours: chosen.includes('colours') ? drawAugmentation(Random.seeded(seed, 0)).colours : UNCHANGED.colours,
    transform: chosen.includes('transform') ? drawAugmentation(Random.seeded(seed, 1)).transform : UNCHANGED.transform,
  };
}

/** Not moved, unless one of the turned grids would stick out: then all of them, for sets move pairs as one. */
function kept(shift: Shift, grids: readonly ArcGrid[]): Shift {
  const most = (sides: readonly number[]) => SIDE - Math.max(...sides);
  return {
    rows: Math.min(shift.rows, most(grids.map(({ rows }) => rows))),
    columns: Math.min(shift.columns, most(grids.map(({ columns }) => columns))),
  };
}

/** Read off the canvas of the variant itself. */
function undo(canvas: Uint8Array, augmentation: Augmentation, shift: Shift): Placed {
  const found = placedOn(canvas);
  if (!found) throw new Error('a variant has its grid on its canvas');
  return { grid: restored(found.grid, augmentation), shift };
}

function sheetOf({ grid, shift }: Placed, i: number): Sheet {
  return { name: names[i]!, inputs: onCanvas(grid, shift), answer: null };
}

function originsOf(from: Placed, to: Placed, transform: number): Int16Array {
  const origins = new Int16Array(SIDE * SIDE).fill(-1);
  const { cells } = dihedralImage(transform, from.grid.rows, from.grid.columns);
  cells.forEach((cell, i) => (origins[cellOf(to, i)] = cellOf(from, cell)));
  return origins;
}

/** Cell of the canvas of a cell of the grid. */
function cellOf({ grid, shift }: Placed, cell: number): number {
  return (shift.rows + Math.floor(cell / grid.columns)) * SIDE + shift.columns + (cell % grid.columns);
}
