/** Geometry of the inspector's small line charts: points in a unit square, y growing upwards. */
export interface SparkPoint {
  readonly x: number;
  readonly y: number;
}

export interface SparkLine {
  readonly tone: 'answer' | 'latent';
  readonly points: readonly SparkPoint[];
}

export interface Scale {
  readonly width: number;
  readonly low: number;
  readonly high: number;
}

/** The scale that holds every line and the value `include` (0: the logit's threshold, or the least change drawn). */
export function scaleOf(lines: readonly SparkLine[], width: number, include: number): Scale {
  const values = lines.flatMap(({ points }) => points.map(({ y }) => y));
  const low = Math.min(include, ...values);
  const high = Math.max(include, ...values);
  return { width: Math.max(width, 1), low, high: high > low ? high : low + 1 };
}

/** Share of the way up, 0..1. */
export function up({ low, high }: Scale, y: number): number {
  return (y - low) / (high - low);
}

/** `points` attribute of a polyline in a 100×100 box. */
export function polyline(points: readonly SparkPoint[], scale: Scale): string {
  return points
    .map(({ x, y }) => `${((x / scale.width) * 100).toFixed(2)},${((1 - up(scale, y)) * 100).toFixed(2)}`)
    .join(' ');
}
