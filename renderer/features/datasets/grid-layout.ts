/** Positions of the pictures of a puzzle grid, and which are visible: a million are never laid out at once. */

export interface GridLayoutOptions {
  readonly width: number;
  readonly height: number;
  /** Side of a picture and the space around it. */
  readonly picture: number;
  readonly gap: number;
  readonly count: number;
}

/** Chromium limits pages to some 30 million pixels: beyond this a pixel of the scroll bar is more than one of the grid. */
const MAX_PIXELS = 10_000_000;

export class GridLayout {
  readonly columns: number;
  /** Height of the content for the scroll bar. */
  readonly scrollHeight: number;
  private readonly step: number;
  private readonly left: number;
  private readonly fullHeight: number;

  constructor(private readonly size: GridLayoutOptions) {
    const { width, height, picture, gap, count } = size;
    this.step = picture + gap;
    this.columns = Math.max(1, Math.floor((width - gap) / this.step));
    this.left = Math.max(gap, (width - this.columns * this.step + gap) / 2);
    this.fullHeight = Math.ceil(count / this.columns) * this.step + gap;
    this.scrollHeight = Math.min(MAX_PIXELS, Math.max(height, this.fullHeight));
  }

  /** Pixels of the grid above the visible part. */
  offsetAt(scrollTop: number): number {
    const { height } = this.size;
    const travel = this.scrollHeight - height;
    return travel <= 0 ? 0 : (scrollTop / travel) * Math.max(0, this.fullHeight - height);
  }

  /** Index of the first visible picture, and the one after the last. */
  visible(scrollTop: number): { readonly from: number; readonly to: number } {
    const offset = this.offsetAt(scrollTop);
    const from = Math.max(0, Math.floor((offset - this.size.gap) / this.step)) * this.columns;
    const to = (Math.floor((offset + this.size.height) / this.step) + 1) * this.columns;
    return { from: Math.min(from, this.size.count), to: Math.min(to, this.size.count) };
  }

  /** Upper left corner of a picture, relative to the visible part. */
  position(index: number, scrollTop: number): { readonly x: number; readonly y: number } {
    const row = Math.floor(index / this.columns);
    return {
      x: this.left + (index % this.columns) * this.step,
      y: this.size.gap + row * this.step - this.offsetAt(scrollTop),
    };
  }

  /** Index of the picture at a point; null between pictures and beyond the end. */
  indexAt(x: number, y: number, scrollTop: number): number | null {
    const column = Math.floor((x - this.left) / this.step);
    const down = y + this.offsetAt(scrollTop) - this.size.gap;
    const row = Math.floor(down / this.step);
    const isOn =
      column >= 0 &&
      column < this.columns &&
      row >= 0 &&
      x - this.left - column * this.step <= this.size.picture &&
      down - row * this.step <= this.size.picture;
    const index = row * this.columns + column;
    return isOn && index < this.size.count ? index : null;
  }

  /** The scroll position that shows the full picture, the current one if it does. */
  scrollTo(index: number, scrollTop: number): number {
    const { height, gap, picture } = this.size;
    const { y } = this.position(index, scrollTop);
    const by = y < gap ? y - gap : y + picture + gap > height ? y + picture + gap - height : 0;
    const travel = Math.max(0, this.fullHeight - height);
    return travel === 0
      ? 0
      : Math.max(0, Math.min(1, (this.offsetAt(scrollTop) + by) / travel)) * (this.scrollHeight - height);
  }
}
