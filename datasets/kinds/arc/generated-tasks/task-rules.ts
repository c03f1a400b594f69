/** The lab's own tasks: rules that we thought of, in the form of ARC. New ones come from every seed. */
import type { ArcTask } from '../task';
import { barChart, keepOne, mostFrequent, sortTowers, swapColours } from './counting-rules';
import { gravity, pour } from './flow-rules';
import { connect, continueDiagonal, extendPattern, rays, shadow } from './line-rules';
import { cropLargest, fillEnclosed, outline, recolourBySize } from './object-rules';
import { removeNoise, turnObject } from './repair-rules';
import { createTask, type TaskRule } from './rule';
import { mirror, overlay, restoreSymmetry, scaleUp, tile, turn } from './whole-grid';

/** From simple to less so, by what they look at: the grid, colours and numbers, lines, objects. */
export const taskRules: readonly TaskRule[] = [
  ...[mirror, turn, scaleUp, tile, restoreSymmetry, overlay],
  ...[swapColours, keepOne, barChart, mostFrequent, sortTowers],
  ...[connect, continueDiagonal, rays, gravity, pour, extendPattern, shadow],
  ...[fillEnclosed, recolourBySize, cropLargest, outline, removeNoise, turnObject],
];

/** One task of each rule; the same for the same seed. */
export function generateOwnTasks(seed: number): ArcTask[] {
  return taskRules.map((rule) => createTask(rule, seed));
}
