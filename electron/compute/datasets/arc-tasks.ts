/** Writes ARC tasks as a dataset folder. */
import { message, type Text } from '../../../renderer/messages/message';
import { requireDistinctTasks, type ArcTaskSet } from '../../../datasets/formats/arc-task-set';
import { pythonJson, writeReferenceFolder, type WrittenGroup } from '../../../datasets/formats/reference-writer';
import { arc } from '../../../datasets/kinds/arc/arc';
import {
  listArcIdentifiers,
  generateArcTestGroups,
  createArcTestPuzzles,
  generateArcTrainGroups,
  planArcDatasetStepwise,
  type ArcPuzzlePlan,
} from '../../../datasets/kinds/arc/build';
import type { ArcTask } from '../../../datasets/kinds/arc/task';
import type { PuzzleKind } from '../../../datasets/kinds/puzzle-kind';
import { Random, streams } from '../../../datasets/random';
import { countHeldOut } from '../../../datasets/split';
import type { Job } from '../job';
import { formatSourceFile, type DatasetContent } from './write-dataset';

export interface WriteArcOptions {
  /** An ARC kind, whose canvas is used; that of 30×30 by default. */
  readonly kind?: PuzzleKind;
  /** Augmented copies of each task. */
  readonly augment: number;
  /** Share of the tasks whose tests form the test split, drawn with the seed; those of the others are learned. */
  readonly heldOut: number;
  /** Names of the held-out tasks, in place of a share, where there are any. */
  readonly heldOutTasks?: ReadonlySet<string>;
  readonly seed: number;
  readonly name?: string;
  readonly origin: Text;
  /** Of a built-in dataset. */
  readonly builtIn?: DatasetContent['builtIn'];
}

export interface WrittenArcDataset {
  readonly out: string;
  readonly kind: string;
  readonly tasks: number;
  readonly setAside: number;
  readonly puzzles: number;
}

/**
 * Writes the tasks of files as a dataset folder.
 * @throws FormatError where two tasks have the same name; as `writeArcDataset`
 */
export async function writeTaskFiles(
  out: string,
  set: ArcTaskSet,
  plan: Omit<WriteArcOptions, 'heldOutTasks'>,
  job: Job,
): Promise<WrittenArcDataset> {
  requireDistinctTasks(set);
  return writeArcDataset(out, set.tasks, { ...plan, heldOutTasks: set.heldOut }, job);
}

/**
 * Writes a dataset folder. On an error nothing is written.
 * @throws ExistsError where `out` exists; MessageError for a grid larger than the canvas; the signal's reason
 */
export async function writeArcDataset(
  out: string,
  tasks: readonly ArcTask[],
  plan: WriteArcOptions,
  job: Job,
): Promise<WrittenArcDataset> {
  const { kind = arc, augment, seed, name, origin, builtIn } = plan;
  const heldOut = chooseHeldOut(tasks, plan);
  const sources = [false, true].map((isTest) => ({
    tasks: tasks.filter((task) => heldOut.has(task.name) === isTest),
    isTest,
  }));
  const options = { augmentations: augment, seed, side: kind.rows };
  const set = await drawCopies(planArcDatasetStepwise(sources, options), tasks.length, job);
  const identifiers = listArcIdentifiers(set);
  const groups = async function* (puzzles: Iterable<WrittenGroup>): AsyncGenerator<WrittenGroup> {
    let written = 0;
    for (const group of puzzles) {
      yield group;
      await job.advance((written += group.length), identifiers.length - 1, (count) =>
        message('datasets.job.written', { count }),
      );
    }
  };
  const shape = { seqLen: kind.rows * kind.columns, vocabSize: kind.symbols.length };
  await writeReferenceFolder(out, {
    identifiers,
    train: { ...shape, groups: groups(generateArcTrainGroups(set)) },
    test: { ...shape, groups: groups(generateArcTestGroups(set)) },
    extra: {
      'test_puzzles.json': pythonJson(createArcTestPuzzles(set)),
      'source.json': formatSourceFile({ kind: kind.id, ...(name && { name }), origin, ...(builtIn && { builtIn }) }),
    },
    signal: job.signal,
  });
  return { out, kind: kind.id, tasks: tasks.length, setAside: heldOut.size, puzzles: identifiers.length - 1 };
}

/** Names of the held-out tasks. */
function chooseHeldOut(
  tasks: readonly ArcTask[],
  { heldOutTasks, heldOut: share, seed }: WriteArcOptions,
): ReadonlySet<string> {
  if (heldOutTasks?.size) return heldOutTasks;
  const names = Random.seeded(seed, streams.heldOut).shuffle(tasks.map(({ name }) => name));
  // The examples of a held-out task are learned all the same, so a single task can be held out.
  const count = names.length === 1 && share > 0 ? 1 : countHeldOut(names.length, share);
  return new Set(names.slice(0, count));
}

async function drawCopies(drawing: Generator<number, ArcPuzzlePlan>, tasks: number, job: Job): Promise<ArcPuzzlePlan> {
  for (;;) {
    const { done, value } = drawing.next();
    if (done) return value;
    await job.advance(value, tasks, (count) => message('datasets.job.copies', { count, total: tasks }));
  }
}
