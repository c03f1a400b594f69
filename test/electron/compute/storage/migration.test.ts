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
import { isMigrated, writeMarker } from '../../../../electron/compute/storage/data-folder';
import { readTree } from '../../../../electron/compute/storage/disk-usage';
import { checkDestination, copyData } from '../../../../electron/compute/storage/migration';
import { formatEnglish } from '../../../../renderer/messages/english';
import { message } from '../../../../renderer/messages/message';

describe('checkDestination', () => {
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
  const check = (chosen: string, freeBytes: () => Promise<number | null> = plenty) =>
    checkDestination(chosen, { dataFolder, freeBytes });

  const reasonFor = async (chosen: string) => formatEnglish((await check(chosen)).reason ?? '');

  test('returns a new subfolder of a folder with other files, and writes nothing', async () => {
    const chosen = join(folder, 'disk');
    mkdirSync(chosen);
    writeFileSync(join(chosen, 'photo.png'), '');
    expect(await check(chosen)).toEqual({
      folder: join(chosen, 'TRM Puzzle Lab'),
      content: 'empty',
      bytes: 2,
      freeBytes: 1e12,
      reason: null,
      copyReason: null,
    });
    expect(readdirSync(chosen)).toEqual(['photo.png']);
  });

  test('returns a folder named TRM Puzzle Lab itself, even if it does not exist', async () => {
    expect((await check(join(folder, 'TRM Puzzle Lab'))).folder).toBe(join(folder, 'TRM Puzzle Lab'));
  });

  test('accepts an existing data folder, but not for copying', async () => {
    const other = join(folder, 'other');
    mkdirSync(other);
    writeFileSync(join(other, 'settings.json'), '{"theme":"dark","window":{"width":1,"height":1,"maximized":false}}');
    expect(await check(other)).toMatchObject({
      folder: other,
      content: 'dataFolder',
      reason: null,
      copyReason: message('storage.move.existingData'),
    });
  });

  test('rejects a folder named TRM Puzzle Lab that contains other files', async () => {
    mkdirSync(join(folder, 'TRM Puzzle Lab'));
    writeFileSync(join(folder, 'TRM Puzzle Lab/poem.txt'), '');
    expect(await reasonFor(folder)).toMatch(/is not empty/u);
  });

  test('rejects folders inside the current data folder, also through links', async () => {
    expect(await reasonFor(dataFolder)).toMatch(/is inside the current data folder/u);
    expect(await reasonFor(join(dataFolder, 'runs'))).toMatch(/is inside the current data folder/u);
    symlinkSync(dataFolder, join(folder, 'link'));
    expect(await reasonFor(join(folder, 'link'))).toMatch(/is inside the current data folder/u);
  });

  test('rejects the current data folder', async () => {
    writeFileSync(join(dataFolder, 'settings.json'), '{"window":{}}');
    expect(await reasonFor(dataFolder)).toBe('this is the current data folder');
  });

  test('rejects a file', async () => {
    writeFileSync(join(folder, 'file'), '');
    expect(await reasonFor(join(folder, 'file'))).toMatch(/not a folder/u);
  });

  test.runIf(process.platform === 'linux')('rejects a folder that is not writable', async () => {
    expect(await reasonFor('/proc')).toMatch(/^cannot use \/proc/u);
  });

  test('reports required and free bytes if there is too little space, nothing if unknown', async () => {
    const { copyReason } = await check(folder, () => Promise.resolve(1e6));
    expect(formatEnglish(copyReason!)).toBe('68 MB of free disk space are required, but only 1 MB are free');
    expect((await check(folder, () => Promise.resolve(null))).copyReason).toBeNull();
  });
});

describe('copyData', () => {
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

  test('copies user data and empty folders, but no settings, locks or browser files', async () => {
    expect(await copyData({ from, to, job: new Job() })).toEqual({ files: 3, bytes: 7 + 2 + big.length });
    expect(readdirSync(to).sort()).toEqual(['datasets', 'queue.json', 'runs', 'trm-puzzle-lab.json']);
    expect(readFileSync(join(to, 'runs/a/checkpoints/step-1.safetensors')).equals(big)).toBe(true);
    expect(readdirSync(folder).sort()).toEqual(['from', 'to']);
  });

  test('copies into an existing empty folder and replaces an interrupted copy', async () => {
    mkdirSync(to);
    mkdirSync(`${to}.1.moving/half`, { recursive: true });
    writeMarker(`${to}.1.moving`);
    mkdirSync(`${to}.theirs.moving`);
    await copyData({ from, to, job: new Job() });
    expect(readdirSync(to)).not.toContain('half');
    expect(readdirSync(folder).sort()).toEqual(['from', 'to', 'to.theirs.moving']);
  });

  test('leaves a folder with files unchanged and removes the copy', async () => {
    mkdirSync(to);
    writeFileSync(join(to, 'poem.txt'), 'roses');
    await expect(copyData({ from, to, job: new Job() })).rejects.toThrow(/ENOTEMPTY|EEXIST/u);
    expect(readdirSync(folder).sort()).toEqual(['from', 'to']);
    expect(readdirSync(to)).toEqual(['poem.txt']);
  });

  test('leaves no files when cancelled', async () => {
    const control = new AbortController();
    const job = new Job(() => control.abort(new Error('enough')), control.signal);
    await expect(copyData({ from, to, job })).rejects.toThrow('enough');
    expect(readdirSync(folder)).toEqual(['from']);
  });

  test('rejects if files change during the copy', async () => {
    let calls = 0;
    const job = new Job(() => {
      if (calls++ === 0) writeFileSync(join(from, 'runs/a/notes.md'), 'late');
    });
    await expect(copyData({ from, to, job })).rejects.toThrow(/notes\.md changed during the copy/u);
    expect(readdirSync(folder)).toEqual(['from']);
  });

  test('rejects links by name', async () => {
    symlinkSync('/etc', join(from, 'runs/link'));
    await expect(copyData({ from, to, job: new Job() })).rejects.toThrow(
      /runs.link is a link or another special file/u,
    );
    expect(existsSync(to)).toBe(false);
  });

  test('reports increasing progress', async () => {
    const fractions: number[] = [];
    const job = new Job(({ fraction }) => fractions.push(fraction ?? -1));
    await copyData({ from, to, job });
    expect(fractions.every((share, i) => share >= 0 && share <= 1 && (i === 0 || share >= fractions[i - 1]!))).toBe(
      true,
    );
    expect((await readTree(to, { wanted: isMigrated })).files).toHaveLength(3);
  });
});
