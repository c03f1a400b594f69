/**
 * Tasks of ARC: a few pairs that show a rule, and inputs whose outputs are to be found. A file holds one task
 * (`train` and `test`, lists of `input` and `output`), or many by name, as competitions publish them
 * (`*_challenges.json`), with the outputs of the tests in a file of their own (`*_solutions.json`).
 */
import { z } from 'zod';
import { message, type Text } from '../../../renderer/messages/message';
import { parseBoundedJson } from '../../formats/bounded-json';
import { FormatError, numberText } from '../../formats/format-error';
import { toLists, type ArcGrid, type ArcPair } from './grid';

/** Rows and columns of the largest grid. */
export const MAX_SIDE = 30;
export const COLOURS = 10;

/** A question, with its answer where that is known. */
interface ArcTest {
  readonly input: ArcGrid;
  readonly output: ArcGrid | null;
}

export interface ArcTask {
  /** Its identifier: no bars, which divide the names of augmented copies, and no control characters. */
  readonly name: string;
  /** At least one. */
  readonly train: readonly ArcPair[];
  /** At least one. */
  readonly test: readonly ArcTest[];
}

/** The pairs of a task that have both grids, the examples first. */
export function knownPairs({ train, test }: ArcTask): ArcPair[] {
  return [...train, ...test.filter(isKnown)];
}

function isKnown(pair: ArcTest): pair is ArcPair {
  return pair.output !== null;
}

/** Placeholder for an unknown output, as in the reference. */
const unknownOutput: ArcGrid = { rows: 1, columns: 1, cells: Uint8Array.of(0) };

/** The tests of a task, each with an output: one black cell where it is not known. */
export function testPairs({ test }: ArcTask): ArcPair[] {
  return test.map(({ input, output }) => ({ input, output: output ?? unknownOutput }));
}

/** Whether a text can name a task. */
export function isTaskName(name: string): boolean {
  return /^[^|<>\p{C}]{1,200}$/u.test(name) && name !== '__proto__';
}

/**
 * Stops at the first sign that a value is not a grid, so that hostile values cost nothing.
 * @param where file, task, pair and grid
 * @throws FormatError
 */
function readGrid(value: unknown, where: Text): ArcGrid {
  const expected = message('formats.task.rowList', { max: MAX_SIDE });
  const rows = readList(value, where, expected).map((row, r) => readRow(row, rowPlace(where, r)));
  const ragged = rows.findIndex(({ length }) => length !== rows[0]!.length);
  if (ragged > 0)
    throw new FormatError(
      rowPlace(where, ragged),
      message('formats.task.colours', { count: rows[0]!.length }),
      String(rows[ragged]!.length),
    );
  return { rows: rows.length, columns: rows[0]!.length, cells: Uint8Array.from(rows.flat()) };
}

const rowPlace = (where: Text, row: number): Text => message('formats.place.gridRow', { where, row: row + 1 });

function readRow(value: unknown, where: Text): number[] {
  const expected = message('formats.task.colourList', { max: MAX_SIDE });
  return readList(value, where, expected).map((colour, column) => {
    if (isColour(colour)) return colour;
    throw new FormatError(
      message('formats.place.column', { where, column: column + 1 }),
      message('formats.task.colour', { max: COLOURS - 1 }),
      describeValue(colour),
    );
  });
}

function readList(value: unknown, where: Text, expected: Text): unknown[] {
  if (!Array.isArray(value)) throw new FormatError(where, expected, describeValue(value));
  if (value.length < 1 || value.length > MAX_SIDE) throw new FormatError(where, expected, String(value.length));
  return value;
}

function isColour(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value < COLOURS;
}

/** A short description of a value from JSON, which may be large or deep. */
function describeValue(value: unknown): Text {
  if (value === undefined) return message('formats.nothing');
  if (Array.isArray(value)) return message('formats.task.list', { count: value.length });
  if (typeof value === 'object' && value !== null) return message('formats.task.object');
  if (typeof value === 'string') return message('formats.task.text', { text: value.slice(0, 40) });
  return JSON.stringify(value);
}

/** A file as text, with its name in errors. */
interface NamedText {
  readonly file: string;
  readonly text: string;
}

/** Maximum characters of a file; the published files have 4 million. */
export const MAX_TASK_FILE_CHARACTERS = 64 << 20;
const MAX_TASKS = 100_000;
const MAX_PAIRS = 1000;

// The schema ends at the lists: grids are checked by hand, for errors with row and column.
const pairs = z.array(z.unknown()).min(1).max(MAX_PAIRS);
const taskSchema = z.object({ train: pairs, test: pairs });
const pairSchema = z.object({ input: z.unknown().optional(), output: z.unknown().optional() });

/**
 * The tasks of a file of either form; a single task is named as its file.
 * @throws FormatError naming file, task, pair, grid, row and column, what was expected and what was found
 */
export function readTasks(source: NamedText, solutions?: NamedText): ArcTask[] {
  const content = readObject(source);
  if (isSingle(content)) return [readTask(content, taskNameOfFile(source.file), source.file)];
  const tasks = readMap(content, source.file).map(([name, task]) =>
    readTask(task, name, message('formats.place.task', { file: source.file, task: name })),
  );
  return solutions ? addSolutions(tasks, solutions) : tasks;
}

/** One task as JSON without unknown outputs. `readTasks` reads it back. */
export function writeTask({ train, test }: ArcTask): string {
  return JSON.stringify(toTaskJson({ train, test }));
}

/** A task as nested lists, the form of task files. */
export function toTaskJson({ train, test }: Pick<ArcTask, 'train' | 'test'>): { train: object[]; test: object[] } {
  const lists = (pair: ArcTest) => ({
    input: toLists(pair.input),
    ...(isKnown(pair) ? { output: toLists(pair.output) } : {}),
  });
  return { train: train.map(lists), test: test.map(lists) };
}

function readObject({ file, text }: NamedText): object {
  if (text.length > MAX_TASK_FILE_CHARACTERS)
    throw new FormatError(
      file,
      message('formats.maxCharacters', { max: MAX_TASK_FILE_CHARACTERS }),
      numberText(text.length),
    );
  const content = parseBoundedJson(text, file);
  if (typeof content !== 'object' || content === null || Array.isArray(content))
    throw new FormatError(file, message('formats.task.tasks'), describeValue(content));
  return content;
}

/** Whether it is one task and not tasks by name, one of which may be named `train`. */
function isSingle(content: object): boolean {
  return ['train', 'test'].some((part) => Object.hasOwn(content, part) && Array.isArray(Reflect.get(content, part)));
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
  const { train, test } = structure(taskSchema, content, where);
  return {
    name,
    train: train.map((pair, i) => readExample(pair, message('formats.place.trainPair', { where, number: i + 1 }))),
    test: test.map((pair, i) => readTest(pair, testPlace(where, i))),
  };
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
  return {
    input: readGrid(input, inputPlace(where)),
    output: output === undefined ? null : readGrid(output, outputPlace(where)),
  };
}

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
  const solutions = new Map(readMap(readObject(source), source.file));
  return tasks.map((task) => ({
    ...task,
    test: addSolution(
      task,
      solutions.get(task.name),
      message('formats.place.task', { file: source.file, task: task.name }),
    ),
  }));
}

function addSolution({ test }: ArcTask, outputs: unknown, where: Text): ArcTest[] {
  const expected = message('formats.task.outputs', { count: test.length });
  if (!Array.isArray(outputs) || outputs.length !== test.length)
    throw new FormatError(where, expected, describeValue(outputs));
  return test.map(({ input }, i) => ({ input, output: readGrid(outputs[i], outputPlace(testPlace(where, i))) }));
}
