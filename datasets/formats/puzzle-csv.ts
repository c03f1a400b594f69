/**
 * Puzzles as a table: a line for each, separated by commas, semicolons, tabs or `|`, with or without column names.
 * Written in the form of Sudoku-Extreme and Maze-Hard: a line of names, then `source,question,answer,rating`.
 * csv-parse and csv-stringify do the CSV itself.
 */
import { createReadStream } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { pipeline } from 'node:stream';
import { CsvError, parse } from 'csv-parse';
import { stringify } from 'csv-stringify/sync';
import { message } from '../../renderer/messages/message';
import { SAMPLE_CHARACTERS, type PuzzleRow } from '../kinds/puzzle-text';
import { FormatError } from './format-error';
import { findColumns, findDelimiter, SAMPLE_RECORDS, type PuzzleColumns } from './puzzle-columns';

export interface CsvPuzzle extends PuzzleRow {
  readonly source: string;
}

const names = ['source', 'question', 'answer', 'rating'] as const;

/** Maximum bytes of a line, and maximum characters of a record, far more than any puzzle has. The parser does not count the commas. */
const MAX_LINE = 1 << 20;

/** Called with a row that cannot be read; the next row follows. */
export type OnBadRow = (error: FormatError) => void;

const refuse: OnBadRow = (error) => {
  throw error;
};

interface CsvRecord {
  readonly record: string[];
  readonly info: { readonly lines: number };
}

/**
 * The puzzles of a table line by line; a large file is never in memory as a whole.
 * @param onBadRow throws by default
 * @throws FormatError naming file and line
 */
export async function* readPuzzleCsv(path: string, onBadRow: OnBadRow = refuse): AsyncGenerator<CsvPuzzle> {
  const file = basename(path);
  let columns: PuzzleColumns | null = null;
  const sample: CsvRecord[] = [];
  const read = function* (records: readonly CsvRecord[]) {
    const isFirst = columns === null;
    columns ??= requireColumns(records, file);
    for (const { record, info } of isFirst && columns.hasHeader ? records.slice(1) : records) {
      const puzzle = toPuzzle(record, columns, { file, line: info.lines }, onBadRow);
      if (puzzle) yield puzzle;
    }
  };
  for await (const record of readRecords(path)) {
    if (columns) yield* read([record]);
    else if (sample.push(record) === SAMPLE_RECORDS) yield* read(sample);
  }
  if (sample.length === 0) throw new FormatError(file, message('formats.csv.header'), message('formats.emptyFile'));
  if (!columns) yield* read(sample);
}

/** @throws FormatError */
async function* readRecords(path: string): AsyncGenerator<CsvRecord> {
  const file = basename(path);
  const parser = parse({
    bom: true,
    info: true,
    delimiter: findDelimiter(await readSample(path)),
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
  try {
    yield* records as AsyncIterable<CsvRecord>;
  } catch (reason) {
    throw reason instanceof CsvError
      ? new FormatError(file, message('formats.csv.values'), reason.message.replace(/\s+/gu, ' '))
      : reason;
  }
}

/** The beginning of a file as text. @throws FormatError for what is not a file */
export async function readSample(path: string): Promise<string> {
  const file = basename(path);
  if (!(await stat(path)).isFile()) throw new FormatError(file, message('formats.file'), message('formats.notFile'));
  const handle = await open(path, 'r');
  try {
    const { buffer, bytesRead } = await handle.read(new Uint8Array(SAMPLE_CHARACTERS), 0, SAMPLE_CHARACTERS, 0);
    return new TextDecoder().decode(buffer.subarray(0, bytesRead));
  } finally {
    await handle.close();
  }
}

/** Passes chunks on. @throws FormatError at a line that is too long */
export async function* limitLines(chunks: AsyncIterable<Buffer>, file: string): AsyncGenerator<Buffer> {
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

function requireColumns(records: readonly CsvRecord[], file: string): PuzzleColumns {
  const columns = findColumns(records.map(({ record }) => record));
  if (columns) return columns;
  throw new FormatError(
    message('formats.place.line', { file, line: records[0]!.info.lines }),
    message('formats.csv.columns'),
    JSON.stringify(records[0]!.record.join(',').slice(0, 80)),
  );
}

/** Null for a row that cannot be read. */
function toPuzzle(
  record: readonly string[],
  { question, answer, rating, source, count }: PuzzleColumns,
  { file, line }: { readonly file: string; readonly line: number },
  onBadRow: OnBadRow,
): CsvPuzzle | null {
  const place = message('formats.place.line', { file, line });
  const value = (column: number) => record[column] ?? '';
  const puzzle = {
    line,
    source: value(source),
    question: value(question),
    answer: value(answer),
    rating: value(rating),
  };
  if (record.length !== count)
    onBadRow(new FormatError(place, message('formats.csv.valueCount', { count }), String(record.length)));
  else if (puzzle.question.includes('\0') || puzzle.answer.includes('\0'))
    onBadRow(new FormatError(place, message('formats.csv.text'), message('formats.csv.zeroByte')));
  else return puzzle;
  return null;
}

/** The lines of a file that `readPuzzleCsv` reads. */
export async function* formatPuzzleCsv(
  puzzles: Iterable<Omit<CsvPuzzle, 'line'>> | AsyncIterable<Omit<CsvPuzzle, 'line'>>,
): AsyncGenerator<string> {
  yield stringify([names]);
  for await (const puzzle of puzzles) yield stringify([names.map((name) => puzzle[name])]);
}
