/** Reads files of puzzles: tables, plain text, JSON, and formats of a kind's own. */
import { extname } from 'node:path';
import { message, type Message, type Text } from '../../renderer/messages/message';
import { isWholeGrid, PuzzleTextReader, type PuzzleRow } from '../kinds/puzzle-text';
import { hasOwnFormat, readOwnFormat } from '../kinds/registry';
import { tableExtensions } from '../puzzle-extensions';
import { readPuzzleCsv, type OnBadRow } from './puzzle-csv';
import { findDelimiter, hasColumnNames, splitSample } from './puzzle-columns';
import { isJsonName, looksLikeJson, readJsonFile } from './puzzle-json-file';
import { readLines, readSample, readTextFile, type NamedFile } from './text-file';

export type FileFormat = 'table' | 'text' | 'json' | 'own';

/** Descriptions of the formats, for reports. */
export const formatNames: Readonly<Record<FileFormat, Message>> = {
  table: message('formats.dataset.csvForm'),
  text: message('formats.dataset.textForm'),
  json: message('formats.dataset.jsonForm'),
  own: message('formats.dataset.textForm'),
};

/** How a file of puzzles is read; null for a file that is not text. @throws FormatError for what is not a file */
export async function findFormat(path: string): Promise<FileFormat | null> {
  const sample = await readSample(path);
  if (sample.includes('\0') && !isTableName(path)) return null;
  if (isJsonName(path) || looksLikeJson(sample)) return 'json';
  if (hasOwnFormat(sample)) return 'own';
  return isTable(path, sample) ? 'table' : 'text';
}

const isTableName = (path: string) => tableExtensions.includes(extname(path).toLowerCase());

/** A table has a column of whole puzzles: a text can have a row of a grid in each line, with commas between its cells. */
function isTable(path: string, sample: string): boolean {
  const delimiter = findDelimiter(sample);
  const records = splitSample(sample);
  const [first = []] = records;
  if (hasColumnNames(first)) return first.length > 1 || isTableName(path);
  const hasPuzzles = records.some((fields) => fields.some(isWholeGrid));
  if (isTableName(path)) return hasPuzzles || !records.some((fields) => /^[\d. |]+$/u.test(fields.join('')));
  return first.length > 1 && delimiter !== '|' && hasPuzzles;
}

/** A puzzle and the file that it is from. */
export interface FileRow extends PuzzleRow {
  readonly file: string;
}

/** Where a row is, for errors. */
export const rowPlace = ({ file, line, counts }: FileRow): Text =>
  counts === 'puzzles'
    ? message('formats.place.puzzle', { file, number: line })
    : message('formats.place.line', { file, line });

/** The puzzles of files in order. @param onBadRow throws by default @throws FormatError naming file and line */
export async function* readPuzzleFiles(files: readonly NamedFile[], onBadRow?: OnBadRow): AsyncGenerator<FileRow> {
  for (const file of files) {
    const format = (await findFormat(file.path)) ?? 'table';
    for await (const row of readers[format](file, onBadRow)) yield Object.assign(row, { file: file.name });
  }
}

const readers: Readonly<Record<FileFormat, (file: NamedFile, onBadRow?: OnBadRow) => AsyncGenerator<PuzzleRow>>> = {
  table: readPuzzleCsv,
  text: readText,
  json: readJsonFile,
  own: readOwn,
};

async function* readText(file: NamedFile): AsyncGenerator<PuzzleRow> {
  const reader = new PuzzleTextReader(await readSample(file.path));
  for await (const line of readLines(file)) yield* reader.add(line);
  yield* reader.finish();
}

/** More than any file of a kind's own format has. */
const MAX_OWN_BYTES = 1 << 20;

async function* readOwn(file: NamedFile): AsyncGenerator<PuzzleRow> {
  yield* readOwnFormat(await readTextFile(file, MAX_OWN_BYTES)) ?? [];
}
