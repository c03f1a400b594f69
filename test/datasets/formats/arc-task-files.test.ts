import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { containsTasks, readTaskFiles } from '../../../datasets/formats/arc-task-files';
import { describeTaskProblems, requireDistinctTasks } from '../../../datasets/formats/arc-task-set';
import { formatEnglish } from '../../../renderer/messages/english';

let root: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'arc-task-files-'));
});
afterAll(() => rm(root, { recursive: true }));

const pair = { input: [[1]], output: [[2]] };
const task = (colour = 1, test: object[] = [pair]) => ({ train: [{ input: [[colour]], output: [[2]] }], test });
const wide = task(1, [{ input: [Array(31).fill(0)] }]);

let folders = 0;
/** Writes files by path, as text or as JSON. */
async function folderOf(files: Record<string, unknown>): Promise<string> {
  const folder = join(root, String(folders++));
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    const isWhole = typeof content === 'string' || Buffer.isBuffer(content);
    await writeFile(join(folder, path), isWhole ? content : JSON.stringify(content));
  }
  return folder;
}

async function readNames(folder: string) {
  const { tasks, heldOut } = await readTaskFiles(folder);
  return { tasks: tasks.map(({ name }) => name), heldOut: [...heldOut] };
}

const describeProblems = async (folder: string) =>
  describeTaskProblems(await readTaskFiles(folder)).map((problem) => formatEnglish(problem));

describe('readTaskFiles', () => {
  test('reads folders inside a folder; those named after a test set hold their tasks out', async () => {
    const folder = await folderOf({
      'data/training/a.json': task(),
      'data/evaluation/b.json': task(),
      'data/training.txt': 'a',
    });
    expect(await readNames(folder)).toEqual({ tasks: ['b', 'a'], heldOut: ['b'] });
    expect(await readNames(join(folder, 'data'))).toEqual({ tasks: ['b', 'a'], heldOut: ['b'] });
    expect(await readNames(join(folder, 'data/evaluation'))).toEqual({ tasks: ['b'], heldOut: [] });
  });

  test('does not divide tasks that are all in a folder of a test set', async () => {
    expect(await readNames(await folderOf({ 'evaluation/b.json': task() }))).toEqual({ tasks: ['b'], heldOut: [] });
  });

  test('reads the files of a competition, without its sample submission', async () => {
    const folder = await folderOf({
      'arc-agi_training_challenges.json': { a: task(1, [{ input: [[3]] }]) },
      'arc-agi_training_solutions.json': { a: [[[4]]] },
      'arc-agi_test_challenges.json': { b: task(1, [{ input: [[3]] }]) },
      'sample_submission.json': { b: [{ attempt_1: [[0]], attempt_2: [[0]] }] },
    });
    const { tasks, heldOut, otherFiles } = await readTaskFiles(folder);
    expect(tasks.map(({ name, test: [first] }) => [name, first!.output?.cells[0] ?? null])).toEqual([
      ['b', null],
      ['a', 4],
    ]);
    expect([[...heldOut], otherFiles]).toEqual([['b'], ['sample_submission.json']]);
  });

  test('passes over hidden files and folders, and those of macOS archives', async () => {
    const damaged = Buffer.of(0, 5, 0x16, 7);
    const files = { 't.json': task(), '._t.json': damaged, '.git/x.json': damaged, '__MACOSX/._t.json': damaged };
    expect(await readNames(await folderOf(files))).toEqual({ tasks: ['t'], heldOut: [] });
  });

  test('follows links within a folder and a Hugging Face cache, also one that leads back, and none to outside', async () => {
    const cache = await folderOf({
      'blobs/abc': task(),
      'blobs/more/u.json': task(),
      'snapshots/1/v.json': task(),
    });
    const [blobs, folder] = [join(cache, 'blobs'), join(cache, 'snapshots', '1')];
    const outside = await folderOf({ 'w.json': task(), 'x/y.json': task() });
    await symlink(join(blobs, 'abc'), join(folder, 't.json'));
    await symlink(join(blobs, 'more'), join(folder, 'linked'));
    await symlink(join(outside, 'w.json'), join(folder, 'w.json'));
    await symlink(join(outside, 'x'), join(folder, 'x'));
    await symlink(folder, join(folder, 'loop'));
    await symlink(join(folder, 'missing'), join(folder, 'broken.json'));
    expect((await readNames(folder)).tasks).toEqual(['u', 't', 'v']);
    await symlink(folder, join(root, 'link-to-folder'));
    expect(await containsTasks(join(root, 'link-to-folder'))).toBe(true);
    expect((await readNames(join(root, 'link-to-folder'))).tasks).toEqual(['u', 't', 'v']);
  });

  test('reads UTF-8 and UTF-16 with a byte order mark', async () => {
    const text = `\ufeff${JSON.stringify(task())}`;
    const utf16 = Buffer.from(text, 'utf16le');
    const folder = await folderOf({ 'a.json': text, 'b.json': utf16, 'c.json': Buffer.from(utf16).swap16() });
    expect((await readNames(folder)).tasks).toEqual(['a', 'b', 'c']);
  });

  test('counts and names tasks that are too large, and refuses where no other is left', async () => {
    const folder = await folderOf({ 'a.json': task(), 'b.json': wide, 'c_challenges.json': { d: wide, e: task() } });
    expect((await readNames(folder)).tasks).toEqual(['a', 'e']);
    expect(await describeProblems(folder)).toEqual([
      '2 tasks are too large for the canvas of 30×30 cells and left out: b and d',
    ]);
    await expect(readTaskFiles(join(folder, 'b.json'))).rejects.toThrow(
      'b.json, test pair 1, input, row 1: expected a list of 1 to 30 colours, found 31',
    );
  });

  test('takes equal tasks as one, with every output that is known, and names their files', async () => {
    const folder = await folderOf({ 'x/a.json': task(1, [{ input: [[1]] }]), 'y/a.json': task(), 'y/b.json': task() });
    const set = await readTaskFiles(folder);
    expect(set.tasks.map(({ name, test: [first] }) => [name, first!.output?.cells[0]])).toEqual([
      ['a', 2],
      ['b', 2],
    ]);
    expect(await describeProblems(folder)).toEqual([
      '1 task is in several files and counted once: a (x/a.json and y/a.json)',
    ]);
    expect(() => requireDistinctTasks(set)).not.toThrow();
  });

  test('names the files of different tasks with one name', async () => {
    const folder = await folderOf({ 'x/a.json': task(1), 'y/a.json': task(5), 'z_challenges.json': { a: task(1) } });
    expect(await describeProblems(folder)).toEqual([
      '1 task name is used for different tasks, which cannot be imported together: a (x/a.json, y/a.json, and z_challenges.json)',
    ]);
    const set = await readTaskFiles(folder);
    expect(() => requireDistinctTasks(set)).toThrow(
      'x/a.json, y/a.json, and z_challenges.json: expected a name of its own for each task, found two named a',
    );
  });

  test('refuses a folder without tasks, and names the file of an invalid one', async () => {
    const none = await folderOf({ 'package.json': { name: 'x' } });
    await expect(readTaskFiles(none)).rejects.toThrow(/expected an object of named tasks/u);
    const invalid = await folderOf({ 'in/a.json': task(10), 'b.json': task() });
    await expect(readTaskFiles(invalid)).rejects.toThrow(
      'in/a.json, training pair 1, input, row 1, column 1: expected a colour from 0 to 9, found 10',
    );
  });
});

test('containsTasks distinguishes folders of tasks from datasets of other forms', async () => {
  const isTasks = async (files: Record<string, unknown>) => containsTasks(await folderOf(files));
  expect(await isTasks({ 'data/training/a.json': task() })).toBe(true);
  expect(await isTasks({ 'train.csv': '', 'dataset_infos.json': {} })).toBe(false);
  expect(await isTasks({ 'train/dataset.json': {} })).toBe(false);
  expect(await isTasks({ 'identifiers.json': [] })).toBe(false);
  expect(await isTasks({ 'readme.txt': '' })).toBe(false);
});
