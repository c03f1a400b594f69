/** Augmentation of ARC: colours permuted, the grid turned or mirrored, and moved on its canvas. */
import { dihedralImage, factorial } from '../../../../datasets/symmetry';
import type { ArcAugmentation } from '../../../../datasets/kinds/arc/augment';
import { augmentGrid, drawAugmentation, restoreGrid } from '../../../../datasets/kinds/arc/augment';
import { drawShift } from '../../../../datasets/kinds/arc/build';
import type { ArcGrid, Shift } from '../../../../datasets/kinds/arc/grid';
import { FIRST_COLOUR, placeOnCanvas, SIDE, transformGrid, VOCABULARY } from '../../../../datasets/kinds/arc/grid';
import { COLOURS } from '../../../../datasets/kinds/arc/task';
import { Random } from '../../../../datasets/random';
import type { VariantCount } from './count-variants';
import { canonicalNames, COUNT_LIMIT, countNamings, countOrbit, countRepeats } from './count-variants';
import type { Augmenter, PartIds, AugmentationPart, VariantGrid, Variant } from './variant';
import { gridsKey, tokensKey } from './variant';
import { message } from '../../../messages/message';

/** A grid and its position on the canvas; rows of training splits may be moved. */
interface PlacedGrid {
  readonly grid: ArcGrid;
  readonly shift: Shift;
}

const isColour = (token: number) => token >= FIRST_COLOUR && token < VOCABULARY;

/** The grid of a canvas that holds exactly one with its end markers; null for any other canvas. */
export function findPlacedGrid(canvas: Uint8Array): PlacedGrid | null {
  const side = Math.sqrt(canvas.length);
  const first = canvas.findIndex(isColour);
  if (!Number.isInteger(side) || first < 0) return null;
  const shift = { rows: Math.floor(first / side), columns: first % side };
  const columns = runLength(side - shift.columns, (i) => isColour(canvas[first + i]!));
  const rows = runLength(side - shift.rows, (i) => isColour(canvas[first + i * side]!));
  const cells = Uint8Array.from(
    { length: rows * columns },
    (_, i) => canvas[first + Math.floor(i / columns) * side + (i % columns)]! - FIRST_COLOUR,
  );
  const grid = { rows, columns, cells };
  const isWhole =
    cells.every((colour) => isColour(colour + FIRST_COLOUR)) &&
    placeOnCanvas(grid, shift, side).every((token, i) => token === canvas[i]);
  return isWhole ? { grid, shift } : null;
}

/** Number of leading indices below `max` that hold. */
function runLength(max: number, holds: (i: number) => boolean): number {
  let length = 0;
  while (length < max && holds(length)) length++;
  return length;
}

type Grids = readonly ArcGrid[];

/** The grids of a row with their positions, on canvases of `side` rows and columns; a row may have no output. */
interface CanvasPair {
  readonly placed: readonly PlacedGrid[];
  readonly side: number;
}

const unchanged = Array.from({ length: COLOURS }, (_, colour) => colour);
/** Colour 0 stays. */
const recoloured = unchanged.slice(1);
/** A quarter turn and a mirror give all eight. */
const transforms = [1, 4].map((id) => (grids: Grids) => grids.map((grid) => transformGrid(grid, id, unchanged)));

function* countArc(
  { placed, side }: CanvasPair,
  enabled: PartIds,
): Generator<number, Omit<VariantCount, 'upperBound' | 'repeats'>> {
  const start = placed.map(({ grid }) => grid);
  const names = enabled.includes('colours') ? recoloured : [];
  const orbit = yield* countOrbit({
    start,
    groups: enabled.includes('transform') ? [transforms] : [],
    key: (grids) =>
      [
        ...grids.map(({ rows, columns }) => `${rows}×${columns}`),
        tokensKey(canonicalNames(joinCells(grids), names)),
      ].join('|'),
    limit: COUNT_LIMIT,
  });
  const namings = countNamings(joinCells(start), names);
  // Each variant fits at as many positions as the original: turned grids swap rows and columns.
  const placements = enabled.includes('translation') ? countPlacements(placed, side) : 1;
  return { ...orbit, namings, placements, distinct: orbit.arrangements * namings * placements };
}

/** Number of positions on the canvas at which all grids fit. */
export function countPlacements(placed: readonly PlacedGrid[], side = SIDE): number {
  const [rows, columns] = [
    Math.max(...placed.map(({ grid }) => grid.rows)),
    Math.max(...placed.map(({ grid }) => grid.columns)),
  ];
  return (side - rows + 1) * (side - columns + 1);
}

function joinCells(grids: Grids): Uint8Array {
  return Uint8Array.from(grids.flatMap(({ cells }) => [...cells]));
}

export interface ArcVariant extends Variant {
  readonly augmentation: ArcAugmentation;
  /** Position of the input on its canvas. */
  readonly shift: Shift;
}

export interface ArcAugmenter extends Augmenter<ArcVariant> {
  /** Input, and output where there is one. */
  readonly placed: readonly PlacedGrid[];
}

const gridRoles = ['input', 'output'] as const;
const UNCHANGED: ArcAugmentation = { transform: 0, colours: Array.from({ length: COLOURS }, (_, colour) => colour) };

/** @param side rows and columns of the canvas */
export function arcAugmenter(placed: readonly PlacedGrid[], side = SIDE): ArcAugmenter {
  const original = placed.map((grid, i) => toVariantGrid(grid, side, i));
  const parts: readonly AugmentationPart[] = [
    { id: 'colours', name: message('datasets.arc.colours'), order: factorial(COLOURS - 1) },
    { id: 'transform', name: message('datasets.arc.transform'), order: 8 },
    { id: 'translation', name: message('datasets.arc.translation'), order: countPlacements(placed, side) },
  ];
  const draw = (enabled: PartIds, seed: number) => drawVariant({ placed, side }, enabled, seed);
  return {
    placed,
    original,
    parts,
    draw,
    addClues: null,
    *count(enabled) {
      const counted = yield* countArc({ placed, side }, enabled);
      const repeats = countRepeats(gridsKey(original), (seed) => gridsKey(draw(enabled, seed).grids));
      return {
        ...counted,
        upperBound: parts.filter(({ id }) => enabled.includes(id)).reduce((product, { order }) => product * order, 1),
        repeats,
      };
    },
  };
}

function drawVariant({ placed, side }: CanvasPair, enabled: PartIds, seed: number): ArcVariant {
  const augmentation = drawEnabled(enabled, seed);
  const grids = placed.map(({ grid }) => augmentGrid(grid, augmentation));
  const drawn = enabled.includes('translation')
    ? drawShift({ input: grids[0]!, output: grids[grids.length - 1]! }, Random.seeded(seed, 2), side)
    : null;
  const moved = grids.map((grid, i) => ({
    grid,
    shift: drawn ?? (augmentation.transform === 0 ? placed[i]!.shift : fitShift(placed[i]!.shift, grids, side)),
  }));
  const variantGrids = moved.map((grid, i) => toVariantGrid(grid, side, i));
  return {
    augmentation,
    shift: moved[0]!.shift,
    grids: variantGrids,
    undone: variantGrids.map(({ inputs }, i) => toVariantGrid(undo(inputs, augmentation, placed[i]!.shift), side, i)),
    origins: moved.map(({ grid, shift }, i) =>
      mapOrigins(placed[i]!, { grid, shift }, { side, transform: augmentation.transform }),
    ),
  };
}

/** Colours and transform have a random stream each. */
function drawEnabled(enabled: PartIds, seed: number): ArcAugmentation {
  return {
    colours: enabled.includes('colours') ? drawAugmentation(Random.seeded(seed, 0)).colours : UNCHANGED.colours,
    transform: enabled.includes('transform') ? drawAugmentation(Random.seeded(seed, 1)).transform : UNCHANGED.transform,
  };
}

/** The shift itself, or the nearest one at which all turned grids fit: a pair is moved as one. */
function fitShift(shift: Shift, grids: readonly ArcGrid[], side: number): Shift {
  const maxShift = (sides: readonly number[]) => side - Math.max(...sides);
  return {
    rows: Math.min(shift.rows, maxShift(grids.map(({ rows }) => rows))),
    columns: Math.min(shift.columns, maxShift(grids.map(({ columns }) => columns))),
  };
}

/** Undoes the augmentation, reading the grid from the canvas of the variant. */
function undo(canvas: Uint8Array, augmentation: ArcAugmentation, shift: Shift): PlacedGrid {
  const found = findPlacedGrid(canvas);
  if (!found) throw new Error('a variant has its grid on its canvas');
  return { grid: restoreGrid(found.grid, augmentation), shift };
}

function toVariantGrid({ grid, shift }: PlacedGrid, side: number, i: number): VariantGrid {
  return { role: gridRoles[i]!, inputs: placeOnCanvas(grid, shift, side), answer: null };
}

function mapOrigins(
  from: PlacedGrid,
  to: PlacedGrid,
  { side, transform }: { readonly side: number; readonly transform: number },
): Int16Array {
  const origins = new Int16Array(side * side).fill(-1);
  const { cells } = dihedralImage(transform, from.grid.rows, from.grid.columns);
  cells.forEach((cell, i) => (origins[canvasCell(to, side, i)] = canvasCell(from, side, cell)));
  return origins;
}

/** Cell of the canvas of a cell of the grid. */
function canvasCell({ grid, shift }: PlacedGrid, side: number, cell: number): number {
  return (shift.rows + Math.floor(cell / grid.columns)) * side + shift.columns + (cell % grid.columns);
}
