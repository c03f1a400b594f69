/** The augmentation preview of one puzzle: what is switched on, the draw that is shown, the cell pointed at. */
import type { VariantCount } from './count';
import { highlightFrom, placeOf, type Column, type HighlightedCell } from './highlighted-cells';
import { sameSheets, type Augmenter, type Chosen, type Variant } from './variant';

/** Milliseconds of counting between which the window may do other things. */
const SLICE = 8;

/** Seed and switches, which stay while one puzzle after another is looked at. */
export class Draws {
  seed = $state(1);
  /** Ids of the parts switched off. */
  off = $state.raw<readonly string[]>([]);
}

export class AugmentationPreview<V extends Variant = Variant> {
  highlighted = $state.raw<HighlightedCell | null>(null);
  /** Null while variants are counted. */
  counted = $state.raw<VariantCount | null>(null);

  /** Ids of the parts switched on. */
  readonly chosen: Chosen = $derived.by(() =>
    this.augmenter.parts.flatMap(({ id }) => (this.draws.off.includes(id) ? [] : [id])),
  );
  readonly variant: V = $derived.by(() => this.augmenter.draw(this.chosen, this.draws.seed));
  readonly isUndone = $derived.by(() => sameSheets(this.variant.undone, this.augmenter.original));
  readonly isUnchanged = $derived.by(() => sameSheets(this.variant.sheets, this.augmenter.original));

  constructor(
    readonly augmenter: Augmenter<V>,
    readonly draws = new Draws(),
  ) {}

  toggle(part: string): void {
    const { off } = this.draws;
    this.draws.off = off.includes(part) ? off.filter((id) => id !== part) : [...off, part];
  }

  drawAnother(): void {
    this.draws.seed++;
  }

  sheetsOf(column: Column): Variant['sheets'] {
    return column === 'original'
      ? this.augmenter.original
      : column === 'variant'
        ? this.variant.sheets
        : this.variant.undone;
  }

  /** A cell of a column is pointed at, or none. */
  point(column: Column, at: HighlightedCell | null): void {
    this.highlighted = at && highlightFrom(this.variant, column, at);
  }

  /** Where the highlighted cell shows on a sheet of a column; null where it does not. */
  placeOn(column: Column, sheet: number): number | null {
    return this.highlighted?.sheet === sheet ? placeOf(this.variant, column, this.highlighted) : null;
  }

  /** Counts the variants of what is switched on, in slices; returns the function that ends it. */
  count(): () => void {
    const counting = this.augmenter.count(this.chosen);
    const goOn = (): void => {
      const end = performance.now() + SLICE;
      while (performance.now() < end) {
        const { done, value } = counting.next();
        if (done) return void (this.counted = value);
      }
      timer = setTimeout(goOn);
    };
    this.counted = null;
    let timer = setTimeout(goOn);
    return () => clearTimeout(timer);
  }
}
