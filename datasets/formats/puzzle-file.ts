/** Reads files of puzzles line by line: tables, plain text, and formats of a kind's own. */
import { createReadStream } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { basename, extname } from 'node:path';
import { message, type Message } from '../../renderer/messages/message';
import { PuzzleTextError } from '../kinds/puzzle-kind';
import { isWholeGrid, PuzzleTextReader, type PuzzleRow } from '../kinds/puzzle-text';
import { hasOwnFormat, readOwnFormat } from '../kinds/registry';
import { FormatError } from './format-error';
import { limitLines, readPuzzleCsv, readSample, type OnBadRow } from './puzzle-csv';
import { findDelimiter, hasColumnNames } from './puzzle-columns';

/** Extensions of tables. */
export const tableExtensions = ['.csv', '.tsv', '.tab'];

export type FileFormat = 'table' | 'text' | 'own';

/** Descriptions of the formats, for reports. */
export const formatNames: Readonly<Record<FileFormat, Message>> = {
  table: message('formats.dataset.csvForm'),
  text: message('formats.dataset.textForm'),
  own: message('formats.dataset.textForm'),
};

/** How a file of puzzles is read; null for a file that is not text. @throws FormatError for what is not a file */
export async function findFormat(path: string): Promise<FileFormat | null> {
  const sample = await readSample(path);
  if (sample.includes('\0') && !isTableName(path)) return null;
  if (hasOwnFormat(sample)) return 'own';
  return isTable(path, sample) ? 'table' : 'text';
}

const isTableName = (path: string) => tableExtensions.includes(extname(path).toLowerCase());

/** A table has a column of whole puzzles: a text can have a row of a grid in each line, with commas between its cells. */
function isTable(path: string, sample: string): boolean {
  const delimiter = findDelimiter(sample);
  const lines = sample.split(/\r\n?|\n/u).filter((line) => line.trim() !== '');
  const first = (lines[0] ?? '').replace(/^\ufeff/u, '').split(delimiter);
  if (hasColumnNames(first)) return first.length > 1 || isTableName(path);
  const hasPuzzles = lines.some((line) => line.split(delimiter).some(isWholeGrid));
  if (isTableName(path)) return hasPuzzles || !lines.some((line) => /^[\d.,;\t |]+$/u.test(line));
  return first.length > 1 && delimiter !== '|' && hasPuzzles;
}

/** The puzzles of a file in order. @param onBadRow throws by default @throws FormatError naming file and line */
export function readPuzzleFile(path: string, format: FileFormat, onBadRow?: OnBadRow): AsyncGenerator<PuzzleRow> {
  if (format === 'table') return readPuzzleCsv(path, onBadRow);
  return format === 'text' ? readText(path) : readOwn(path);
}

async function* readText(path: string): AsyncGenerator<PuzzleRow> {
  const reader = new PuzzleTextReader(await readSample(path));
  for await (const line of readLines(path)) yield* reader.add(line);
  yield* reader.finish();
}

async function* readLines(path: string): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of limitLines(createReadStream(path), basename(path))) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split(/\r?\n/u);
    rest = lines.pop() ?? '';
    yield* lines;
  }
  // A file of old Macs has no line feeds.
  yield* rest.split('\r');
}

/** More than any file of a single puzzle has. */
const MAX_OWN_BYTES = 1 << 20;

async function* readOwn(path: string): AsyncGenerator<PuzzleRow> {
  const [file, { size }] = [basename(path), await stat(path)];
  if (size > MAX_OWN_BYTES)
    throw new FormatError(file, message('formats.maxBytes', { max: MAX_OWN_BYTES }), String(size));
  try {
    yield* readOwnFormat(await readFile(path, 'utf8')) ?? [];
  } catch (reason) {
    if (!(reason instanceof PuzzleTextError)) throw reason;
    throw new FormatError(
      file,
      message('formats.dataset.puzzles'),
      message('formats.dataset.unreadable', { reason: reason.text }),
    );
  }
}
