/** Describes the ARC tasks of files, as JSON and as lines of text. */
import { countTasks, describeTaskProblems, type ArcTaskSet } from '../../../datasets/formats/arc-task-set';
import type { PuzzleKind } from '../../../datasets/kinds/puzzle-kind';
import { formatEnglish } from '../../../renderer/messages/english';
import { formatInteger } from '../../contract/format';

/** For `--json`; the kind is that of the canvas. `testsWithoutOutput` are solved but not scored. */
export function describeTaskSet(set: ArcTaskSet, kind: PuzzleKind): object {
  return {
    form: 'ARC tasks',
    kind: kind.id,
    ...countTasks(set),
    heldOut: set.heldOut.size,
    testsWithoutOutput: countUnknownTests(set),
    duplicates: set.duplicates,
    tooLarge: set.tooLarge.map(({ name }) => name),
    otherFiles: set.otherFiles,
  };
}

/** The counts, then a line for each kind of problem. */
export function formatTaskSet(set: ArcTaskSet): string[] {
  const { tasks, pairs } = countTasks(set);
  const count = (number: number, noun: string) => `${formatInteger(number)} ${noun}${number === 1 ? '' : 's'}`;
  const heldOut = set.heldOut.size > 0 ? `, ${formatInteger(set.heldOut.size)} held out by their folder or file` : '';
  const unknown = countUnknownTests(set);
  return [
    `ARC tasks: ${count(tasks, 'task')}, ${count(pairs, 'pair')}${heldOut}`,
    ...(unknown > 0 ? [`  ${count(unknown, 'test')} without a known output: solved but not scored`] : []),
    ...describeTaskProblems(set).map((problem) => `  ${formatEnglish(problem)}`),
  ];
}

const countUnknownTests = ({ tasks }: ArcTaskSet): number =>
  tasks.flatMap(({ test }) => test).filter(({ output }) => output === null).length;
