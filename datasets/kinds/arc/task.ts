/**
 * Tasks of ARC: a few pairs that show a rule, and inputs whose outputs are to be found. A file holds one task
 * (`train` and `test`, lists of `input` and `output`), or many by name, as competitions publish them
 * (`*_challenges.json`), with the outputs of the tests in a file of their own (`*_solutions.json`).
 */
import { z } from 'zod';
import { FormatError } from '../../formats/format-error';
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
 * Reads no more than it must to see that a value is no grid, so hostile ones cost nothing.
 * @param where file, task, pair and grid, for the message
 * @throws FormatError
 */
function readGrid(value: unknown, where: string): ArcGrid {
  const rows = readList(value, where, 'rows').map((row, r) => readRow(row, `${where}, row ${r + 1}`));
  const ragged = rows.findIndex(({ length }) => length !== rows[0]!.length);
  if (ragged > 0)
    throw new FormatError(
      `${where}, row ${ragged + 1}`,
      `${rows[0]!.length} colours, as in row 1`,
      String(rows[ragged]!.length),
    );
  return { rows: rows.length, columns: rows[0]!.length, cells: Uint8Array.from(rows.flat()) };
}

function readRow(value: unknown, where: string): number[] {
  return readList(value, where, 'colours').map((colour, column) => {
    if (isColour(colour)) return colour;
    throw new FormatError(`${where}, column ${column + 1}`, `a colour from 0 to ${COLOURS - 1}`, describeValue(colour));
  });
}

function readList(value: unknown, where: string, of: string): unknown[] {
  const expected = `a list of 1 to ${MAX_SIDE} ${of}`;
  if (!Array.isArray(value)) throw new FormatError(where, expected, describeValue(value));
  if (value.length < 1 || value.length > MAX_SIDE) throw new FormatError(where, expected, String(value.length));
  return value;
}

function isColour(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value < COLOURS;
}

/** A value from JSON in a few words; never its whole, which may be large or deep. */
function describeValue(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (typeof value === 'object' && value !== null) return 'an object';
  if (typeof value === 'string') return `the text '${value.slice(0, 40)}'`;
  return String(value);
}

/** A file as text, with the name that messages give it. */
interface NamedText {
  readonly file: string;
  readonly text: string;
}

/** The published sets have 4 million characters; more than this is none of them. */
export const MAX_TASK_FILE_CHARACTERS = 64 << 20;
const MAX_TASKS = 100_000;
const MAX_PAIRS = 1000;

// The schema ends at the lists: grids are checked by hand, for messages with row and column.
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
    readTask(task, name, `${source.file}, task ${name}`),
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
    throw new FormatError(file, `at most ${MAX_TASK_FILE_CHARACTERS} characters`, String(text.length));
  const content = parse(file, text);
  if (typeof content !== 'object' || content === null || Array.isArray(content))
    throw new FormatError(file, 'tasks by name, or one with train and test', describeValue(content));
  return content;
}

function parse(file: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (reason) {
    throw new FormatError(file, 'JSON', reason instanceof Error ? reason.message : 'something else');
  }
}

/** Whether it is one task and not tasks by name, which may be called `train`. */
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
    throw new FormatError(file, `1 to ${MAX_TASKS} tasks`, String(entries.length));
  entries.forEach(([name]) => requireName(name, file));
  return entries;
}

function requireName(name: string, file: string): string {
  if (isTaskName(name)) return name;
  throw new FormatError(file, 'task names of up to 200 characters without | < >', `the name '${name.slice(0, 40)}'`);
}

function readTask(content: unknown, name: string, where: string): ArcTask {
  const { train, test } = structure(taskSchema, content, where);
  return {
    name,
    train: train.map((pair, i) => readExample(pair, `${where}, train pair ${i + 1}`)),
    test: test.map((pair, i) => readTest(pair, `${where}, test pair ${i + 1}`)),
  };
}

function readExample(content: unknown, where: string): ArcPair {
  const { input, output } = structure(pairSchema, content, where);
  return { input: readGrid(input, `${where}, input`), output: readGrid(output, `${where}, output`) };
}

function readTest(content: unknown, where: string): ArcTest {
  const { input, output } = structure(pairSchema, content, where);
  return {
    input: readGrid(input, `${where}, input`),
    output: output === undefined ? null : readGrid(output, `${where}, output`),
  };
}

/** Parses a value by a schema. @throws FormatError naming the list that is wrong, or a value that is no object */
function structure<T>(schema: z.ZodType<T>, content: unknown, where: string): T {
  const parsed = schema.safeParse(content);
  if (parsed.success) return parsed.data;
  const [part] = parsed.error.issues[0]!.path;
  if (part === undefined) throw new FormatError(where, 'an object', describeValue(content));
  throw new FormatError(
    `${where}, ${String(part)}`,
    `a list of 1 to ${MAX_PAIRS} pairs`,
    describeValue(Reflect.get(Object(content), part)),
  );
}

/** The tasks with the outputs of their tests. */
function addSolutions(tasks: readonly ArcTask[], source: NamedText): ArcTask[] {
  const solutions = new Map(readMap(readObject(source), source.file));
  return tasks.map((task) => ({
    ...task,
    test: addSolution(task, solutions.get(task.name), `${source.file}, task ${task.name}`),
  }));
}

function addSolution({ test }: ArcTask, outputs: unknown, where: string): ArcTest[] {
  const expected = `a list of ${test.length}, one for each test pair`;
  if (!Array.isArray(outputs) || outputs.length !== test.length)
    throw new FormatError(where, expected, describeValue(outputs));
  return test.map(({ input }, i) => ({ input, output: readGrid(outputs[i], `${where}, test pair ${i + 1}, output`) }));
}
