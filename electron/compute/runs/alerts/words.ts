/** Numbers in the sentences of alerts. */

export const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;

/** @param seconds e.g. 0.0042: `4.2 ms`; 0.24: `240 ms`; 12.34: `12.3 s` */
export function milliseconds(seconds: number): string {
  if (seconds >= 10) return `${seconds.toFixed(1)} s`;
  return `${(1000 * seconds).toFixed(seconds < 0.01 ? 1 : 0)} ms`;
}
