/** Generated ARC tasks: each rule is a program that draws grids from a seed and computes their outputs. */
import type { Message } from '../../../../renderer/messages/message';
import { Random } from '../../../random';
import { hashGrid, SIDE, type ArcGrid, type ArcPair } from '../grid';
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

/** A range that a number is drawn from, both included. */
type Range = readonly [min: number, max: number];

/** What the tasks contain. */
export interface TaskPlan {
  /** Ids of the rules, each of which makes a task; all rules when absent. */
  readonly rules?: readonly string[];
  /** Examples of a task. */
  readonly examples: Range;
  /** Tests of a task. */
  readonly tests: Range;
  /** Rows and columns of the largest grid; questions and answers that are larger are drawn again. */
  readonly maxSide: number;
}

/** A task of each rule, with as many pairs as the published tasks. */
export const usualTasks: TaskPlan = { examples: [3, 4], tests: [1, 2], maxSide: SIDE };

/** One task of each rule; the same for the same seed. @throws RangeError for an unknown rule; as `createTask` */
export function generateArcTasks(seed: number, plan = usualTasks): ArcTask[] {
  const { rules = taskRules.map(({ id }) => id) } = plan;
  return rules.map((id) => createTask(getRule(id), seed, plan));
}

function getRule(wanted: string): TaskRule {
  const rule = taskRules.find(({ id }) => id === wanted);
  if (!rule) throw new RangeError(`no rule for tasks is named ${wanted}`);
  return rule;
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
 * Creates the task of a rule, the same for the same seed: examples and tests with different inputs that the rule changes.
 * @throws RangeError when the rule has too few questions
 */
export function createTask(rule: TaskRule, seed: number, { maxSide, ...counts } = usualTasks): ArcTask {
  const random = Random.seeded(deriveSeed(rule, seed));
  const program = rule.begin(random);
  const [examples, tests] = [random.integer(...counts.examples), random.integer(...counts.tests)];
  const pairs: ArcPair[] = [];
  for (let tries = 0; pairs.length < examples + tests; tries++) {
    if (tries === TRIES * (examples + tests)) throw new RangeError(`${rule.id} has too few different questions`);
    const input = program.question(random);
    const output = program.answer(input);
    if (fits(input, maxSide) && fits(output, maxSide) && isNew(input, output, pairs)) pairs.push({ input, output });
  }
  return { name: rule.id, train: pairs.slice(0, examples), test: pairs.slice(examples) };
}

const fits = ({ rows, columns }: ArcGrid, maxSide: number): boolean => Math.max(rows, columns) <= maxSide;

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
