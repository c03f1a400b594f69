/** The part of a canvas on which anything stands: a grid of 3 × 3 on 30 × 30 would be a corner of specks. */
import type { PuzzleKind } from '../../datasets/puzzle';
import type { AttentionPicture } from '../trace/attention';
import type { GridContent } from '../components/grid/cell';

export class Crop {
  /** As the kind of the whole, but for rows and columns. */
  readonly kind: PuzzleKind;
  /** Cells of the whole, by cell of the part. */
  readonly cells: readonly number[];

  /** @param grids each of the whole canvas; every cell of theirs that is not blank is in the part */
  constructor(
    private readonly whole: PuzzleKind,
    grids: readonly (readonly number[])[],
  ) {
    const taken = grids.flatMap((grid) => grid.flatMap((token, cell) => (token === whole.blank ? [] : [cell])));
    const rows = 1 + taken.reduce((most, cell) => Math.max(most, Math.floor(cell / whole.columns)), 0);
    const columns = 1 + taken.reduce((most, cell) => Math.max(most, cell % whole.columns), 0);
    this.kind = rows === whole.rows && columns === whole.columns ? whole : { ...whole, rows, columns };
    this.cells = Array.from({ length: rows * columns }, (_, i) => Math.floor(i / columns) * whole.columns + (i % columns));
  }

  /** Where a cell of the whole stands in the part; null where it does not. */
  placeOf(cell: number | null): number | null {
    if (cell === null) return null;
    const [row, column] = [Math.floor(cell / this.whole.columns), cell % this.whole.columns];
    return row < this.kind.rows && column < this.kind.columns ? row * this.kind.columns + column : null;
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
