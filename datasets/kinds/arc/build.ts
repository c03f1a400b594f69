/**
 * Sets of ARC tasks as the reference builds them: every task a group of its original and augmented
 * copies, each copy a puzzle with an identifier of its own. Examples are learned; the tests of tasks
 * that are set aside form the test split, those of others are learned too. The names of the copies say
 * all about them, so a set is its names: examples are made when they are asked for.
 */
import type { Dataset, DatasetInfo, IdentifiedPuzzle } from '../../catalog';
import { Random, streams } from '../../random';
import type { Puzzle } from '../puzzle-kind';
import { arc } from './arc';
import { augmentGrid, formatAugmentedName, drawAugmentations, parseAugmentedName } from './augment';
import { placeOnCanvas, SIDE, type ArcPair, type Shift } from './grid';
import { knownPairs, taskLists, testPairs, type ArcTask } from './task';

/** Tasks of one origin, e.g. of `arc-agi_training_challenges.json`. */
interface ArcSource {
  readonly tasks: readonly ArcTask[];
  /** Their tests are not learned, but form the test split. */
  readonly heldOut: boolean;
}

interface ArcBuildOptions {
  /** Copies asked for of each task besides the original; a task with few colours and much symmetry may have fewer. */
  readonly augmentations: number;
  readonly seed: number;
}

/** A task and the names of its group: the original's first. */
interface ArcMember {
  readonly task: ArcTask;
  readonly heldOut: boolean;
  readonly names: readonly string[];
}

/** A set by its names. */
export interface ArcSet {
  readonly members: readonly ArcMember[];
  /** The generator where the names are drawn: the shifts continue with it. */
  readonly state: readonly number[];
}

/** A puzzle to be written: its identifier and its examples, [900] tokens each. */
export interface ArcPuzzle {
  readonly identifier: number;
  readonly examples: readonly Puzzle[];
}

/**
 * Draws the order of the tasks of each source and the names of their copies; yields after each task how
 * many there are, for sets take their time.
 * @throws RangeError when two tasks have one name
 */
export function* drawArcSet(
  sources: readonly ArcSource[],
  { augmentations, seed }: ArcBuildOptions,
): Generator<number, ArcSet> {
  requireUniqueNames(sources);
  const order = Random.seeded(seed, streams.order);
  const random = Random.seeded(seed, streams.augmentation);
  const members: ArcMember[] = [];
  for (const { tasks, heldOut } of sources) {
    for (const task of order.shuffle([...tasks])) {
      members.push({ task, heldOut, names: drawNames(task, augmentations, random) });
      yield members.length;
    }
  }
  return { members, state: random.state() };
}

/** The same in one go. */
export function planArcSet(sources: readonly ArcSource[], options: ArcBuildOptions): ArcSet {
  const drawing = drawArcSet(sources, options);
  for (;;) {
    const { done, value } = drawing.next();
    if (done) return value;
  }
}

function requireUniqueNames(sources: readonly ArcSource[]): void {
  const seen = new Set<string>();
  for (const { name } of sources.flatMap(({ tasks }) => tasks)) {
    if (seen.has(name)) throw new RangeError(`two tasks are named ${name}: each needs an identifier of its own`);
    seen.add(name);
  }
}

function drawNames(task: ArcTask, augmentations: number, random: Random): string[] {
  const drawn = drawAugmentations([...task.train, ...testPairs(task)], augmentations, random);
  return [task.name, ...drawn.map((augmentation) => formatAugmentedName(task.name, augmentation))];
}

/** Names by identifier, `<blank>` first: the content of `identifiers.json`. */
export function arcIdentifiers({ members }: ArcSet): string[] {
  return ['<blank>', ...members.flatMap(({ names }) => names)];
}

/**
 * The groups of the training split. All examples of a puzzle but one are shifted by a draw of their own;
 * every walk through the groups makes the same draws. Tests without a known output are left out.
 */
export function* arcTrainGroups(set: ArcSet): Generator<ArcPuzzle[]> {
  const random = Random.restored(set.state);
  for (const { task, heldOut, first, names } of numberMembers(set)) {
    const pairs = heldOut ? task.train : knownPairs(task);
    yield names.map((name, i) => {
      const unshifted = random.integer(0, pairs.length - 1);
      const shifted = (pair: ArcPair, example: number) =>
        createExample(pair, example === unshifted ? undefined : drawShift(pair, random));
      return { identifier: first + i, examples: augmentPairs(name, pairs).map(shifted) };
    });
  }
}

/** The groups of the test split, never shifted. */
export function* arcTestGroups(set: ArcSet): Generator<ArcPuzzle[]> {
  for (const { task, heldOut, first, names } of numberMembers(set)) {
    if (heldOut)
      yield names.map((name, i) => ({
        identifier: first + i,
        examples: augmentPairs(name, testPairs(task)).map((pair) => createExample(pair)),
      }));
  }
}

/** The content of `test_puzzles.json`: the tasks set aside, as the evaluator compares answers with them. */
export function arcTestPuzzles({ members }: ArcSet): Record<string, object> {
  return Object.fromEntries(
    members
      .filter(({ heldOut }) => heldOut)
      .map(({ task }) => [task.name, taskLists({ train: task.train, test: testPairs(task) })]),
  );
}

/** The members with the identifier of their original. */
function* numberMembers({ members }: ArcSet): Generator<ArcMember & { readonly first: number }> {
  let first = 1;
  for (const member of members) {
    yield { ...member, first };
    first += member.names.length;
  }
}

function augmentPairs(name: string, pairs: readonly ArcPair[]): ArcPair[] {
  const { augmentation } = parseAugmentedName(name);
  return pairs.map(({ input, output }) => ({
    input: augmentGrid(input, augmentation),
    output: augmentGrid(output, augmentation),
  }));
}

/** One shift for both grids of a pair. */
function createExample({ input, output }: ArcPair, shift?: Shift): Puzzle {
  return { inputs: placeOnCanvas(input, shift), labels: placeOnCanvas(output, shift) };
}

/** Uniform among the shifts that keep both grids on the canvas. */
export function drawShift({ input, output }: ArcPair, random: Random): Shift {
  return {
    rows: random.integer(0, SIDE - Math.max(input.rows, output.rows)),
    columns: random.integer(0, SIDE - Math.max(input.columns, output.columns)),
  };
}

/** The set's own, not the run's: every run and every evaluation names the same copies by the same identifiers. */
const SEED = 0;

/**
 * The examples of the tasks with so many augmented copies of each are learnt, and their tests are what is measured.
 * @throws RangeError when two tasks have one name
 */
export function arcDataset(
  tasks: readonly ArcTask[],
  { augmentations, ...facts }: Omit<DatasetInfo, 'kind'> & { readonly augmentations: number },
): Dataset {
  const set = planArcSet([{ tasks, heldOut: true }], { augmentations, seed: SEED });
  const [train, test] = [flattenGroups(arcTrainGroups(set)), flattenGroups(arcTestGroups(set))];
  return {
    spec: { ...facts, kind: arc.id },
    kind: arc,
    identified: { names: arcIdentifiers(set), train, test },
    train,
    test,
    trainClasses: null,
    testClasses: null,
  };
}

function flattenGroups(groups: Iterable<readonly ArcPuzzle[]>): IdentifiedPuzzle[] {
  return [...groups].flatMap((puzzles, group) =>
    puzzles.flatMap(({ identifier, examples }) => examples.map((example) => ({ ...example, identifier, group }))),
  );
}
