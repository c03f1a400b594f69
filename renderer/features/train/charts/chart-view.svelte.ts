/** Settings of the charts of a view, and the zoomed range. */
import type { AxisRange } from '../../../ui/chart-options';
import type { MessageId } from '../../../messages/message';
import type { XAxis } from './axes';
import { xAxes } from './axes';
import type { CurveId } from './curves';

/** Time constant of the smoothing as a share of the run's steps; 0 for none. */
export const smoothings = { none: 0, light: 0.005, medium: 0.02, strong: 0.08 } as const;
export type Smoothing = keyof typeof smoothings;

export const smoothingNames = [
  { value: 'none', label: 'train.chart.smoothingNone' },
  { value: 'light', label: 'train.chart.smoothingLight' },
  { value: 'medium', label: 'train.chart.smoothingMedium' },
  { value: 'strong', label: 'train.chart.smoothingStrong' },
] as const satisfies readonly { value: Smoothing; label: MessageId }[];

export interface ChartSettings {
  readonly axis: XAxis;
  readonly smoothing: Smoothing;
  readonly isLogX: boolean;
  /** Curves with a logarithmic y. */
  readonly logY: readonly CurveId[];
  /** Whether the small charts are shown. */
  readonly isMoreShown: boolean;
}

export const defaultChartSettings: ChartSettings = {
  axis: 'step',
  smoothing: 'medium',
  isLogX: false,
  logY: [],
  isMoreShown: false,
};

const logCurves: readonly CurveId[] = ['loss', 'qHalt', 'gradient', 'rate'];
export const canBeLog = (curve: CurveId): boolean => logCurves.includes(curve);

/** Parses stored settings; invalid values become the defaults. */
function parseChartSettings(text: string | null): ChartSettings {
  try {
    const stored = JSON.parse(text ?? '{}') as Partial<Record<keyof ChartSettings, unknown>>;
    return {
      axis: xAxes.find(({ value }) => value === stored.axis)?.value ?? defaultChartSettings.axis,
      smoothing:
        smoothingNames.find(({ value }) => value === stored.smoothing)?.value ?? defaultChartSettings.smoothing,
      isLogX: stored.isLogX === true,
      logY: Array.isArray(stored.logY) ? logCurves.filter((curve) => (stored.logY as unknown[]).includes(curve)) : [],
      isMoreShown: stored.isMoreShown === true,
    };
  } catch {
    return defaultChartSettings;
  }
}

/** Storage of settings, e.g. `sessionStorage`. */
export type SettingsStorage = Pick<Storage, 'getItem' | 'setItem'>;

/** Minimum width of the zoomed range as a share of the full range. */
const MIN_ZOOM = 1e-5;

export class ChartView {
  settings = $state.raw() as ChartSettings;
  /** Zoomed range in the unit of the axis; null for all. */
  range = $state.raw<AxisRange | null>(null);

  constructor(
    private readonly name: string,
    private readonly storage: SettingsStorage,
  ) {
    this.settings = parseChartSettings(storage.getItem(`charts/${name}`));
  }

  set(change: Partial<ChartSettings>): void {
    this.settings = { ...this.settings, ...change };
    this.storage.setItem(`charts/${this.name}`, JSON.stringify(this.settings));
  }

  /** @param range the zoomed range in the unit of the new axis; null for all */
  setAxis(axis: XAxis, range: AxisRange | null): void {
    this.set({ axis });
    this.range = range;
  }

  toggleLogY(curve: CurveId): void {
    const { logY } = this.settings;
    this.set({ logY: logY.includes(curve) ? logY.filter((other) => other !== curve) : [...logY, curve] });
  }

  zoom(range: AxisRange, fullRange: AxisRange): void {
    const [from, to] = [Math.max(fullRange.from, range.from), Math.min(fullRange.to, range.to)];
    if (to - from > MIN_ZOOM * (fullRange.to - fullRange.from))
      this.range = from <= fullRange.from && to >= fullRange.to ? null : { from, to };
  }

  /** Zooms about the middle. @param factor below 1 zooms in */
  zoomBy(factor: number, fullRange: AxisRange): void {
    const { from, to } = this.range ?? fullRange;
    const [middle, half] = [(from + to) / 2, ((to - from) / 2) * factor];
    this.zoom({ from: middle - half, to: middle + half }, fullRange);
  }

  /** Moves the range by a share of its width, up to the ends. */
  move(share: number, fullRange: AxisRange): void {
    if (!this.range) return;
    const { from, to } = this.range;
    const by = Math.min(fullRange.to - to, Math.max(fullRange.from - from, share * (to - from)));
    this.range = { from: from + by, to: to + by };
  }

  reset(): void {
    this.range = null;
  }
}
