/**
 * Finds and reads files of ARC tasks: one file, or all in a folder and the folders in it. Folders and competition files named
 * after a test set (`evaluation/`, `arc-agi_test_challenges.json`) hold tasks out.
 */
import { stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { message } from '../../renderer/messages/message';
import {
  hasTasks,
  MAX_TASK_FILE_CHARACTERS,
  parseTaskFile,
  readTaskContent,
  type NamedText,
  type TooLargeTask,
} from '../kinds/arc/read-tasks';
import { isInTestFolder, listFiles } from './folder-files';
import { belongsTo } from './folder-links';
import { FormatError } from './format-error';
import { containsPuzzleFiles, containsTables } from './puzzle-folder';
import { hasJsonPuzzles } from './puzzle-json-file';
import { createTaskSet, type ArcTaskSet, type TaskFile } from './arc-task-set';
import { readTextFile } from './text-file';

/** Whether a path contains task files: a `.json` file without other puzzles, or a folder with some that is not a dataset of another form. */
export async function containsTasks(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => null);
  if (found?.isFile()) return isJson(path) && !(await hasJsonPuzzles({ path, name: basename(path) }));
  if (!found?.isDirectory() || (await isOtherDataset(path))) return false;
  let hasJson = false;
  for await (const file of listJsonFiles(path)) {
    if (await isTaskFile(join(path, file), file)) return true;
    hasJson = true;
  }
  return hasJson && !(await containsPuzzleFiles(path));
}

/** False also for a file that is no JSON, which the reading names. */
async function isTaskFile(path: string, file: string): Promise<boolean> {
  try {
    return hasTasks(parseTaskFile({ file, text: await readJson(path, file) }));
  } catch (reason) {
    if (reason instanceof FormatError) return false;
    throw reason;
  }
}

const otherDatasets = ['identifiers.json', 'train/dataset.json', 'test/dataset.json'];

async function isOtherDataset(folder: string): Promise<boolean> {
  const found = await Promise.all(otherDatasets.map((file) => stat(join(folder, file)).catch(() => null)));
  return found.some((file) => file !== null) || containsTables(folder);
}

/**
 * The tasks of a file, or of every file of a folder. Solutions of a file `…challenges.json` are read from the file next to it.
 * Tasks that are too large for the canvas, and other JSON files of a folder, are left out and listed.
 * @throws FormatError for an invalid task, or where there is no task
 */
export async function readTaskFiles(path: string): Promise<ArcTaskSet> {
  if ((await stat(path)).isFile()) return createTaskSet([await readTaskFile(path, basename(path))]);
  const files: TaskFile[] = [];
  for await (const file of listJsonFiles(path))
    if (!/solutions\.json$/iu.test(file)) files.push(await readFolderFile(path, file));
  if (files.every(({ tasks, tooLarge }) => tasks.length === 0 && tooLarge.length === 0))
    throw new FormatError(basename(path), message('formats.task.tasks'), message('formats.none'));
  return createTaskSet(files);
}

/** @throws FormatError also for a file of another form, since the user named it */
async function readTaskFile(path: string, file: string): Promise<TaskFile> {
  const content = parseTaskFile({ file, text: await readJson(path, file) });
  return { file, isTest: false, isOther: false, ...(await readContent(content, path, file)) };
}

async function readFolderFile(folder: string, file: string): Promise<TaskFile> {
  const path = join(folder, file);
  const content = parseTaskFile({ file, text: await readJson(path, file) });
  if (!hasTasks(content)) return { file, isTest: false, isOther: true, tasks: [], tooLarge: [] };
  return { file, isTest: isTestFile(file), isOther: false, ...(await readContent(content, path, file)) };
}

async function readContent(content: object, path: string, file: string): Promise<Pick<TaskFile, 'tasks' | 'tooLarge'>> {
  const solutions = await readSolutions(path, file);
  const tooLarge: TooLargeTask[] = [];
  const onTooLarge = (task: TooLargeTask) => void tooLarge.push(task);
  return { tasks: readTaskContent(content, file, { ...(solutions && { solutions }), onTooLarge }), tooLarge };
}

/** By the names of its folders, or of a file of a competition. */
function isTestFile(file: string): boolean {
  return isInTestFolder(file) || /(?:^|[_-])(?:evaluation|test)_challenges\.json$/iu.test(file);
}

async function readSolutions(path: string, file: string): Promise<NamedText | null> {
  const solutions = path.replace(/challenges\.json$/iu, 'solutions.json');
  if (solutions === path || !(await belongsTo(dirname(path), solutions))) return null;
  const name = file.replace(/challenges\.json$/iu, 'solutions.json');
  return { file: name, text: await readJson(solutions, name) };
}

const readJson = (path: string, name: string): Promise<string> =>
  readTextFile({ path, name }, MAX_TASK_FILE_CHARACTERS);

const isJson = (name: string): boolean => name.toLowerCase().endsWith('.json');

/** Paths of the `.json` files of a folder. */
async function* listJsonFiles(root: string): AsyncGenerator<string> {
  for await (const path of listFiles(root)) if (isJson(path)) yield path;
}
