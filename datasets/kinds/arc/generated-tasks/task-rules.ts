/** Generated ARC tasks: each rule is a program that draws grids from a seed and computes their outputs. */
import type { Message } from '../../../../renderer/messages/message';
import { Random } from '../../../random';
import { hashGrid, type ArcGrid, type ArcPair } from '../grid';
import type { ArcTask } from '../task';
import { barChart, keepOneColour, mostFrequent, sortTowers, swapColours } from './counting-rules';
import { connectDots, continueDiagonal, extendPattern, gravity, pour, rays, shadow } from './line-and-flow-rules';
import { cropLargest, fillEnclosed, outline, recolourBySize, removeNoise, turnObject } from './object-rules';
import { mirror, overlay, restoreSymmetry, scaleUp, tile, turn } from './whole-grid';

/** From simple to harder, by subject: the grid, colours and counts, lines, objects. */
export const taskRules: readonly TaskRule[] = [
  ...[mirror, turn, scaleUp, tile, restoreSymmetry, overlay],
  ...[swapColours, keepOneColour, barChart, mostFrequent, sortTowers],
  ...[connectDots, continueDiagonal, rays, gravity, pour, extendPattern, shadow],
  ...[fillEnclosed, recolourBySize, cropLargest, outline, removeNoise, turnObject],
];

/** One task of each rule; the same for the same seed. */
export function generateArcTasks(seed: number): ArcTask[] {
  return taskRules.map((rule) => createTask(rule, seed));
}

/** A rule with its choices made, e.g. which two colours are swapped: the same in all pairs of a task. */
interface Program {
  /** Draws a grid that the rule applies to. */
  question(random: Random): ArcGrid;
  /** Applies the rule. */
  answer(question: ArcGrid): ArcGrid;
}

export interface TaskRule {
  /** e.g. `swap-colours`; also the name of the task. */
  readonly id: string;
  /** What the rule does. */
  readonly message: Message;
  /** Makes the rule's choices. */
  begin(random: Random): Program;
}

/** Questions drawn for each pair before the rule is reported to have too few. */
const TRIES = 100;

/**
 * Creates the task of a rule, the same for the same seed: 3 or 4 examples and 1 or 2 tests, with different inputs that
 * the rule changes.
 * @throws RangeError when the rule has too few questions
 */
export function createTask(rule: TaskRule, seed: number): ArcTask {
  const random = Random.seeded(deriveSeed(rule, seed));
  const program = rule.begin(random);
  const [examples, tests] = [random.integer(3, 4), random.integer(1, 2)];
  const pairs: ArcPair[] = [];
  for (let tries = 0; pairs.length < examples + tests; tries++) {
    if (tries === TRIES * (examples + tests)) throw new RangeError(`${rule.id} has too few different questions`);
    const input = program.question(random);
    const output = program.answer(input);
    if (isNew(input, output, pairs)) pairs.push({ input, output });
  }
  return { name: rule.id, train: pairs.slice(0, examples), test: pairs.slice(examples) };
}

/** A seed of its own for each rule: otherwise all tasks of one seed would share their colours. */
function deriveSeed({ id }: TaskRule, seed: number): number {
  return [...id].reduce((sum, letter) => (Math.imul(sum, 31) + letter.charCodeAt(0)) | 0, seed);
}

/** Whether the rule changes the input, and the input occurs in no other pair. */
function isNew(input: ArcGrid, output: ArcGrid, pairs: readonly ArcPair[]): boolean {
  const hash = hashGrid(input);
  return (
    hash !== hashGrid(output) && !pairs.some((pair) => hash === hashGrid(pair.input) || hash === hashGrid(pair.output))
  );
}
