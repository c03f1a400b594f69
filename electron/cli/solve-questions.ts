/** What `solve` solves: a puzzle as text, or the tests of a file with one ARC task. */
import { containsTasks, readTaskFiles } from '../../datasets/formats/arc-task-files';
import { placeOnCanvas } from '../../datasets/kinds/arc/grid';
import type { ArcTest } from '../../datasets/kinds/arc/task';
import type { PuzzleKind } from '../../datasets/kinds/puzzle-kind';
import { parsePuzzle } from '../../datasets/kinds/registry';
import type { StoredModel } from '../../models/checkpoint/model-folder';
import { requireFit } from '../compute/models/model-fit';
import { UsageError } from './exit';
import { printNotice } from './output';
import { findModelForPuzzle, findModelWithKind } from './resolve-names';

export interface Question {
  /** Tokens. */
  readonly inputs: Uint8Array;
  /** The known answer; null where it is not known. */
  readonly labels: Uint8Array | null;
  /** Row of the puzzle embeddings; 0, the blank one, for puzzles that the model was not trained on. */
  readonly identifier: number;
}

export interface SolvePlan {
  readonly model: StoredModel;
  readonly kind: PuzzleKind;
  /** Name of the task; null for a puzzle as text. */
  readonly task: string | null;
  readonly questions: readonly Question[];
}

/** @throws UsageError, PuzzleTextError, FormatError, ConfigError; as `findModel` */
export async function readQuestions(modelId: string, puzzle: string): Promise<SolvePlan> {
  if (/\.json$/iu.test(puzzle) && (await containsTasks(puzzle))) return readTask(modelId, puzzle);
  const { model, kind } = await findModelForPuzzle(modelId, puzzle);
  return {
    model,
    kind,
    task: null,
    questions: [{ inputs: parsePuzzle(kind, puzzle), labels: null, identifier: 0 }],
  };
}

async function readTask(modelId: string, path: string): Promise<SolvePlan> {
  const { model, kind } = await findModelWithKind(modelId);
  if (kind.augmentation !== 'copies')
    throw new UsageError(`${path} is a file of ARC tasks, but the model was trained on another puzzle type`);
  const { tasks } = await readTaskFiles(path);
  const [task] = tasks;
  if (!task || tasks.length > 1)
    throw new UsageError(`${path} contains ${tasks.length} tasks; solve takes a file with one, evaluate takes many`);
  requireFit({ model, kind, dataset: path });
  const identifier = findIdentifier(model, task.name);
  return { model, kind, task: task.name, questions: task.test.map((test) => toQuestion(test, identifier)) };
}

function findIdentifier({ config, identifiers = [] }: StoredModel, name: string): number {
  if (config.puzzleEmbNdim === 0) return 0;
  const row = identifiers.indexOf(name);
  if (row < 0) printNotice(`warning: the model was not trained on task ${name}; it answers with the blank embedding`);
  return Math.max(0, row);
}

const toQuestion = ({ input, output }: ArcTest, identifier: number): Question => ({
  inputs: placeOnCanvas(input),
  labels: output && placeOnCanvas(output),
  identifier,
});
