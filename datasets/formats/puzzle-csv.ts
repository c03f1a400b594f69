/**
 * Puzzles as a table: a line for each, separated by commas, semicolons, tabs or `|`, with or without column names.
 * Written in the form of Sudoku-Extreme and Maze-Hard: a line of names, then `source,question,answer,rating`.
 * csv-parse and csv-stringify do the CSV itself.
 */
import { pipeline } from 'node:stream';
import { CsvError, parse } from 'csv-parse';
import { stringify } from 'csv-stringify/sync';
import { message } from '../../renderer/messages/message';
import type { PuzzleRow } from '../kinds/puzzle-text';
import { FormatError } from './format-error';
import { findColumns, findDelimiter, SAMPLE_RECORDS, type PuzzleColumns } from './puzzle-columns';
import { MAX_LINE, readLines, readSample, type NamedFile } from './text-file';

export interface CsvPuzzle extends PuzzleRow {
  readonly source: string;
}

const names = ['source', 'question', 'answer', 'rating'] as const;

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
export async function* readPuzzleCsv(table: NamedFile, onBadRow: OnBadRow = refuse): AsyncGenerator<CsvPuzzle> {
  const file = table.name;
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
  for await (const record of readRecords(table)) {
    if (columns) yield* read([record]);
    else if (sample.push(record) === SAMPLE_RECORDS) yield* read(sample);
  }
  if (sample.length === 0) throw new FormatError(file, message('formats.csv.header'), message('formats.emptyFile'));
  if (!columns) yield* read(sample);
}

/** The records of lines without quotes are split here, in a fifth of the time; the first quote leaves the rest to the parser. @throws FormatError */
async function* readRecords(file: NamedFile): AsyncGenerator<CsvRecord> {
  const delimiter = findDelimiter(await readSample(file.path));
  const lines = readLines(file);
  let count = 0;
  for await (const line of lines) {
    count++;
    const text = count === 1 ? line.replace(/^\ufeff/u, '') : line;
    if (text.includes('"'))
      return yield* parseRecords([text], lines, { file: file.name, delimiter, before: count - 1 });
    if (text !== '') yield { record: text.split(delimiter), info: { lines: count } };
  }
}

/** @throws FormatError */
async function* parseRecords(
  first: readonly string[],
  rest: AsyncIterable<string>,
  { file, delimiter, before }: { readonly file: string; readonly delimiter: string; readonly before: number },
): AsyncGenerator<CsvRecord> {
  const parser = parse({
    info: true,
    delimiter,
    relax_column_count: true,
    skip_empty_lines: true,
    // Characters; the parser does not count the commas.
    max_record_size: MAX_LINE,
  });
  // Errors of the file end the parser, and are thrown by the loop below.
  const records = pipeline(
    async function* () {
      for (const line of first) yield `${line}\n`;
      for await (const line of rest) yield `${line}\n`;
    },
    parser,
    () => undefined,
  );
  try {
    for await (const { record, info } of records as AsyncIterable<CsvRecord>)
      yield { record, info: { lines: info.lines + before } };
  } catch (reason) {
    throw reason instanceof CsvError
      ? new FormatError(file, message('formats.csv.values'), reason.message.replace(/\s+/gu, ' '))
      : reason;
  }
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
