import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Job } from '../../../../electron/compute/job';
import { readTree } from '../../../../electron/compute/storage/disk-usage';
import { checkDestination, copyData } from '../../../../electron/compute/storage/migration';
import { formatEnglish } from '../../../../renderer/messages/english';
import { message } from '../../../../renderer/messages/message';

describe('a destination', () => {
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

  const reasonFor = async (chosen: string) => formatEnglish((await look(chosen)).reason ?? '');

  test('in a folder of something else the data get one of the lab’s name, and nothing is written', async () => {
    const chosen = join(folder, 'disk');
    mkdirSync(chosen);
    writeFileSync(join(chosen, 'photo.png'), '');
    expect(await look(chosen)).toEqual({
      folder: join(chosen, 'TRM Puzzle Lab'),
      content: 'empty',
      bytes: 2,
      freeBytes: 1e12,
      reason: null,
      copyReason: null,
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
      content: 'dataFolder',
      reason: null,
      copyReason: message('storage.move.existingData'),
    });
  });

  test('a folder of something else that has the lab’s name is refused', async () => {
    mkdirSync(join(folder, 'TRM Puzzle Lab'));
    writeFileSync(join(folder, 'TRM Puzzle Lab/poem.txt'), '');
    expect(await reasonFor(folder)).toMatch(/is not empty/u);
  });

  test('the data do not go into themselves, by no way', async () => {
    expect(await reasonFor(dataFolder)).toMatch(/is inside the current data folder/u);
    expect(await reasonFor(join(dataFolder, 'runs'))).toMatch(/is inside the current data folder/u);
    symlinkSync(dataFolder, join(folder, 'link'));
    expect(await reasonFor(join(folder, 'link'))).toMatch(/is inside the current data folder/u);
  });

  test('nor where they are already', async () => {
    writeFileSync(join(dataFolder, 'settings.json'), '{"window":{}}');
    expect(await reasonFor(dataFolder)).toBe('this is the current data folder');
  });

  test('a file is no folder, and neither is what lies below one', async () => {
    writeFileSync(join(folder, 'file'), '');
    expect(await reasonFor(join(folder, 'file'))).toMatch(/not a folder/u);
  });

  test.runIf(process.platform === 'linux')('a folder in which nothing can be made is told of', async () => {
    expect(await reasonFor('/proc')).toMatch(/^cannot use \/proc/u);
  });

  test('too little room is told with both numbers; where the disk does not tell, it is tried', async () => {
    const { copyReason } = await look(folder, () => Promise.resolve(1e6));
    expect(formatEnglish(copyReason!)).toBe('68 MB of free disk space are required, but only 1 MB are free');
    expect((await look(folder, () => Promise.resolve(null))).copyReason).toBeNull();
  });
});

describe('a copy', () => {
  let folder: string;
  let from: string;
  let to: string;
  const big = Buffer.alloc(3_000_000, 7);
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'copy-'));
    [from, to] = [join(folder, 'from'), join(folder, 'to')];
    mkdirSync(join(from, 'runs/a/checkpoints'), { recursive: true });
    mkdirSync(join(from, 'datasets'));
    mkdirSync(join(from, 'browser'));
    writeFileSync(join(from, 'browser/cookies'), 'x');
    writeFileSync(join(from, 'lab.lock'), '1');
    symlinkSync('host-123', join(from, 'SingletonLock'));
    writeFileSync(join(from, 'settings.json'), '{}');
    writeFileSync(join(from, 'queue.json'), '[]');
    writeFileSync(join(from, 'runs/a/run.json'), '{"a":1}');
    writeFileSync(join(from, 'runs/a/checkpoints/step-1.safetensors'), big);
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  test('everything of the user’s is copied, empty folders too, and nothing that belongs to the place', async () => {
    expect(await copyData({ from, to, job: new Job() })).toEqual({ files: 3, bytes: 7 + 2 + big.length });
    expect(readdirSync(to).sort()).toEqual(['datasets', 'queue.json', 'runs']);
    expect(readFileSync(join(to, 'runs/a/checkpoints/step-1.safetensors')).equals(big)).toBe(true);
    expect(readdirSync(folder).sort()).toEqual(['from', 'to']);
  });

  test('an empty folder that is there already takes the copy; a draft left by a lab that was killed is replaced', async () => {
    mkdirSync(to);
    mkdirSync(`${to}.moving/half`, { recursive: true });
    await copyData({ from, to, job: new Job() });
    expect(readdirSync(to)).not.toContain('half');
    expect(readdirSync(folder).sort()).toEqual(['from', 'to']);
  });

  test('a folder that holds something is left as it is, and the copy taken back', async () => {
    mkdirSync(to);
    writeFileSync(join(to, 'poem.txt'), 'roses');
    await expect(copyData({ from, to, job: new Job() })).rejects.toThrow(/ENOTEMPTY|EEXIST/u);
    expect(readdirSync(folder).sort()).toEqual(['from', 'to']);
    expect(readdirSync(to)).toEqual(['poem.txt']);
  });

  test('a cancelled copy leaves nothing', async () => {
    const control = new AbortController();
    const job = new Job(() => control.abort(new Error('enough')), control.signal);
    await expect(copyData({ from, to, job })).rejects.toThrow('enough');
    expect(readdirSync(folder)).toEqual(['from']);
  });

  test('data that change while they are copied are no copy', async () => {
    let told = 0;
    const job = new Job(() => {
      if (told++ === 0) writeFileSync(join(from, 'runs/a/notes.md'), 'late');
    });
    await expect(copyData({ from, to, job })).rejects.toThrow(/notes\.md changed during the copy/u);
    expect(readdirSync(folder)).toEqual(['from']);
  });

  test('a link is refused by name rather than followed or lost', async () => {
    symlinkSync('/etc', join(from, 'runs/link'));
    await expect(copyData({ from, to, job: new Job() })).rejects.toThrow(
      /runs.link is a link or another special file/u,
    );
    expect(existsSync(to)).toBe(false);
  });

  test('progress goes up to the whole', async () => {
    const fractions: number[] = [];
    const job = new Job(({ fraction }) => fractions.push(fraction ?? -1));
    await copyData({ from, to, job });
    expect(fractions.every((share, i) => share >= 0 && share <= 1 && (i === 0 || share >= fractions[i - 1]!))).toBe(
      true,
    );
    expect((await readTree(to)).files).toHaveLength(3);
  });
});
