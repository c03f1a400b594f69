/** State of the augmentation preview of one puzzle: enabled parts, current draw, highlighted cell, variant count. */
import type { VariantCount } from './count-variants';
import {
  cellInColumn,
  highlightFrom,
  sameGrids,
  type Augmenter,
  type PartIds,
  type PreviewColumn,
  type HighlightedCell,
  type Variant,
} from './variant';

/** Milliseconds of counting before yielding to the window. */
const SLICE = 8;

/** Seed and options, shared by all puzzles. */
export class AugmentationOptions {
  seed = $state(1);
  /** Ids of the parts switched off. */
  off = $state.raw<readonly string[]>([]);
  /** Whether variants show extra clues, where the puzzle allows it. */
  extraClues = $state(false);
}

export class AugmentationState<V extends Variant = Variant> {
  highlighted = $state.raw<HighlightedCell | null>(null);
  /** Null while counting. */
  counted = $state.raw<VariantCount | null>(null);

  /** Ids of the parts switched on. */
  readonly enabled: PartIds = $derived.by(() =>
    this.augmenter.parts.flatMap(({ id }) => (this.options.off.includes(id) ? [] : [id])),
  );
  readonly variant: V = $derived.by(() => this.augmenter.draw(this.enabled, this.options.seed));
  readonly isUndone = $derived.by(() => sameGrids(this.variant.undone, this.augmenter.original));
  /** The variant as training shows it. */
  readonly shown: Variant['grids'] = $derived.by(() => {
    const { variant, options, augmenter } = this;
    return options.extraClues && augmenter.addClues ? augmenter.addClues(variant, options.seed) : variant.grids;
  });
  readonly isUnchanged = $derived.by(() => sameGrids(this.shown, this.augmenter.original));

  constructor(
    readonly augmenter: Augmenter<V>,
    readonly options = new AugmentationOptions(),
  ) {}

  toggle(part: string): void {
    const { off } = this.options;
    this.options.off = off.includes(part) ? off.filter((id) => id !== part) : [...off, part];
  }

  drawAnother(): void {
    this.options.seed++;
  }

  gridsOf(column: PreviewColumn): Variant['grids'] {
    return column === 'original' ? this.augmenter.original : column === 'variant' ? this.shown : this.variant.undone;
  }

  /** Highlights a cell of a column, or none. */
  point(column: PreviewColumn, at: HighlightedCell | null): void {
    this.highlighted = at && highlightFrom(this.variant, column, at);
  }

  /** The highlighted cell in a grid of a column; null if it is not in that grid. */
  highlightedIn(column: PreviewColumn, gridIndex: number): number | null {
    return this.highlighted?.gridIndex === gridIndex ? cellInColumn(this.variant, column, this.highlighted) : null;
  }

  /** Counts the variants of the enabled parts, in slices. Returns a function that cancels. */
  count(): () => void {
    const counting = this.augmenter.count(this.enabled);
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
