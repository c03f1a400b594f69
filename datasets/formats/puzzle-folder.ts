/** Finds the files of puzzles in a folder: `train.csv` and `test.csv`, or all files in it and in the folders in it. */
import { readdir, stat } from 'node:fs/promises';
import { basename, extname, join } from 'node:path';
import { message, type Message } from '../../renderer/messages/message';
import { readPuzzleText } from '../kinds/puzzle-text';
import { canParse, kindFamilies, listKindsOfFile } from '../kinds/registry';
import type { SplitName } from '../puzzle-address';
import { jsonExtensions, TEXT_EXTENSION, tableExtensions } from '../puzzle-extensions';
import { isInTestFolder, listFiles } from './folder-files';
import { belongsTo } from './folder-links';
import { FormatError } from './format-error';
import { findColumns, SAMPLE_RECORDS, splitSample } from './puzzle-columns';
import { findFormat } from './puzzle-file';
import { hasJsonPuzzles } from './puzzle-json-file';
import { readSample } from './text-file';

export interface FolderFiles {
  /** Paths inside the folder by split, with `/` between folders. */
  readonly files: Readonly<Partial<Record<SplitName, readonly string[]>>>;
  /** Other files with data, which are not read. */
  readonly ignored: readonly string[];
  readonly form: Message;
}

/**
 * The files of puzzles of a folder; null for a folder without any, or in the reference's format.
 * @throws FormatError where a table of a split is a link to outside of the folder
 */
export async function findPuzzleFiles(folder: string): Promise<FolderFiles | null> {
  if (await isReference(folder)) return null;
  const names = (await readdir(folder)).sort();
  const tables = findSplitTables(names);
  if (tables) return openTables(folder, names, tables);
  const found: string[] = [];
  const ignored: string[] = [];
  for await (const path of listFiles(folder))
    if (await isPuzzleFile(join(folder, path), path)) found.push(path);
    else if (isData(path)) ignored.push(path);
  const form = message('formats.dataset.filesForm', { count: found.length });
  if (found.length > 0) return { files: assignSplits(found), ignored, form };
  const [table, ...others] = tableNames(names);
  return table !== undefined && others.length === 0 ? openTables(folder, names, { train: table }) : null;
}

async function isReference(folder: string): Promise<boolean> {
  const found = await Promise.all(
    ['train', 'test'].map((split) => stat(join(folder, split, 'dataset.json')).catch(() => null)),
  );
  return found.some((file) => file !== null);
}

async function openTables(
  folder: string,
  names: readonly string[],
  tables: Readonly<Partial<Record<SplitName, string>>>,
): Promise<FolderFiles> {
  for (const name of Object.values(tables))
    if (!(await belongsTo(folder, join(folder, name))))
      throw new FormatError(name, message('formats.plainFile'), message('formats.outsideLink'));
  const isRead = (name: string) => Object.values(tables).includes(name);
  return {
    files: Object.fromEntries(Object.entries(tables).map(([split, name]) => [split, [name]])),
    ignored: names.filter((name) => !isRead(name) && isData(name)),
    form: message('formats.dataset.csvFolderForm'),
  };
}

/** Whether a folder contains tables of puzzles: `train.csv`, `test.csv`, or a single table with a column of puzzles. */
export async function containsTables(folder: string): Promise<boolean> {
  const names = await readdir(folder);
  if (findSplitTables(names)) return true;
  const [table, ...others] = tableNames(names);
  return table !== undefined && others.length === 0 && hasPuzzleColumn(await readBeginning(join(folder, table)));
}

/** Whether a folder, or one in it, contains files of puzzles. */
export async function containsPuzzleFiles(folder: string): Promise<boolean> {
  for await (const path of listFiles(folder)) if (await isPuzzleFile(join(folder, path), path)) return true;
  return false;
}

const tableNames = (names: readonly string[]) =>
  names.filter((name) => tableExtensions.includes(extname(name).toLowerCase()));

/** `train.csv` and `test.csv`, or one of them; null where there is none. */
function findSplitTables(names: readonly string[]): Readonly<Partial<Record<SplitName, string>>> | null {
  const find = (split: SplitName) => tableNames(names).find((name) => stem(name) === split);
  const [train, test] = [find('train'), find('test')];
  if (train === undefined && test === undefined) return null;
  return { ...(train !== undefined && { train }), ...(test !== undefined && { test }) };
}

const stem = (path: string) =>
  basename(path)
    .toLowerCase()
    .replace(/\.\w+$/u, '');

/** Files in a folder for held-out puzzles, or named `test`, are held out. */
function assignSplits(paths: readonly string[]): FolderFiles['files'] {
  const isTest = (path: string) => isInTestFolder(path) || stem(path) === 'test';
  const [train, test] = [paths.filter((path) => !isTest(path)), paths.filter(isTest)];
  return { ...(train.length > 0 && { train }), ...(test.length > 0 && { test }) };
}

const isData = (name: string) =>
  [...tableExtensions, ...jsonExtensions, TEXT_EXTENSION].includes(extname(name).toLowerCase());

const readBeginning = (path: string): Promise<string> => readSample(path).catch(() => '');

/** Whether a file of a folder has puzzles: by its extension where that is of a kind, else by its beginning. */
async function isPuzzleFile(path: string, name: string): Promise<boolean> {
  const extension = extname(name).toLowerCase();
  if (kindFamilies.some(({ extensions = [] }) => extensions.includes(extension))) return true;
  if (jsonExtensions.includes(extension)) return hasJsonPuzzles({ path, name });
  if (!tableExtensions.includes(extension) && extension !== TEXT_EXTENSION) return false;
  const format = await findFormat(path);
  if (format === null || format === 'own') return format !== null;
  const sample = await readBeginning(path);
  return format === 'table' ? hasPuzzleColumn(sample) : hasPuzzleText(sample, extension);
}

function hasPuzzleColumn(sample: string): boolean {
  return findColumns(splitSample(sample)) !== null;
}

/** Whether one of the first rows is a puzzle of some kind, or a grid that may be a bad one. */
function hasPuzzleText(sample: string, extension: string): boolean {
  const kinds = listKindsOfFile(extension);
  return readPuzzleText(sample)
    .slice(0, SAMPLE_RECORDS)
    .some(
      ({ question }) =>
        !/[a-z]{2}/iu.test(question) && (isGrid(question) || kinds.some((kind) => canParse(kind, question))),
    );
}

/** Whether a text has as many lines as cells in a line, one more or one less. */
function isGrid(text: string): boolean {
  const lines = text.split('\n');
  return lines.length > 2 && lines.every((line) => Math.abs(line.length - lines.length) <= 1);
}
