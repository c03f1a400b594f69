/** The tasks of several files as one dataset: names that occur twice, and what was left out. */
import { message, type Message, type Text } from '../../renderer/messages/message';
import { hashGrid, hashPuzzle } from '../kinds/arc/grid';
import type { TooLargeTask } from '../kinds/arc/read-tasks';
import { MAX_SIDE, type ArcTask } from '../kinds/arc/task';
import { FormatError } from './format-error';

/** What was read from one file. */
export interface TaskFile {
  /** Path inside the folder. */
  readonly file: string;
  /** Whether its tasks are held out. */
  readonly isTest: boolean;
  readonly tasks: readonly ArcTask[];
  readonly tooLarge: readonly TooLargeTask[];
  /** Whether it contains something other than tasks. */
  readonly isOther: boolean;
}

interface DuplicateTask {
  readonly name: string;
  readonly files: readonly string[];
  /** Whether all have the same grids, apart from outputs that are unknown in some: such tasks are one. */
  readonly isSame: boolean;
}

export interface ArcTaskSet {
  /** In the order of the files; tasks with the same grids are one. */
  readonly tasks: readonly ArcTask[];
  /** Names of the tasks that are held out; empty where the files do not divide the tasks. */
  readonly heldOut: ReadonlySet<string>;
  readonly duplicates: readonly DuplicateTask[];
  /** Tasks that do not fit the canvas. */
  readonly tooLarge: readonly TooLargeTask[];
  /** Files without tasks. */
  readonly otherFiles: readonly string[];
}

/** @throws GridTooLargeError where no task is left */
export function createTaskSet(files: readonly TaskFile[]): ArcTaskSet {
  const sets = groupByName(files);
  const tooLarge = files.flatMap((file) => file.tooLarge);
  if (sets.length === 0 && tooLarge[0]) throw tooLarge[0].error;
  const heldOut = sets.filter((same) => same.some(({ isTest }) => isTest)).map(([first]) => first!.task.name);
  return {
    tasks: sets.flatMap((same) => mergeTasks(same.map(({ task }) => task))),
    heldOut: new Set(heldOut.length < sets.length ? heldOut : []),
    duplicates: sets.filter(({ length }) => length > 1).map(describeDuplicate),
    tooLarge,
    otherFiles: files.filter(({ isOther }) => isOther).map(({ file }) => file),
  };
}

interface FoundTask {
  readonly task: ArcTask;
  readonly file: string;
  readonly isTest: boolean;
}

/** The tasks of each name, in the order in which the names first appear. */
function groupByName(files: readonly TaskFile[]): FoundTask[][] {
  const sets = new Map<string, FoundTask[]>();
  for (const { file, isTest, tasks } of files)
    for (const task of tasks) {
      const same = sets.get(task.name) ?? [];
      sets.set(task.name, same);
      same.push({ task, file, isTest });
    }
  return [...sets.values()];
}

function describeDuplicate(found: readonly FoundTask[]): DuplicateTask {
  const tasks = found.map(({ task }) => task);
  return {
    name: tasks[0]!.name,
    files: found.map(({ file }) => file),
    isSame: mergeTasks(tasks).length === 1,
  };
}

/** One task where all have the same grids, with every known output; else all of them. */
function mergeTasks(tasks: readonly ArcTask[]): readonly ArcTask[] {
  const [first, ...others] = tasks;
  if (others.length === 0) return tasks;
  const merged = others.reduce<ArcTask | null>((known, other) => known && mergeTwo(known, other), first!);
  return merged ? [merged] : tasks;
}

function mergeTwo(one: ArcTask, other: ArcTask): ArcTask | null {
  if (hashPuzzle(one.train) !== hashPuzzle(other.train) || one.test.length !== other.test.length) return null;
  const test = one.test.map(({ input, output }, index) => {
    const second = other.test[index]!;
    const isSame = hashGrid(input) === hashGrid(second.input);
    const agrees = output === null || second.output === null || hashGrid(output) === hashGrid(second.output);
    return isSame && agrees ? { input, output: output ?? second.output } : null;
  });
  return test.every((pair) => pair !== null) ? { ...one, test } : null;
}

/** Tasks, and the pairs of all, tests included. */
export function countTasks({ tasks }: Pick<ArcTaskSet, 'tasks'>): { tasks: number; pairs: number } {
  return { tasks: tasks.length, pairs: tasks.reduce((sum, { train, test }) => sum + train.length + test.length, 0) };
}

/** @throws FormatError naming the files of two tasks that have the same name and other grids */
export function requireDistinctTasks({ duplicates }: ArcTaskSet): void {
  const conflict = duplicates.find(({ isSame }) => !isSame);
  if (conflict)
    throw new FormatError(
      [...conflict.files],
      message('formats.task.distinctNames'),
      message('formats.task.twoNamed', { name: conflict.name }),
    );
}

/** Names listed in a warning. */
const MAX_NAMED = 20;

/** One sentence for each kind of problem, with the names of tasks and files. */
export function describeTaskProblems({ duplicates, tooLarge, otherFiles }: ArcTaskSet): Message[] {
  const named = (names: readonly Text[]) => ({ count: names.length, names: names.slice(0, MAX_NAMED) });
  const places = (isSame: boolean) =>
    duplicates
      .filter((duplicate) => duplicate.isSame === isSame)
      .map(({ name, files }) => message('formats.task.inFiles', { name, files: [...files] }));
  const problems = [
    ['formats.task.conflicts', places(false)],
    ['formats.task.repeats', places(true)],
    ['formats.task.tooLarge', tooLarge.map(({ name }) => name)],
    ['formats.task.otherFiles', otherFiles],
  ] as const;
  return problems.flatMap(([id, names]) => (names.length > 0 ? [message(id, { ...named(names), max: MAX_SIDE })] : []));
}
