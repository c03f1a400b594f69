/** What a solve took, to stand beside what a classical solver took. */
import { compute, counted, integer } from '../../../lib/format';
import type { Journey } from './solve-trace';

/** e.g. `16 supervision steps, 336 updates, 4.1 GFLOP` */
export function effortWords({ trace, moments }: Journey): string {
  const { value, unit } = compute(trace.flop);
  return `${counted(trace.steps.length, 'supervision step')}, ${integer(moments.length)} updates, ${value} ${unit}`;
}
