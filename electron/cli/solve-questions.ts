/** What `solve` solves: a puzzle as text, or the tests of a file with one ARC task. */
import { containsTasks, readTaskFiles } from '../../datasets/formats/arc-task-files';
import { placeOnCanvas, unshifted, type ArcGrid } from '../../datasets/kinds/arc/grid';
import { requireTaskFits } from '../../datasets/kinds/arc/task';
import type { PuzzleKind } from '../../datasets/kinds/puzzle-kind';
import { parsePuzzle } from '../../datasets/kinds/registry';
import { requireFit } from '../compute/models/model-fit';
import { UsageError } from './exit';
import { printNotice } from './output';
import { fitToPuzzle } from './resolve-names';
import { findSolvedModel, type SolvedModel } from './solved-model';

export interface Question {
  /** Tokens. */
  readonly inputs: Uint8Array;
  /** The known answer; null where it is not known. */
  readonly labels: Uint8Array | null;
  /** Row of the puzzle embeddings; 0, the blank one, for puzzles that the model was not trained on. */
  readonly identifier: number;
}

export interface SolvePlan {
  readonly model: SolvedModel;
  readonly kind: PuzzleKind;
  /** Name of the task; null for a puzzle as text. */
  readonly task: string | null;
  readonly questions: readonly Question[];
}

/** @throws UsageError, PuzzleTextError, FormatError, ConfigError; MessageError for a grid larger than the canvas; as `findSolvedModel` */
export async function readQuestions(name: Parameters<typeof findSolvedModel>[0], puzzle: string): Promise<SolvePlan> {
  const found = await findSolvedModel(name);
  if (/\.json$/iu.test(puzzle) && (await containsTasks(puzzle))) return readTask(found, puzzle);
  const { model, kind } = fitToPuzzle(found, puzzle);
  return {
    model,
    kind,
    task: null,
    questions: [{ inputs: parsePuzzle(kind, puzzle), labels: null, identifier: 0 }],
  };
}

async function readTask({ model, kind }: Pick<SolvePlan, 'model' | 'kind'>, path: string): Promise<SolvePlan> {
  if (kind.augmentation !== 'copies')
    throw new UsageError(`${path} is a file of ARC tasks, but the model was trained on another puzzle type`);
  const { tasks } = await readTaskFiles(path);
  const [task] = tasks;
  if (!task || tasks.length > 1)
    throw new UsageError(`${path} contains ${tasks.length} tasks; solve takes a file with one, evaluate takes many`);
  requireFit({ model, kind, dataset: path });
  requireTaskFits(task, kind.rows);
  const identifier = findIdentifier(model, task.name);
  const place = (grid: ArcGrid) => placeOnCanvas(grid, unshifted, kind.rows);
  const questions = task.test.map(({ input, output }) => ({
    inputs: place(input),
    labels: output && place(output),
    identifier,
  }));
  return { model, kind, task: task.name, questions };
}

function findIdentifier({ config, identifiers }: SolvedModel, name: string): number {
  if (config.puzzleEmbNdim === 0) return 0;
  const row = identifiers?.indexOf(name) ?? -1;
  const reason = identifiers ? `was not trained on task ${name}` : 'does not record the names of its puzzles';
  if (row < 0) printNotice(`warning: the model ${reason}; it answers with the blank embedding`);
  return Math.max(0, row);
}
