/** The shapes of a reliability diagram, in the unit of its picture. */
import type { CalibrationBin } from '../../../electron/contract/contract';

export const plot = { width: 300, left: 34, right: 294, top: 8, bottom: 138 } as const;
/** Of the counts below the plot. */
const counts = { top: 144, bottom: 168 } as const;
export const height = 186;

/** Share of the width of a bin that its bar takes. */
const BAR = 0.8;

interface BinShape {
  /** Index of the bin. */
  readonly bin: number;
  readonly x: number;
  readonly width: number;
  /** Upper end of the bar of right answers. */
  readonly y: number;
  /** Mean confidence and share of right answers. */
  readonly point: { readonly x: number; readonly y: number };
  /** Bar of the count, at least a pixel. */
  readonly count: { readonly y: number; readonly height: number };
}

export const xOf = (share: number): number => plot.left + share * (plot.right - plot.left);
export const yOf = (share: number): number => plot.bottom - share * (plot.bottom - plot.top);

/** The bins with answers. */
export function reliabilityShapes(bins: readonly CalibrationBin[]): BinShape[] {
  const most = Math.max(...bins.map(({ count }) => count));
  const width = BAR * (xOf(1 / bins.length) - xOf(0));
  return bins.flatMap(({ count, confidence, accuracy }, bin) => {
    if (confidence === null || accuracy === null) return [];
    const countHeight = Math.max(1, (count / most) * (counts.bottom - counts.top));
    return {
      ...{ bin, width },
      x: xOf((bin + 0.5) / bins.length) - width / 2,
      y: yOf(accuracy),
      point: { x: xOf(confidence), y: yOf(accuracy) },
      count: { y: counts.bottom - countHeight, height: countHeight },
    };
  });
}
