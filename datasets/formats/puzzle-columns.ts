/** Finds the columns of puzzles, answers and ratings in a table: by their names, else by their content. */
import { columnNames, plainName } from '../kinds/column-names';
import { isWholeGrid } from '../kinds/puzzle-text';

export interface PuzzleColumns {
  readonly question: number;
  /** -1 where there is none. */
  readonly answer: number;
  /** -1 where there is none. */
  readonly rating: number;
  /** -1 where there is none. */
  readonly source: number;
  /** Number of columns. */
  readonly count: number;
  readonly hasHeader: boolean;
}

/** Records that are examined to find the columns. */
export const SAMPLE_RECORDS = 50;

/** The columns of a table by its first records; null where none holds puzzles. */
export function findColumns(records: readonly (readonly string[])[]): PuzzleColumns | null {
  const [first, ...others] = records;
  if (!first) return null;
  const hasHeader = hasColumnNames(first) || !first.some(isGridField);
  const rows = hasHeader ? others : records;
  const header = hasHeader ? first : [];
  const named = (of: keyof typeof columnNames) =>
    findByName(header, of, of === 'question' || of === 'answer' ? rows : []);
  const grids = [...first.keys()].filter((column) => mostly(rows, column, isGridField));
  const [question, answer] = assignGrids(grids, { question: named('question'), answer: named('answer'), rows });
  if (question < 0) return null;
  const rating = hasHeader ? named('rating') : first.findIndex((_, column) => mostly(rows, column, isDecimal));
  return { question, answer, rating, source: named('source'), count: first.length, hasHeader };
}

/** Whether a line names the columns of puzzles or answers. */
export const hasColumnNames = (fields: readonly string[]): boolean =>
  findByName(fields, 'question') >= 0 || findByName(fields, 'answer') >= 0;

const isGridField = (field: string) => isWholeGrid(field) && !/^\d+\.\d+$/u.test(field.trim());
const isDecimal = (field: string) => /^\s*\d{1,9}\.\d+\s*$/u.test(field);

/** Whether most of the fields of a column that are not empty pass. */
function mostly(rows: readonly (readonly string[])[], column: number, passes: (field: string) => boolean): boolean {
  const fields = rows.map((row) => row[column] ?? '').filter((field) => field.trim() !== '');
  return fields.length > 0 && fields.filter(passes).length > fields.length / 2;
}

/** The column with a name, where several have one that with grids; -1 where there is none. */
function findByName(
  header: readonly string[],
  of: keyof typeof columnNames,
  rows: readonly (readonly string[])[] = [],
): number {
  const plain = header.map(plainName);
  const columns = columnNames[of].map((name) => plain.indexOf(name)).filter((column) => column >= 0);
  return columns.find((column) => mostly(rows, column, isGridField)) ?? columns[0] ?? -1;
}

interface Named {
  readonly question: number;
  readonly answer: number;
  readonly rows: readonly (readonly string[])[];
}

/** Columns of the question and the answer: named ones first, then by content, where the question is the one with blanks. */
function assignGrids(grids: readonly number[], { question, answer, rows }: Named): readonly [number, number] {
  const isGrid = (column: number) => grids.includes(column);
  const others = grids.filter((column) => column !== question && column !== answer);
  // A column named `puzzle` may hold its number.
  const isNamed = question >= 0 && (isGrid(question) || grids.length === 0 || others.length === 0);
  const found = isNamed ? question : (others.find((column) => mostly(rows, column, hasBlanks)) ?? others[0] ?? -1);
  const rest = others.filter((column) => column !== found);
  return [found, answer >= 0 ? answer : (rest.find((column) => isSameLength(rows, found, column)) ?? -1)];
}

const hasBlanks = (field: string) => /[^1-9]/u.test(field);

function isSameLength(rows: readonly (readonly string[])[], one: number, other: number): boolean {
  return rows.some((row) => row[one] !== undefined && row[one].trim().length === row[other]?.trim().length);
}

/** The separator of a table: the most frequent one in its first line. */
export function findDelimiter(sample: string): string {
  const [line = ''] = sample.replace(/^\ufeff/u, '').split(/\r\n?|\n/u, 1);
  const count = (delimiter: string) => line.replace(/"[^"]*"/gu, '').split(delimiter).length;
  return [',', ';', '\t', '|'].reduce((best, each) => (count(each) > count(best) ? each : best));
}

/** The first records of a table, without the rules of quotes. */
export function splitSample(sample: string): string[][] {
  const delimiter = findDelimiter(sample);
  return sample
    .split(/\r\n?|\n/u)
    .filter((line) => line.trim() !== '')
    .slice(0, SAMPLE_RECORDS)
    .map((line) => line.replace(/^\ufeff/u, '').split(delimiter));
}
