/** How charts are looked at: over what, how smooth, on which scale, and the stretch that is zoomed in on. */
import type { Range, XAxis } from './axis';
import { readChartSettings, type ChartSettings } from './chart-settings';
import type { CurveId } from './curves';

/** Where settings are kept; a window that keeps none goes on without. */
export type Keeping = Pick<Storage, 'getItem' | 'setItem'>;

/** No stretch gets narrower than this share of the whole. */
const narrowest = 1e-5;

export class ChartView {
  settings = $state.raw() as ChartSettings;
  /** In the unit of the axis; null for all of it. */
  range = $state.raw<Range | null>(null);

  constructor(
    private readonly name: string,
    private readonly storage: Keeping,
  ) {
    this.settings = readChartSettings(storage.getItem(`charts/${name}`));
  }

  set(change: Partial<ChartSettings>): void {
    this.settings = { ...this.settings, ...change };
    this.storage.setItem(`charts/${this.name}`, JSON.stringify(this.settings));
  }

  /** @param carried the stretch in sight on the other axis; null where nobody knows */
  setAxis(axis: XAxis, carried: Range | null): void {
    this.set({ axis });
    this.range = carried;
  }

  toggleLogY(curve: CurveId): void {
    const { logY } = this.settings;
    this.set({ logY: logY.includes(curve) ? logY.filter((other) => other !== curve) : [...logY, curve] });
  }

  zoom(range: Range, whole: Range): void {
    const [from, to] = [Math.max(whole.from, range.from), Math.min(whole.to, range.to)];
    if (to - from > narrowest * (whole.to - whole.from))
      this.range = from <= whole.from && to >= whole.to ? null : { from, to };
  }

  /** @param factor below 1 looks closer, at the middle of what is in sight */
  zoomBy(factor: number, whole: Range): void {
    const { from, to } = this.range ?? whole;
    const [middle, half] = [(from + to) / 2, ((to - from) / 2) * factor];
    this.zoom({ from: middle - half, to: middle + half }, whole);
  }

  /** Moves what is in sight by a share of its width, up to the ends. */
  move(share: number, whole: Range): void {
    if (!this.range) return;
    const { from, to } = this.range;
    const by = Math.min(whole.to - to, Math.max(whole.from - from, share * (to - from)));
    this.range = { from: from + by, to: to + by };
  }

  reset(): void {
    this.range = null;
  }
}
