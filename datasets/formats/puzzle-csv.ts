/**
 * Puzzles as CSV in the form of Sudoku-Extreme and Maze-Hard: a line of names, then `source,question,answer,rating`.
 * Only `question` and `answer` are needed, in any order. csv-parse and csv-stringify do the CSV itself.
 */
import { createReadStream } from 'node:fs';
import { lstat } from 'node:fs/promises';
import { basename } from 'node:path';
import { pipeline } from 'node:stream';
import { CsvError, parse } from 'csv-parse';
import { stringify } from 'csv-stringify/sync';
import { message } from '../../renderer/messages/message';
import { FormatError } from './format-error';

export interface CsvPuzzle {
  /** Line of the file, from 1. */
  readonly line: number;
  readonly source: string;
  readonly question: string;
  readonly answer: string;
  readonly rating: string;
}

const names = ['source', 'question', 'answer', 'rating'] as const;

/** Maximum bytes of a line, and maximum characters of a record, far more than any puzzle has. The parser does not count the commas. */
const MAX_LINE = 1 << 20;

/**
 * The puzzles line by line; a large file is never in memory as a whole.
 * @throws FormatError naming file and line
 */
export async function* readPuzzleCsv(path: string): AsyncGenerator<CsvPuzzle> {
  const file = basename(path);
  if (!(await lstat(path)).isFile()) throw new FormatError(file, message('formats.file'), message('formats.notFile'));
  const parser = parse({
    bom: true,
    info: true,
    relax_column_count: true,
    skip_empty_lines: true,
    max_record_size: MAX_LINE,
  });
  // Errors of the file and of `limitLines` end the parser, and are thrown by the loop below.
  const records = pipeline(
    createReadStream(path),
    (chunks) => limitLines(chunks, file),
    parser,
    () => undefined,
  );
  let columns: Record<string, number> | null = null;
  try {
    for await (const { record, info } of records as AsyncIterable<{ record: string[]; info: { lines: number } }>) {
      if (columns) yield toPuzzle(record, columns, file, info.lines);
      else columns = findColumns(record, file);
    }
  } catch (reason) {
    throw reason instanceof CsvError
      ? new FormatError(file, message('formats.csv.values'), reason.message.replace(/\s+/gu, ' '))
      : reason;
  }
  if (!columns) throw new FormatError(file, message('formats.csv.header'), message('formats.emptyFile'));
}

/** Passes chunks on. @throws FormatError at a line that is too long */
async function* limitLines(chunks: AsyncIterable<Buffer>, file: string): AsyncGenerator<Buffer> {
  /** Bytes since the last line feed. */
  let open = 0;
  for await (const chunk of chunks) {
    let from = 0;
    for (let end = chunk.indexOf(LINE_FEED); end >= 0; end = chunk.indexOf(LINE_FEED, from)) {
      requireLine(open + end - from, file);
      from = end + 1;
      open = 0;
    }
    open += chunk.length - from;
    requireLine(open, file);
    yield chunk;
  }
}

const LINE_FEED = 10;

function requireLine(bytes: number, file: string): void {
  if (bytes > MAX_LINE)
    throw new FormatError(file, message('formats.csv.maxLine', { max: MAX_LINE }), message('formats.csv.longerLine'));
}

function findColumns(record: readonly string[], file: string): Record<string, number> {
  const columns = Object.fromEntries(
    names.map((name) => [name, record.map((title) => title.trim().toLowerCase()).indexOf(name)]),
  );
  if (columns['question']! >= 0 && columns['answer']! >= 0) return { ...columns, count: record.length };
  throw new FormatError(
    message('formats.place.line', { file, line: 1 }),
    message('formats.csv.columns'),
    JSON.stringify(record.join(',').slice(0, 80)),
  );
}

function toPuzzle(record: readonly string[], columns: Record<string, number>, file: string, line: number): CsvPuzzle {
  const { count = 0 } = columns;
  if (record.length !== count)
    throw new FormatError(
      message('formats.place.line', { file, line }),
      message('formats.csv.valueCount', { count }),
      String(record.length),
    );
  const [source, question, answer, rating] = names.map((name) => record[columns[name]!] ?? '');
  if (question!.includes('\0') || answer!.includes('\0'))
    throw new FormatError(
      message('formats.place.line', { file, line }),
      message('formats.csv.text'),
      message('formats.csv.zeroByte'),
    );
  return { line, source: source!, question: question!, answer: answer!, rating: rating! };
}

/** The lines of a file that `readPuzzleCsv` reads. */
export async function* formatPuzzleCsv(
  puzzles: Iterable<Omit<CsvPuzzle, 'line'>> | AsyncIterable<Omit<CsvPuzzle, 'line'>>,
): AsyncGenerator<string> {
  yield stringify([names]);
  for await (const puzzle of puzzles) yield stringify([names.map((name) => puzzle[name])]);
}
