/** The part of a canvas that a puzzle is about: a grid of 3 × 3 on 30 × 30 would be a corner of specks. */
import type { PuzzleKind } from '../../../../datasets/kinds/puzzle-kind';
import type { AttentionPicture } from '../inspector/attention';
import type { GridContent } from '../../../grids/cell';

export class Crop {
  /** As the kind of the whole, but for rows and columns. */
  readonly kind: PuzzleKind;
  /** Cells of the whole, by cell of the part. */
  readonly cells: readonly number[];

  private readonly top: number;
  private readonly left: number;

  /** @param grids each of the whole canvas; every cell of theirs that is not blank is in the part; all of it where none is */
  constructor(
    private readonly whole: PuzzleKind,
    grids: readonly (readonly number[])[],
  ) {
    const taken = grids.flatMap((grid) => grid.flatMap((token, cell) => (token === whole.blank ? [] : [cell])));
    const [top, rows] = span(
      taken.map((cell) => Math.floor(cell / whole.columns)),
      whole.rows,
    );
    const [left, columns] = span(
      taken.map((cell) => cell % whole.columns),
      whole.columns,
    );
    [this.top, this.left] = [top, left];
    this.kind = rows === whole.rows && columns === whole.columns ? whole : { ...whole, rows, columns };
    this.cells = Array.from(
      { length: rows * columns },
      (_, i) => (top + Math.floor(i / columns)) * whole.columns + left + (i % columns),
    );
  }

  /** Where a cell of the whole stands in the part; null where it does not. */
  placeOf(cell: number | null): number | null {
    if (cell === null) return null;
    const [row, column] = [Math.floor(cell / this.whole.columns) - this.top, (cell % this.whole.columns) - this.left];
    return row >= 0 && column >= 0 && row < this.kind.rows && column < this.kind.columns
      ? row * this.kind.columns + column
      : null;
  }

  /** Of each cell of the part, what stands there in the whole. */
  part<Value>(values: readonly Value[]): Value[] {
    return this.cells.map((cell) => values[cell] as Value);
  }

  /** Cells of the whole as those of the part. */
  places(cells: readonly number[]): number[] {
    return cells.map((cell) => this.placeOf(cell)).filter((place) => place !== null);
  }

  content({ inputs, answer, confidence, flips, marks, plain }: GridContent): GridContent {
    if (this.kind === this.whole) return { inputs, answer, confidence, flips, marks, plain };
    return {
      inputs: this.part(inputs),
      answer: answer && this.part(answer),
      confidence: confidence && this.part(confidence),
      flips: flips && this.places(flips),
      marks: marks && this.places(marks),
      plain,
    };
  }

  attention(picture: AttentionPicture | null): AttentionPicture | null {
    const from = this.placeOf(picture?.from ?? null);
    return picture && from !== null ? { ...picture, from, shares: this.part(picture.shares) } : null;
  }
}

/** The first of some places, and how many there are to the last; all where there is none. */
function span(places: readonly number[], all: number): readonly [first: number, count: number] {
  if (places.length === 0) return [0, all];
  const first = places.reduce((least, place) => Math.min(least, place));
  const last = places.reduce((most, place) => Math.max(most, place));
  return [first, last - first + 1];
}

/** An answer that is a grid of its own, not a puzzle filled in. */
export const isTransformation = ({ blank }: PuzzleKind): boolean => blank === 0;

/** What is said where an answer is wanted; blank elsewhere, of which the model was never taught anything. */
export function askedOf(kind: PuzzleKind, labels: readonly number[], answer: readonly number[]): readonly number[] {
  if (!isTransformation(kind) || labels.every((label) => label === 0)) return answer;
  return answer.map((token, cell) => (labels[cell] === 0 ? kind.blank : token));
}

interface Shown {
  readonly inputs: readonly number[];
  readonly labels: readonly number[];
  readonly answers: readonly (readonly number[])[];
}

/**
 * Of an answer that is a grid of its own: puzzle and wanted answer, for nobody asks what it says elsewhere; without a
 * wanted answer all that it ever says.
 */
export function cropOf(kind: PuzzleKind, shown: Shown | null): Crop {
  if (!shown || !isTransformation(kind)) return new Crop(kind, []);
  const { inputs, labels, answers } = shown;
  return new Crop(kind, labels.some((label) => label !== 0) ? [inputs, labels] : [inputs, ...answers]);
}
