/** Exports a dataset of ARC tasks as task files, without their augmented copies: `training/<name>.json`, and `evaluation/` for held-out tasks. */
import { join } from 'node:path';
import { writeNewFile, writeNewFolder } from '../../../datasets/formats/atomic-write';
import type { PuzzleSource } from '../../../datasets/formats/puzzle-source';
import { openGroups } from '../../../datasets/formats/reference-groups';
import { liftFromCanvas, toLists } from '../../../datasets/kinds/arc/grid';
import type { Puzzle } from '../../../datasets/kinds/puzzle-kind';
import { message, MessageError, type Text } from '../../../renderer/messages/message';
import type { Job } from '../job';
import { listSplits, type WrittenDataset } from './write-dataset';

/** The grids of an example as JSON. */
interface Pair {
  readonly input: number[][];
  /** Absent where it is unknown. */
  readonly output?: number[][];
}

interface Task {
  readonly train: Pair[];
  readonly test: Pair[];
}

/**
 * Counts pairs. Tasks whose tests are trained on have them among their examples: the last pair becomes the test.
 * @throws MessageError for a dataset of another kind; FormatError, ExistsError, the signal's reason. Nothing is written then
 */
export async function writeTasks(
  source: PuzzleSource,
  { out, origin }: { readonly out: string; readonly origin: Text },
  job: Job,
): Promise<WrittenDataset> {
  const { folder, kind } = source;
  if (folder === undefined || kind.augmentation !== 'copies') throw new MessageError('datasets.export.noTasks');
  const tasks = await readTasks(source, folder);
  const counts = { train: 0, test: 0 };
  await writeNewFolder(out, async (temporary) => {
    let written = 0;
    for (const [name, { train, test }] of tasks) {
      const path = join(temporary, test.length > 0 ? 'evaluation' : 'training', `${toFileName(name)}.json`);
      const task = test.length > 0 ? { train, test } : withTest(train);
      await writeNewFile(path, `${JSON.stringify(task)}\n`);
      counts.train += task.train.length;
      counts.test += task.test.length;
      await job.advance(++written, tasks.size, (count) => message('datasets.job.written', { count }));
    }
  });
  return { out, kind: kind.id, origin, ...counts };
}

/** By name, in the order of the dataset. The first puzzle of a group is the original. */
async function readTasks(source: PuzzleSource, folder: string): Promise<Map<string, Task>> {
  const splits = listSplits(source);
  const { identifiers, read } = await openGroups(folder, splits);
  const tasks = new Map<string, Task>();
  for (const split of splits)
    for await (const [original] of read(split)) {
      if (!original) continue;
      const name = identifiers[original.identifier] ?? String(original.identifier);
      const task = tasks.get(name) ?? { train: [], test: [] };
      tasks.set(name, task);
      task[split].push(...original.examples.map(toPair));
    }
  return tasks;
}

function toPair({ inputs, labels }: Puzzle): Pair {
  const input = toLists(liftFromCanvas(inputs));
  return labels.some((token) => token > 0) ? { input, output: toLists(liftFromCanvas(labels)) } : { input };
}

/** A single pair is both the example and the test. */
const withTest = (pairs: readonly Pair[]): Task => ({
  train: pairs.slice(0, Math.max(1, pairs.length - 1)),
  test: pairs.slice(-1),
});

/** Names can have characters that files cannot. */
const toFileName = (name: string): string => encodeURIComponent(name).replaceAll('*', '%2A').replace(/^\./u, '%2E');
