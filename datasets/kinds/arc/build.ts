/**
 * Datasets of ARC tasks as the reference builds them: every task is a group of its original and augmented copies, each
 * copy a puzzle with an identifier of its own. Training uses the examples, and the tests of tasks that are not held out;
 * the tests of held-out tasks form the test split. The name of a copy contains its augmentation, so a dataset is planned
 * by names, and the grids are made when they are needed.
 */
import { MessageError } from '../../../renderer/messages/message';
import type { Dataset, DatasetInfo, IdentifiedPuzzle } from '../../catalog';
import { Random, streams } from '../../random';
import type { Puzzle, PuzzleKind } from '../puzzle-kind';
import { arc } from './arc';
import { augmentGrid, formatAugmentedName, drawAugmentations, parseAugmentedName } from './augment';
import { placeOnCanvas, SIDE, type ArcPair, type Shift } from './grid';
import { knownPairs, requireTaskFits, toTaskJson, testPairs, type ArcTask, type ArcTest } from './task';

/** Tasks of one origin, e.g. of `arc-agi_training_challenges.json`. */
interface ArcSource {
  readonly tasks: readonly ArcTask[];
  /** Their tests form the test split instead of being trained on. */
  readonly isTest: boolean;
}

interface ArcBuildOptions {
  /** Augmented copies of each task besides the original; a task with few colours and much symmetry may have fewer. */
  readonly augmentations: number;
  readonly seed: number;
  /** Rows and columns of the canvas; 30 by default. */
  readonly side?: number;
}

/** A task and the names of its group: the original's first. */
interface ArcTaskGroup {
  readonly task: ArcTask;
  readonly isTest: boolean;
  readonly names: readonly string[];
}

/** A dataset by the names of its puzzles. */
export interface ArcPuzzlePlan {
  readonly members: readonly ArcTaskGroup[];
  /** Rows and columns of the canvas; 30 by default. */
  readonly side?: number;
  /** State of the random generator after the names were drawn: the shifts continue with it. */
  readonly randomState: readonly number[];
}

/** A puzzle to be written: its identifier and its examples, [side²] tokens each. */
export interface ArcPuzzle {
  readonly identifier: number;
  readonly examples: readonly Puzzle[];
}

/**
 * Draws the order of the tasks of each source and the names of their copies. Yields the number of tasks done after each
 * task, since large datasets take minutes.
 * @throws MessageError when two tasks have the same name, or a grid is larger than the canvas
 */
export function* planArcDatasetStepwise(
  sources: readonly ArcSource[],
  { augmentations, seed, side = SIDE }: ArcBuildOptions,
): Generator<number, ArcPuzzlePlan> {
  requireUniqueNames(sources);
  for (const { tasks } of sources) for (const task of tasks) requireTaskFits(task, side);
  const order = Random.seeded(seed, streams.order);
  const random = Random.seeded(seed, streams.augmentation);
  const members: ArcTaskGroup[] = [];
  for (const { tasks, isTest } of sources) {
    for (const task of order.shuffle([...tasks])) {
      members.push({ task, isTest, names: drawNames(task, augmentations, random) });
      yield members.length;
    }
  }
  return { members, side, randomState: random.state() };
}

/** As `planArcDatasetStepwise`, in one call. */
export function planArcDataset(sources: readonly ArcSource[], options: ArcBuildOptions): ArcPuzzlePlan {
  const drawing = planArcDatasetStepwise(sources, options);
  for (;;) {
    const { done, value } = drawing.next();
    if (done) return value;
  }
}

function requireUniqueNames(sources: readonly ArcSource[]): void {
  const seen = new Set<string>();
  for (const { name } of sources.flatMap(({ tasks }) => tasks)) {
    if (seen.has(name)) throw new MessageError('formats.task.sameName', { name });
    seen.add(name);
  }
}

function drawNames(task: ArcTask, augmentations: number, random: Random): string[] {
  const drawn = drawAugmentations([...task.train, ...testPairs(task)], augmentations, random);
  return [task.name, ...drawn.map((augmentation) => formatAugmentedName(task.name, augmentation))];
}

/** Names by identifier, `<blank>` first: the content of `identifiers.json`. */
export function listArcIdentifiers({ members }: ArcPuzzlePlan): string[] {
  return ['<blank>', ...members.flatMap(({ names }) => names)];
}

/**
 * The groups of the training split. All examples of a puzzle except one get a random shift; the draws are the same at
 * every call. Tests without a known output are left out.
 */
export function* generateArcTrainGroups(plan: ArcPuzzlePlan): Generator<ArcPuzzle[]> {
  const { side } = plan;
  const random = Random.restored(plan.randomState);
  for (const { task, isTest, first, names } of numberMembers(plan)) {
    const pairs = isTest ? task.train : knownPairs(task);
    yield names.map((name, i) => {
      const unmoved = random.integer(0, pairs.length - 1);
      const shifted = (pair: ArcPair, example: number) =>
        createExample(pair, side, example === unmoved ? undefined : drawShift(pair, random, side));
      return { identifier: first + i, examples: augmentPairs(name, pairs).map(shifted) };
    });
  }
}

/** The groups of the test split, never shifted. */
export function* generateArcTestGroups(plan: ArcPuzzlePlan): Generator<ArcPuzzle[]> {
  for (const { task, isTest, first, names } of numberMembers(plan)) {
    if (isTest)
      yield names.map((name, i) => ({
        identifier: first + i,
        examples: augmentPairs(name, testPairs(task)).map((pair, test) =>
          withoutUnknown(createExample(pair, plan.side), task.test[test]!),
        ),
      }));
  }
}

/** The example without labels, which is not scored, where the output of its test is unknown. */
function withoutUnknown({ inputs, labels }: Puzzle, { output }: ArcTest): Puzzle {
  return { inputs, labels: output === null ? new Uint8Array(labels.length) : labels };
}

/** The content of `test_puzzles.json`: the held-out tasks, with which the evaluator compares answers. */
export function createArcTestPuzzles({ members }: ArcPuzzlePlan): Record<string, object> {
  return Object.fromEntries(
    members
      .filter(({ isTest }) => isTest)
      .map(({ task }) => [task.name, toTaskJson({ train: task.train, test: testPairs(task) })]),
  );
}

/** The members with the identifier of their original. */
function* numberMembers({ members }: ArcPuzzlePlan): Generator<ArcTaskGroup & { readonly first: number }> {
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
function createExample({ input, output }: ArcPair, side?: number, shift?: Shift): Puzzle {
  return { inputs: placeOnCanvas(input, shift, side), labels: placeOnCanvas(output, shift, side) };
}

/** Draws a shift that keeps both grids on the canvas of `side` rows and columns, uniformly. */
export function drawShift({ input, output }: ArcPair, random: Random, side = SIDE): Shift {
  return {
    rows: random.integer(0, side - Math.max(input.rows, output.rows)),
    columns: random.integer(0, side - Math.max(input.columns, output.columns)),
  };
}

/** A seed of the dataset, not of the run: every run and evaluation has the same copies under the same identifiers. */
const SEED = 0;

/**
 * Creates a dataset from tasks: examples and their augmented copies for training, tests for evaluation. Where some tasks are
 * held out, the tests of the others are trained on too.
 * @throws MessageError when two tasks have the same name, or a grid is larger than the canvas
 */
export function createArcDataset(
  tasks: readonly ArcTask[],
  {
    augmentations,
    heldOut,
    kind = arc,
    ...facts
  }: Omit<DatasetInfo, 'kind'> & {
    /** An ARC kind, whose canvas is used; that of 30×30 by default. */
    readonly kind?: PuzzleKind;
    readonly augmentations: number;
    /** Names of the held-out tasks; all by default, and where it is empty. */
    readonly heldOut?: ReadonlySet<string>;
  },
): Dataset {
  const isTest = ({ name }: ArcTask) => !heldOut?.size || heldOut.has(name);
  const sources = [
    { tasks: tasks.filter((task) => !isTest(task)), isTest: false },
    { tasks: tasks.filter(isTest), isTest: true },
  ];
  const plan = planArcDataset(sources, { augmentations, seed: SEED, side: kind.rows });
  const [train, test] = [flattenGroups(generateArcTrainGroups(plan)), flattenGroups(generateArcTestGroups(plan))];
  return {
    spec: { ...facts, kind: kind.id },
    kind,
    identified: { names: listArcIdentifiers(plan), train, test },
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
