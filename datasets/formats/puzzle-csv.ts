/**
 * Puzzles as CSV in the form of Sudoku-Extreme and Maze-Hard: a line of names, then `source,question,answer,rating`.
 * Only `question` and `answer` are needed, in any order. csv-parse and csv-stringify do the CSV itself.
 */
import { createReadStream } from 'node:fs';
import { basename } from 'node:path';
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

/** Maximum characters of a record, far more than any puzzle has. */
const MAX_CHARACTERS = 1 << 20;

/**
 * The puzzles line by line; a large file is never in memory as a whole.
 * @throws FormatError naming file and line
 */
export async function* readPuzzleCsv(path: string): AsyncGenerator<CsvPuzzle> {
  const file = basename(path);
  const records = createReadStream(path).pipe(
    parse({
      bom: true,
      info: true,
      relax_column_count: true,
      skip_empty_lines: true,
      max_record_size: MAX_CHARACTERS,
    }),
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
