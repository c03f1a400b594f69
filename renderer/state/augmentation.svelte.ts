/** The augmentation preview of one puzzle: what is switched on, the draw that is shown, the cell pointed at. */
import type { VariantCount } from '../augmentation/count';
import { litBy, placeOf, type Column, type Lit } from '../augmentation/light';
import { sameSheets, type Augmenter, type Chosen, type Variant } from '../augmentation/variant';

/** Milliseconds of counting between which the window may do other things. */
const SLICE = 8;

export class AugmentationPreview<V extends Variant = Variant> {
  seed = $state(1);
  /** Ids of the parts switched on. */
  chosen = $state.raw<Chosen>([]);
  lit = $state.raw<Lit | null>(null);
  /** Null while variants are counted. */
  counted = $state.raw<VariantCount | null>(null);

  readonly variant: V = $derived.by(() => this.augmenter.draw(this.chosen, this.seed));
  readonly isUndone = $derived.by(() => sameSheets(this.variant.undone, this.augmenter.original));
  readonly isUnchanged = $derived.by(() => sameSheets(this.variant.sheets, this.augmenter.original));

  constructor(readonly augmenter: Augmenter<V>) {
    this.chosen = augmenter.parts.map(({ id }) => id);
  }

  toggle(part: string): void {
    this.chosen = this.chosen.includes(part) ? this.chosen.filter((id) => id !== part) : [...this.chosen, part];
  }

  drawAnother(): void {
    this.seed++;
  }

  sheetsOf(column: Column): Variant['sheets'] {
    return column === 'original' ? this.augmenter.original : column === 'variant' ? this.variant.sheets : this.variant.undone;
  }

  /** A cell of a column is pointed at, or none. */
  point(column: Column, at: Lit | null): void {
    this.lit = at && litBy(this.variant, column, at);
  }

  /** Where the lit cell shows on a sheet of a column; null where it does not. */
  placeOn(column: Column, sheet: number): number | null {
    return this.lit?.sheet === sheet ? placeOf(this.variant, column, this.lit) : null;
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
