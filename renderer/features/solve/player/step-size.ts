/**
 * How far one step of the player goes: a single update, an H cycle, or a whole supervision step.
 */
import type { Moment } from './solve-trace';

export const grains = ['update', 'cycle', 'step'] as const;
export type Grain = (typeof grains)[number];

export const grainNames: Record<Grain, string> = { update: 'L update', cycle: 'H cycle', step: 'Step' };

/**
 * The moment reached from `index` by one step of the grain; a cycle ends on its answer, a supervision
 * step on the answer of its last cycle. Stays within the first and the last moment.
 */
export function nextStop(moments: readonly Moment[], index: number, grain: Grain, direction: 1 | -1): number {
  let at = index + direction;
  while (at > 0 && at < moments.length - 1 && !isStop(moments, at, grain)) at += direction;
  return Math.min(Math.max(at, 0), Math.max(moments.length - 1, 0));
}

function isStop(moments: readonly Moment[], index: number, grain: Grain): boolean {
  if (grain === 'update') return true;
  if (moments[index]?.update !== 'answer') return false;
  return grain === 'cycle' || moments[index + 1]?.step !== moments[index]?.step;
}

/** Milliseconds between two steps of the grain at normal speed: an answer needs longer to be read than a tick. */
export const pace: Record<Grain, number> = { update: 130, cycle: 480, step: 1000 };
