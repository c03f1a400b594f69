/** Reads files of puzzles as JSON: one value, or a value in each line. */
import { stat } from 'node:fs/promises';
import { extname } from 'node:path';
import { message } from '../../renderer/messages/message';
import { hasTasks, MAX_TASK_FILE_CHARACTERS } from '../kinds/arc/read-tasks';
import { listJsonPuzzles } from '../kinds/puzzle-json';
import type { PuzzleRow } from '../kinds/puzzle-text';
import { jsonExtensions, jsonLineExtensions } from '../puzzle-extensions';
import { parseBoundedJson } from './bounded-json';
import { FormatError } from './format-error';
import type { OnBadRow } from './puzzle-csv';
import { readLines, readSample, readTextFile, type NamedFile } from './text-file';

export const isJsonName = (path: string): boolean => jsonExtensions.includes(extname(path).toLowerCase());

/** Whether a text begins as JSON does; a text of puzzles can have section names in brackets. */
export const looksLikeJson = (sample: string): boolean => /^\ufeff?\s*(?:\[\s*[[{"]|\{\s*")/u.test(sample);

/** Whether a JSON file contains puzzles, and not ARC tasks or something else. @throws FormatError for what is not a file */
export async function hasJsonPuzzles(file: NamedFile): Promise<boolean> {
  const [line = ''] = (await readSample(file.path)).trimStart().split(/\r?\n/u, 1);
  if (isPuzzles(tryParse(line, file.name))) return true;
  if ((await stat(file.path)).size > MAX_TASK_FILE_CHARACTERS) return false;
  return isPuzzles(tryParse(await readTextFile(file, MAX_TASK_FILE_CHARACTERS), file.name));
}

const isPuzzles = (content: unknown): boolean =>
  typeof content === 'object' && content !== null && !hasTasks(content) && listJsonPuzzles(content) !== null;

/** Null for text that is not JSON. */
function tryParse(text: string, name: string): unknown {
  try {
    return parseBoundedJson(text, name);
  } catch (reason) {
    if (reason instanceof FormatError) return null;
    throw reason;
  }
}

/** The puzzles of a file; those of lines are read one by one. @throws FormatError for text that is not JSON, too large, or without puzzles */
export async function* readJsonFile(file: NamedFile, onBadRow?: OnBadRow): AsyncGenerator<PuzzleRow> {
  if (await hasValueInEachLine(file)) return yield* readJsonLines(file, onBadRow);
  const text = await readTextFile(file, MAX_TASK_FILE_CHARACTERS);
  yield* requirePuzzles(parseBoundedJson(text, file.name), file.name);
}

/** By its extension, or its first line: whole, and followed by another value. */
async function hasValueInEachLine({ path, name }: NamedFile): Promise<boolean> {
  if (jsonLineExtensions.includes(extname(path).toLowerCase())) return true;
  const [first = '', second = ''] = (await readSample(path)).trim().split(/\r?\n/u, 2);
  return /^\s*[[{"]/u.test(second) && tryParse(first, name) !== null;
}

async function* readJsonLines(file: NamedFile, onBadRow?: OnBadRow): AsyncGenerator<PuzzleRow> {
  let number = 0;
  for await (const text of readLines(file)) {
    number++;
    if (text.trim() !== '') yield* readJsonLine(text, { name: file.name, line: number }, onBadRow);
  }
}

/** One puzzle, or none where the line is bad. */
function readJsonLine(
  text: string,
  { name: file, line }: { readonly name: string; readonly line: number },
  onBadRow?: OnBadRow,
): PuzzleRow[] {
  const where = message('formats.place.line', { file, line });
  try {
    const rows = listJsonPuzzles(parseBoundedJson(text, where));
    if (rows?.length !== 1)
      throw new FormatError(where, message('formats.dataset.onePuzzle'), text.trim().slice(0, 80));
    return [{ ...rows[0]!, line, counts: 'lines' }];
  } catch (reason) {
    if (!onBadRow || !(reason instanceof FormatError)) throw reason;
    onBadRow(reason);
    return [];
  }
}

function requirePuzzles(content: unknown, file: string): PuzzleRow[] {
  const rows = listJsonPuzzles(content);
  if (rows) return rows;
  throw new FormatError(file, message('formats.dataset.jsonPuzzles'), message('formats.dataset.other'));
}
