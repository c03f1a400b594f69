import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { checkDestination } from '../../../../electron/compute/storage/destination';

let folder: string;
let dataFolder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'destination-'));
  dataFolder = join(folder, 'data');
  mkdirSync(join(dataFolder, 'runs'), { recursive: true });
  writeFileSync(join(dataFolder, 'runs/run.json'), '{}');
});
afterEach(() => rmSync(folder, { recursive: true }));

const plenty = () => Promise.resolve(1e12);
const look = (chosen: string, freeBytes: () => Promise<number | null> = plenty) =>
  checkDestination(chosen, { dataFolder, freeBytes });

test('in a folder of something else the data get one of the lab’s name, and nothing is written', async () => {
  const chosen = join(folder, 'disk');
  mkdirSync(chosen);
  writeFileSync(join(chosen, 'photo.png'), '');
  expect(await look(chosen)).toEqual({
    folder: join(chosen, 'TRM Puzzle Lab'),
    holds: 'nothing',
    bytes: 2,
    freeBytes: 1e12,
    problem: null,
    copyProblem: null,
  });
  expect(readdirSync(chosen)).toEqual(['photo.png']);
});

test('a folder of the lab’s name is taken itself, also one that is not there yet', async () => {
  expect((await look(join(folder, 'TRM Puzzle Lab'))).folder).toBe(join(folder, 'TRM Puzzle Lab'));
});

test('the data of another lab are found, and not copied over', async () => {
  const other = join(folder, 'other');
  mkdirSync(other);
  writeFileSync(join(other, 'settings.json'), '{"theme":"dark","window":{"width":1,"height":1,"maximized":false}}');
  expect(await look(other)).toMatchObject({
    folder: other,
    holds: 'lab',
    problem: null,
    copyProblem: 'data of a lab are there already',
  });
});

test('a folder of something else that has the lab’s name is refused', async () => {
  mkdirSync(join(folder, 'TRM Puzzle Lab'));
  writeFileSync(join(folder, 'TRM Puzzle Lab/poem.txt'), '');
  expect((await look(folder)).problem).toMatch(/holds something else already/u);
});

test('the data do not go into themselves, by no way', async () => {
  expect((await look(dataFolder)).problem).toMatch(/is inside the data folder itself/u);
  expect((await look(join(dataFolder, 'runs'))).problem).toMatch(/is inside the data folder itself/u);
  symlinkSync(dataFolder, join(folder, 'link'));
  expect((await look(join(folder, 'link'))).problem).toMatch(/is inside the data folder itself/u);
});

test('nor where they are already', async () => {
  writeFileSync(join(dataFolder, 'settings.json'), '{"window":{}}');
  expect((await look(dataFolder)).problem).toBe('the data lie there already');
});

test('a file is no folder, and neither is what lies below one', async () => {
  writeFileSync(join(folder, 'file'), '');
  expect((await look(join(folder, 'file'))).problem).toMatch(/no folder|not a folder/u);
});

test.runIf(process.platform === 'linux')('a folder in which nothing can be made is told of', async () => {
  expect((await look('/proc')).problem).toMatch(/^cannot use \/proc/u);
});

test('too little room is told with both numbers; where the disk does not tell, it is tried', async () => {
  expect((await look(folder, () => Promise.resolve(1e6))).copyProblem).toBe('expected 68 MB free there, found 1 MB');
  expect((await look(folder, () => Promise.resolve(null))).copyProblem).toBeNull();
});
