/** The part of a canvas that a puzzle uses: a grid of 3 × 3 on 30 × 30 would be too small to read. */
import type { PuzzleKind } from '../../../../datasets/kinds/puzzle-kind';
import type { AttentionPicture } from '../../../grids/attention';
import type { GridContent } from '../../../grids/board';

export class Crop {
  /** The kind of the canvas with the rows and columns of the crop. */
  readonly kind: PuzzleKind;
  /** Canvas cells, by cell of the crop. */
  readonly cells: readonly number[];

  private readonly top: number;
  private readonly left: number;

  /** @param grids canvases; the crop holds every cell that is not blank in one of them, or everything if all are blank */
  constructor(
    private readonly full: PuzzleKind,
    grids: readonly (readonly number[])[],
  ) {
    const taken = grids.flatMap((grid) => grid.flatMap((token, cell) => (token === full.blank ? [] : [cell])));
    const [top, rows] = span(
      taken.map((cell) => Math.floor(cell / full.columns)),
      full.rows,
    );
    const [left, columns] = span(
      taken.map((cell) => cell % full.columns),
      full.columns,
    );
    [this.top, this.left] = [top, left];
    this.kind = rows === full.rows && columns === full.columns ? full : { ...full, rows, columns };
    this.cells = Array.from(
      { length: rows * columns },
      (_, i) => (top + Math.floor(i / columns)) * full.columns + left + (i % columns),
    );
  }

  /** Index in the crop of a canvas cell; null outside it. */
  indexOf(cell: number | null): number | null {
    if (cell === null) return null;
    const [row, column] = [Math.floor(cell / this.full.columns) - this.top, (cell % this.full.columns) - this.left];
    return row >= 0 && column >= 0 && row < this.kind.rows && column < this.kind.columns
      ? row * this.kind.columns + column
      : null;
  }

  /** The values of the cells of the crop. */
  select<Value>(values: ArrayLike<Value>): Value[] {
    return this.cells.map((cell) => values[cell] as Value);
  }

  /** Canvas cells as cells of the crop; those outside it are dropped. */
  toCropCells(cells: readonly number[]): number[] {
    return cells.map((cell) => this.indexOf(cell)).filter((index) => index !== null);
  }

  content({ inputs, answer, confidence, changedCells, marks, isClassical }: GridContent): GridContent {
    if (this.kind === this.full) return { inputs, answer, confidence, changedCells, marks, isClassical };
    return {
      inputs: this.select(inputs),
      answer: answer && this.select(answer),
      confidence: confidence && this.select(confidence),
      changedCells: changedCells && this.toCropCells(changedCells),
      marks: marks && this.toCropCells(marks),
      isClassical,
    };
  }

  attention(picture: AttentionPicture | null): AttentionPicture | null {
    const from = this.indexOf(picture?.from ?? null);
    return picture && from !== null ? { ...picture, from, shares: this.select(picture.shares) } : null;
  }
}

/** The smallest index, and the count up to the largest; the full range if there are none. */
function span(indices: readonly number[], all: number): readonly [first: number, count: number] {
  if (indices.length === 0) return [0, all];
  const first = indices.reduce((min, index) => Math.min(min, index));
  const last = indices.reduce((max, index) => Math.max(max, index));
  return [first, last - first + 1];
}

/** Whether the answer is a grid of its own, not the puzzle filled in. */
export const isTransformation = ({ blank }: PuzzleKind): boolean => blank === 0;

/** The answer in labelled cells, blank elsewhere: the model was not trained on cells without a label. */
export function maskUnlabelled(
  kind: PuzzleKind,
  labels: readonly number[],
  answer: readonly number[],
): readonly number[] {
  if (!isTransformation(kind) || labels.every((label) => label === 0)) return answer;
  return answer.map((token, cell) => (labels[cell] === 0 ? kind.blank : token));
}

interface CropGrids {
  readonly inputs: readonly number[];
  readonly labels: readonly number[];
  readonly answers: readonly (readonly number[])[];
}

/**
 * For an answer that is a grid of its own: the crop of puzzle and wanted answer, or of puzzle and all answers if none
 * is known. For other kinds the full grid.
 */
export function createCrop(kind: PuzzleKind, grids: CropGrids | null): Crop {
  if (!grids || !isTransformation(kind)) return new Crop(kind, []);
  const { inputs, labels, answers } = grids;
  return new Crop(kind, labels.some((label) => label !== 0) ? [inputs, labels] : [inputs, ...answers]);
}
