/** Positions of the rows of a long list, of which only the visible ones are in the page. */

export interface RowRange {
  /** Index of the first row, and the one after the last. */
  readonly from: number;
  readonly to: number;
}

/** Rows of different heights; a row that was never shown has the estimated height. */
export class RowLayout {
  /** Distance of each row from the top, and the height of all rows; pixels. */
  private readonly offsets: Float64Array;

  constructor(keys: readonly string[], heights: ReadonlyMap<string, number>, estimate: number) {
    this.offsets = new Float64Array(keys.length + 1);
    keys.forEach((key, index) => (this.offsets[index + 1] = this.offsets[index]! + (heights.get(key) ?? estimate)));
  }

  get count(): number {
    return this.offsets.length - 1;
  }

  get height(): number {
    return this.offsets[this.count]!;
  }

  /** Distance of a row from the top of the list. */
  top(index: number): number {
    return this.offsets[index]!;
  }

  /** The rows that intersect a part of the list, and `margin` rows on either side. */
  visible(top: number, bottom: number, margin: number): RowRange {
    const from = this.firstEndingAfter(top) - margin;
    const to = this.firstEndingAfter(bottom) + 1 + margin;
    return { from: Math.max(0, from), to: Math.max(0, Math.min(this.count, to)) };
  }

  private firstEndingAfter(position: number): number {
    let [low, high] = [0, this.count];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.offsets[middle + 1]! > position) high = middle;
      else low = middle + 1;
    }
    return low;
  }
}
