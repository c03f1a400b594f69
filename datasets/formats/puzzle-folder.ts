/** Finds the tables of a folder of downloaded files: `train.csv` and `test.csv`, or a single table. */
import { readdir } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { message } from '../../renderer/messages/message';
import type { SplitName } from '../puzzle-address';
import { belongsTo } from './folder-links';
import { FormatError } from './format-error';
import { findColumns, findDelimiter, SAMPLE_RECORDS } from './puzzle-columns';
import { readSample } from './puzzle-csv';
import { tableExtensions } from './puzzle-file';

export interface FolderTables {
  /** Names by split. */
  readonly files: Readonly<Partial<Record<SplitName, string>>>;
  /** Other files with data, which are not read. */
  readonly ignored: readonly string[];
}

/**
 * The tables of a folder; null for a folder without tables, or in the reference's format.
 * @throws FormatError where a table is a link to outside of the folder
 */
export async function findTables(folder: string): Promise<FolderTables | null> {
  const names = (await readdir(folder)).sort();
  if (names.includes('train') || names.includes('test')) return null;
  const files = assignSplits(tableNames(names));
  if (!files) return null;
  for (const name of Object.values(files))
    if (!(await belongsTo(folder, join(folder, name))))
      throw new FormatError(name, message('formats.plainFile'), message('formats.outsideLink'));
  const isRead = (name: string) => Object.values(files).includes(name);
  return { files, ignored: names.filter((name) => !isRead(name) && isData(name)) };
}

/** Whether a folder contains tables of puzzles: `train.csv`, `test.csv`, or a single table with a column of puzzles. */
export async function containsTables(folder: string): Promise<boolean> {
  const tables = tableNames(await readdir(folder));
  if (hasSplit(tables)) return true;
  return tables.length === 1 && hasPuzzleColumn(await readSample(join(folder, tables[0]!)).catch(() => ''));
}

function hasPuzzleColumn(sample: string): boolean {
  const delimiter = findDelimiter(sample);
  const lines = sample.split(/\r?\n/u).slice(0, SAMPLE_RECORDS);
  return findColumns(lines.map((line) => line.split(delimiter))) !== null;
}

const tableNames = (names: readonly string[]) =>
  names.filter((name) => tableExtensions.includes(extname(name).toLowerCase()));

const hasSplit = (tables: readonly string[]) => tables.some((name) => /^(?:train|test)\.\w+$/iu.test(name));

const isData = (name: string) => [...tableExtensions, '.json', '.jsonl'].includes(extname(name).toLowerCase());

function assignSplits(tables: readonly string[]): FolderTables['files'] | null {
  const find = (split: SplitName) => tables.find((name) => name.toLowerCase().replace(/\.\w+$/u, '') === split);
  const [train, test] = [find('train'), find('test')];
  if (train !== undefined || test !== undefined)
    return { ...(train !== undefined && { train }), ...(test !== undefined && { test }) };
  return tables.length === 1 ? { train: tables[0]! } : null;
}
