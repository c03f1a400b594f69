/** How the charts of a room are looked at, as it is kept from one loading of the window to the next. */
import { xAxes, type XAxis } from './axis';
import type { CurveId } from './curves';

/** Share of a run's steps over which a line forgets; 0 leaves it as measured. */
export const smoothings = { none: 0, little: 0.005, usual: 0.02, much: 0.08 } as const;
export type Smoothing = keyof typeof smoothings;

export const smoothingNames: readonly { readonly value: Smoothing; readonly label: string }[] = [
  { value: 'none', label: 'None' },
  { value: 'little', label: 'Little' },
  { value: 'usual', label: 'Usual' },
  { value: 'much', label: 'Much' },
];

export interface ChartSettings {
  readonly axis: XAxis;
  readonly smoothing: Smoothing;
  readonly isLogX: boolean;
  /** Curves with a logarithmic y. */
  readonly logY: readonly CurveId[];
  /** The smaller charts are shown. */
  readonly isMoreShown: boolean;
}

export const usualSettings: ChartSettings = {
  axis: 'step',
  smoothing: 'usual',
  isLogX: false,
  logY: [],
  isMoreShown: false,
};

const logCurves: readonly CurveId[] = ['loss', 'qHalt', 'gradient', 'rate'];
export const canBeLog = (curve: CurveId): boolean => logCurves.includes(curve);

/** What does not make sense is as usual. */
export function readChartSettings(text: string | null): ChartSettings {
  try {
    const kept = JSON.parse(text ?? '{}') as Partial<Record<keyof ChartSettings, unknown>>;
    return {
      axis: xAxes.find(({ value }) => value === kept.axis)?.value ?? usualSettings.axis,
      smoothing: smoothingNames.find(({ value }) => value === kept.smoothing)?.value ?? usualSettings.smoothing,
      isLogX: kept.isLogX === true,
      logY: Array.isArray(kept.logY) ? logCurves.filter((curve) => (kept.logY as unknown[]).includes(curve)) : [],
      isMoreShown: kept.isMoreShown === true,
    };
  } catch {
    return usualSettings;
  }
}
