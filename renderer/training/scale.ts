/** The scale of a chart's height: what of it is shown, and where its lines stand. */
import type { Curve } from './curves';

export interface ScaleChoice {
  readonly scale: Curve['scale'];
  readonly isLog: boolean;
  /** A stretch is looked at: the scale fits what is in sight. */
  readonly isZoomed: boolean;
}

/** A little room above 100 %, so that a line there is seen whole. */
const fullPercent: [number, number] = [0, 103];

/** @param low @param high of what is in sight; null where nothing is */
export function scaleRange({ scale, isLog, isZoomed }: ScaleChoice, low: number | null, high: number | null): [number, number] {
  if (low === null || high === null) return scale === 'percent' ? fullPercent : isLog ? [0.1, 1] : [0, 1];
  if (isLog) return [low * 0.9, Math.max(high, low) * 1.1];
  if (scale === 'percent' && !isZoomed) return fullPercent;
  const room = (high - low || high || 1) * 0.06;
  if (!isZoomed) return [0, high > 0 ? high * 1.05 : 1];
  const [from, to] = [Math.max(0, low - room), high + room];
  return scale === 'percent' ? [from, Math.min(fullPercent[1], to)] : [from, to];
}

/** Four to six round numbers from `low` to `high`. */
export function roundTicks(low: number, high: number): number[] {
  const rough = (high - low) / 5;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 2.5, 5, 10].map((factor) => factor * power).find((candidate) => candidate >= rough) ?? 10 * power;
  const first = Math.ceil(low / step - 1e-9);
  const last = Math.floor(high / step + 1e-9);
  return Array.from({ length: last - first + 1 }, (_, index) => Number(((first + index) * step).toPrecision(12)));
}
