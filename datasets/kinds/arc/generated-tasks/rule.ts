/** Tasks of the lab's own: a rule that a program follows, shown on grids that are drawn from a seed. */
import { Random } from '../../../random';
import { hashOfGrid, type ArcGrid, type ArcPair } from '../grid';
import type { ArcTask } from '../task';

/** A rule with its choices made, e.g. which two colours are swapped: the same in all pairs of a task. */
export interface Program {
  /** A grid on which the rule has something to do. */
  question(random: Random): ArcGrid;
  answer(question: ArcGrid): ArcGrid;
}

export interface OwnRule {
  /** e.g. `swap-colours`; also the name of the task. */
  readonly id: string;
  /** What the rule does, for people. */
  readonly sentence: string;
  /** Makes the rule's choices. */
  begin(random: Random): Program;
}

/** Questions drawn for each pair, before a rule is taken to have too few. */
const TRIES = 100;

/**
 * The task of a rule, the same for the same seed: 3 or 4 examples and 1 or 2 tests, all of different
 * inputs which the rule changes.
 * @throws RangeError when the rule has too few questions
 */
export function taskOf(rule: OwnRule, seed: number): ArcTask {
  const random = Random.seeded(seedOf(rule, seed));
  const program = rule.begin(random);
  const [examples, tests] = [random.integer(3, 4), random.integer(1, 2)];
  const pairs: ArcPair[] = [];
  for (let tries = 0; pairs.length < examples + tests; tries++) {
    if (tries === TRIES * (examples + tests)) throw new RangeError(`${rule.id} has too few questions`);
    const input = program.question(random);
    const output = program.answer(input);
    if (isNew(input, output, pairs)) pairs.push({ input, output });
  }
  return { name: rule.id, train: pairs.slice(0, examples), test: pairs.slice(examples) };
}

/** Rules draw alike, so each has seeds of its own: else all tasks of one seed would share their colours. */
function seedOf({ id }: OwnRule, seed: number): number {
  return [...id].reduce((sum, letter) => (Math.imul(sum, 31) + letter.charCodeAt(0)) | 0, seed);
}

/** Whether the rule changes a grid that no other pair asks or answers with. */
function isNew(input: ArcGrid, output: ArcGrid, pairs: readonly ArcPair[]): boolean {
  const hash = hashOfGrid(input);
  return (
    hash !== hashOfGrid(output) &&
    !pairs.some((pair) => hash === hashOfGrid(pair.input) || hash === hashOfGrid(pair.output))
  );
}
