/** What a curve is drawn over: steps, training time, or puzzles seen. */
import { formatClock, formatInteger } from '../../../../electron/contract/format';
import { firstBeyond } from '../../../lib/downsample';

export type XAxis = 'step' | 'time' | 'samples';

export const xAxes: readonly { readonly value: XAxis; readonly label: string }[] = [
  { value: 'step', label: 'Steps' },
  { value: 'time', label: 'Time' },
  { value: 'samples', label: 'Samples' },
];

/** Anything that was measured somewhere in a run. */
export interface Place {
  readonly step: number;
  /** Of training. */
  readonly seconds: number;
}

/** In the axis's unit: steps, seconds, or puzzles (each counted as often as it was seen). */
export function positionOf({ step, seconds }: Place, axis: XAxis, batchSize: number): number {
  if (axis === 'time') return seconds;
  return axis === 'samples' ? step * batchSize : step;
}

/** A stretch of an axis, in its unit. */
export interface Range {
  readonly from: number;
  readonly to: number;
}

/** The steps a stretch of another axis covers, by the places that are known. */
export function stepsIn(
  { from, to }: Range,
  places: readonly Place[],
  { axis, batchSize }: { readonly axis: XAxis; readonly batchSize: number },
): Range {
  const at = (limit: number) => firstBeyond(places, (place) => positionOf(place, axis, batchSize), limit);
  const first = places[Math.max(0, at(from) - 1)];
  const last = places[Math.min(places.length - 1, at(to))];
  return { from: first?.step ?? 0, to: last?.step ?? 0 };
}

/** The same stretch on another axis. */
export function carriedOver(
  range: Range,
  places: readonly Place[],
  { from: axis, to: other, batchSize }: { readonly from: XAxis; readonly to: XAxis; readonly batchSize: number },
): Range | null {
  if (places.length === 0) return null;
  const steps = stepsIn(range, places, { axis, batchSize });
  const at = (step: number) => places[Math.max(0, firstBeyond(places, (place) => place.step, step) - 1)]!;
  const position = (step: number) => positionOf(at(step), other, batchSize);
  const [from, to] = [position(steps.from), position(steps.to)];
  return to > from ? { from, to } : null;
}

/** A position as it is read out: `step 1,200`, `3:20`, `76,800 samples`. */
export function positionWords(position: number, axis: XAxis): string {
  if (axis === 'time') return formatClock(position);
  return axis === 'step' ? `step ${formatInteger(position)}` : `${formatInteger(position)} samples`;
}

/** A stretch as it is read out: `steps 1,200–1,400`, `3:20–5:00`, `76,800–80,000 samples`. */
export function rangeWords({ from, to }: Range, axis: XAxis): string {
  if (axis === 'time') return `${formatClock(from)}–${formatClock(to)}`;
  return axis === 'step' ? `steps ${formatInteger(from)}–${formatInteger(to)}` : `${formatInteger(from)}–${formatInteger(to)} samples`;
}

/** A position on the axis itself, short. */
export function tickWords(position: number, axis: XAxis): string {
  if (axis === 'time') return formatClock(position);
  // Neighbours on a narrow stretch must not read alike: only round millions are shortened.
  return position >= 1e6 && position % 1e4 === 0 ? `${position / 1e6} M` : formatInteger(position);
}
