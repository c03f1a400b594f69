/**
 * Evaluation on ARC by majority vote: the model answers every augmented copy of a test pair, each answer is mapped back to
 * the original, and equal answers are counted (Wang et al. 2025; TRM's evaluator).
 */
import { parseAugmentedName, restoreGrid } from './augment';
import { cropCanvas, hashGrid, toLists, type ArcGrid } from './grid';
import type { ArcTask, ArcTest } from './task';

/** A model's answer to one row of the test split. */
export interface ArcAnswer {
  /** The puzzle's name in `identifiers.json`. */
  readonly name: string;
  /** [side²] tokens. */
  readonly inputs: Uint8Array;
  readonly answer: Uint8Array;
  /** Halting logit. */
  readonly qHalt: number;
}

export interface RankedAnswer {
  readonly hash: string;
  readonly grid: ArcGrid;
  readonly votes: number;
  /** Mean probability of halting, over the votes. */
  readonly confidence: number;
}

/** Tests of each task, in order; the outputs of some may be unknown. */
export type TestPairs = ReadonlyMap<string, readonly ArcTest[]>;

/** The test pairs of tasks, e.g. of those that `readTasks` reads from `test_puzzles.json`. */
export function listTestPairs(tasks: readonly ArcTask[]): TestPairs {
  return new Map(tasks.map(({ name, test }) => [name, test]));
}

/** A row of a test split by the name of its puzzle; [side²] tokens each. */
export interface NamedRow {
  readonly name: string;
  readonly inputs: Uint8Array;
  readonly labels: Uint8Array;
}

/** The test pairs from the rows of a test split: those of the first copy of each task, mapped back to the original. */
export function restoreTestPairs(rows: Iterable<NamedRow>): TestPairs {
  const tests = new Map<string, { readonly first: string; readonly pairs: ArcTest[] }>();
  for (const { name, inputs, labels } of rows) {
    const { task, augmentation } = parseAugmentedName(name);
    const { first, pairs } = tests.get(task) ?? { first: name, pairs: [] };
    tests.set(task, { first, pairs });
    if (name === first)
      pairs.push({
        input: restoreGrid(cropCanvas(inputs), augmentation),
        // Labels without a grid are those of an unknown output.
        output: labels.some((token) => token !== 0) ? restoreGrid(cropCanvas(labels), augmentation) : null,
      });
  }
  return new Map([...tests].map(([task, { pairs }]) => [task, pairs]));
}

/** Counts votes for answers, by task and input. */
export class VoteCounter {
  private readonly tallies = new Map<string, Map<string, { grid: ArcGrid; votes: number; sum: number }>>();

  add({ name, inputs, answer, qHalt }: ArcAnswer): void {
    const { task, augmentation } = parseAugmentedName(name);
    const question = key(task, restoreGrid(cropCanvas(inputs), augmentation));
    const grid = restoreGrid(cropCanvas(answer), augmentation);
    const tally = this.tallies.get(question) ?? new Map<string, { grid: ArcGrid; votes: number; sum: number }>();
    const { votes, sum } = tally.get(hashGrid(grid)) ?? { votes: 0, sum: 0 };
    tally.set(hashGrid(grid), { grid, votes: votes + 1, sum: sum + 1 / (1 + Math.exp(-qHalt)) });
    this.tallies.set(question, tally);
  }

  /** Answers by votes, then by confidence; empty for an input without an answer. */
  rank(task: string, input: ArcGrid): RankedAnswer[] {
    const tally = [...(this.tallies.get(key(task, input)) ?? [])];
    const candidates = tally.map(([hash, { grid, votes, sum }]) => ({ hash, grid, votes, confidence: sum / votes }));
    return candidates.sort((one, other) => other.votes - one.votes || other.confidence - one.confidence);
  }
}

const key = (task: string, input: ArcGrid) => `${task}|${hashGrid(input)}`;

/** The tests whose output is known, and the tasks that have such tests. */
export function selectKnownTests(tests: TestPairs): TestPairs {
  const known = [...tests].map(([task, pairs]) => [task, pairs.filter(({ output }) => output !== null)] as const);
  return new Map(known.filter(([, pairs]) => pairs.length > 0));
}

/**
 * Mean over tasks of the share of their tests whose output is among the first K candidates; tests with an unknown output do
 * not count. NaN where no output is known.
 */
export function computePassAtK(ballot: VoteCounter, tests: TestPairs, k: number): number {
  const shares = [...selectKnownTests(tests)].map(([task, pairs]) => {
    const isRight = ({ input, output }: ArcTest) =>
      ballot
        .rank(task, input)
        .slice(0, k)
        .some(({ hash }) => output !== null && hash === hashGrid(output));
    return pairs.filter(isRight).length / pairs.length;
  });
  return shares.reduce((sum, share) => sum + share, 0) / shares.length;
}

/** `attempt_1`, … of each test pair, as competitions take them; where candidates are few the best is named again. */
export function createSubmission(
  ballot: VoteCounter,
  tests: TestPairs,
  attempts: number,
): Record<string, Record<string, number[][]>[]> {
  return Object.fromEntries(
    [...tests].map(([task, pairs]) => [
      task,
      pairs.map(({ input }) => listAttempts(ballot.rank(task, input), attempts)).filter((entry) => entry !== null),
    ]),
  );
}

function listAttempts(ranking: readonly RankedAnswer[], attempts: number): Record<string, number[][]> | null {
  if (ranking.length === 0) return null;
  return Object.fromEntries(
    Array.from({ length: attempts }, (_, i) => [`attempt_${i + 1}`, toLists((ranking[i]! ?? ranking[0]!).grid)]),
  );
}
