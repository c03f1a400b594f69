/**
 * Reads tasks of ARC from JSON. A file contains one task (`train` and `test`, lists of `input` and `output`, or a bare list of
 * such pairs, as RE-ARC writes them), or many by name, as competitions publish them (`*_challenges.json`), with the
 * outputs of the tests in a file of their own (`*_solutions.json`).
 */
import { z } from 'zod';
import { message, type Text } from '../../../renderer/messages/message';
import { parseBoundedJson } from '../../formats/bounded-json';
import { FormatError, numberText } from '../../formats/format-error';
import type { ArcGrid, ArcPair } from './grid';
import { describeValue, GridTooLargeError, isUnknownOutput, readGrid } from './read-grid';
import { isTaskName, type ArcTask, type ArcTest } from './task';

/** A file as text, with its name in errors. */
export interface NamedText {
  readonly file: string;
  readonly text: string;
}

/** Maximum characters of a file; the published files have 4 million. */
export const MAX_TASK_FILE_CHARACTERS = 64 << 20;
const MAX_TASKS = 100_000;
const MAX_PAIRS = 100_000;

// The schema ends at the lists: grids are checked by hand, for errors with row and column.
const pairs = z.array(z.unknown()).min(1).max(MAX_PAIRS);
const taskSchema = z.object({ train: pairs, test: pairs });
const pairSchema = z.object({ input: z.unknown().optional(), output: z.unknown().optional() });

interface ReadOptions {
  /** Outputs of the tests. */
  readonly solutions?: NamedText;
  /** Called for each task whose grids are too large, which is left out then; by default the error is thrown. */
  readonly onTooLarge?: (task: TooLargeTask) => void;
}

export interface TooLargeTask {
  readonly name: string;
  readonly error: GridTooLargeError;
}

/**
 * The tasks of a file of any form; a single task is named as its file.
 * @throws FormatError naming file, task, pair, grid, row and column, what was expected and what was found
 */
export function readTasks(source: NamedText, options: ReadOptions = {}): ArcTask[] {
  return readTaskContent(parseTaskFile(source), source.file, options);
}

/** As `readTasks`, for the parsed content of a file. @throws FormatError */
export function readTaskContent(content: object, file: string, { solutions, onTooLarge }: ReadOptions = {}): ArcTask[] {
  const tasks = listTasks(content, file).flatMap(({ task, name, where }) => {
    try {
      return [readTask(task, name, where)];
    } catch (error) {
      if (!onTooLarge || !(error instanceof GridTooLargeError)) throw error;
      onTooLarge({ name, error });
      return [];
    }
  });
  return solutions ? addSolutions(tasks, solutions) : tasks;
}

/** Parses a file of tasks. @throws FormatError for text that is not JSON, too long, or neither an object nor a list */
export function parseTaskFile({ file, text }: NamedText): object {
  if (text.length > MAX_TASK_FILE_CHARACTERS)
    throw new FormatError(
      file,
      message('formats.maxCharacters', { max: MAX_TASK_FILE_CHARACTERS }),
      numberText(text.length),
    );
  const content = parseBoundedJson(text, file);
  if (typeof content !== 'object' || content === null)
    throw new FormatError(file, message('formats.task.tasks'), describeValue(content));
  return content;
}

/** Whether parsed JSON has the form of tasks; other files lie beside tasks, such as a sample submission. */
export function hasTasks(content: object): boolean {
  return isSingle(content) || (!Array.isArray(content) && Object.values(content).some((value) => isSingle(value)));
}

/** Whether it is one task and not tasks by name, one of which may be named `train`. */
function isSingle(content: unknown): boolean {
  if (typeof content !== 'object' || content === null) return false;
  if (isPairList(content)) return true;
  return ['train', 'test'].some((part) => Object.hasOwn(content, part) && Array.isArray(Reflect.get(content, part)));
}

function isPairList(content: unknown): content is unknown[] {
  const [first] = Array.isArray(content) ? (content as unknown[]) : [];
  return typeof first === 'object' && first !== null && Object.hasOwn(first, 'input');
}

interface NamedContent {
  readonly task: unknown;
  readonly name: string;
  readonly where: Text;
}

function listTasks(content: object, file: string): NamedContent[] {
  if (isSingle(content)) return [{ task: content, name: taskNameOfFile(file), where: file }];
  if (Array.isArray(content)) throw new FormatError(file, message('formats.task.tasks'), describeValue(content));
  return readMap(content, file).map(([name, task]) => ({
    task,
    name,
    where: message('formats.place.task', { file, task: name }),
  }));
}

function taskNameOfFile(file: string): string {
  const name = file.replace(/^.*[/\\]/su, '').replace(/\.json$/iu, '');
  return requireName(name, file);
}

function readMap(content: object, file: string): [string, unknown][] {
  const entries = Object.entries(content);
  if (entries.length < 1 || entries.length > MAX_TASKS)
    throw new FormatError(file, message('formats.task.count', { max: MAX_TASKS }), numberText(entries.length));
  entries.forEach(([name]) => requireName(name, file));
  return entries;
}

function requireName(name: string, file: string): string {
  if (isTaskName(name)) return name;
  throw new FormatError(
    file,
    message('formats.task.name'),
    message('formats.task.badName', { name: name.slice(0, 40) }),
  );
}

function readTask(content: unknown, name: string, where: Text): ArcTask {
  const { train, test } = structure(taskSchema, isPairList(content) ? splitPairs(content) : content, where);
  return {
    name,
    train: train.map((pair, i) => readExample(pair, message('formats.place.trainPair', { where, number: i + 1 }))),
    test: test.map((pair, i) => readTest(pair, testPlace(where, i))),
  };
}

/** Share of a bare list of pairs that are tests, its last ones. */
const TEST_SHARE = 0.1;

function splitPairs(list: readonly unknown[]): { train: unknown[]; test: unknown[] } {
  const tests = Math.max(1, Math.round(list.length * TEST_SHARE));
  return { train: list.slice(0, -tests), test: list.slice(-tests) };
}

const testPlace = (where: Text, index: number): Text => message('formats.place.testPair', { where, number: index + 1 });
const inputPlace = (where: Text): Text => message('formats.place.input', { where });
const outputPlace = (where: Text): Text => message('formats.place.output', { where });

function readExample(content: unknown, where: Text): ArcPair {
  const { input, output } = structure(pairSchema, content, where);
  return { input: readGrid(input, inputPlace(where)), output: readGrid(output, outputPlace(where)) };
}

function readTest(content: unknown, where: Text): ArcTest {
  const { input, output } = structure(pairSchema, content, where);
  return { input: readGrid(input, inputPlace(where)), output: readOutput(output, where) };
}

const readOutput = (value: unknown, where: Text): ArcGrid | null =>
  isUnknownOutput(value) ? null : readGrid(value, outputPlace(where));

/** Parses a value by a schema. @throws FormatError naming the wrong list, or for a value that is not an object */
function structure<T>(schema: z.ZodType<T>, content: unknown, where: Text): T {
  const parsed = schema.safeParse(content);
  if (parsed.success) return parsed.data;
  const [part] = parsed.error.issues[0]!.path;
  if (part === undefined) throw new FormatError(where, message('formats.task.object'), describeValue(content));
  throw new FormatError(
    message('formats.place.part', { where, part: String(part) }),
    message('formats.task.pairList', { max: MAX_PAIRS }),
    describeValue(Reflect.get(Object(content), part)),
  );
}

/** The tasks with the outputs of their tests. */
function addSolutions(tasks: readonly ArcTask[], source: NamedText): ArcTask[] {
  const content = parseTaskFile(source);
  if (Array.isArray(content))
    throw new FormatError(source.file, message('formats.task.object'), describeValue(content));
  const solutions = new Map(readMap(content, source.file));
  const hasAny = tasks.some(({ name }) => solutions.has(name));
  return tasks.map((task) =>
    // The published answers of a competition may leave tasks out, but not all of them.
    hasAny && !solutions.has(task.name) ? task : { ...task, test: addSolution(task, solutions.get(task.name), source) },
  );
}

function addSolution({ name, test }: ArcTask, outputs: unknown, { file }: NamedText): ArcTest[] {
  const where = message('formats.place.task', { file, task: name });
  if (outputs === null) return [...test];
  const expected = message('formats.task.outputs', { count: test.length });
  if (!Array.isArray(outputs) || outputs.length !== test.length)
    throw new FormatError(where, expected, describeValue(outputs));
  return test.map(({ input }, i) => ({ input, output: readOutput(outputs[i], testPlace(where, i)) }));
}
