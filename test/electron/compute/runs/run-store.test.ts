import { cp, mkdir, readdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { RunRecord } from '../../../../electron/compute/runs/run-record';
import { createBranch, openBranchPoint } from '../../../../electron/compute/runs/resume';
import { RunStore } from '../../../../electron/compute/runs/run-store';
import { inEnglish } from '../../../english';
import { freshFolder } from '../opened-service';
import { exampleRecord } from './examples';

describe('RunStore', () => {
  let folder: string;
  let store: RunStore;
  beforeEach(async () => {
    folder = await freshFolder();
    store = new RunStore(join(folder, 'runs'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  const record = (runId: string, startedAt: string, step = 1): RunRecord => ({
    ...exampleRecord,
    run: { ...exampleRecord.run, runId, startedAt, step },
  });

  test('runs created in the same second get different ids', async () => {
    const now = new Date('2026-01-02T03:04:05.678Z');
    const ids = [];
    for (let i = 0; i < 3; i++) {
      ids.push(await store.newId('sudoku-4x4', now));
      await store.create(record(ids[i]!, now.toISOString()));
    }
    expect(ids).toEqual(['sudoku-4x4-20260102030405', 'sudoku-4x4-20260102030405-2', 'sudoku-4x4-20260102030405-3']);
    await expect(store.create(record(ids[0]!, ''))).rejects.toThrow('already exists');
  });

  test('a copy has the files of the run and its own id, and appears whole or not at all', async () => {
    const original = await store.create(record('a', '2026'));
    await original.writeNotes('mine');
    await mkdir(original.checkpoints.folder);
    await writeFile(original.checkpoints.file(3), 'weights');
    await writeFile(join(original.path, 'run.lock'), '');
    const copy = await store.copy(original, 'b');
    expect((await copy.read()).run.runId).toBe('b');
    expect([await copy.notes(), await copy.checkpoints.steps()]).toEqual(['mine', [3]]);
    expect((await readdir(copy.path)).sort()).toEqual(['checkpoints', 'notes.md', 'notes.sha256', 'run.json']);
    await expect(store.copy(original, 'b')).rejects.toThrow('already exists');
    await writeFile(original.recordFile, '{');
    await expect(store.copy(original, 'c')).rejects.toThrow('expected JSON');
    expect((await readdir(join(folder, 'runs'))).sort()).toEqual(['a', 'b']);
  });

  test('copies and branch points of a run that writes and removes checkpoints meanwhile are whole', async () => {
    const original = await store.create(record('live', '2026'));
    const weights = (step: number) => `weights ${step} `.repeat(1000);
    await mkdir(original.checkpoints.folder);
    await writeFile(original.checkpoints.file(1), weights(1));
    const ended = new AbortController();
    const rotate = async (): Promise<void> => {
      for (let step = 2; !ended.signal.aborted; step++) {
        await writeFile(join(folder, 'next'), weights(step));
        await rename(join(folder, 'next'), original.checkpoints.file(step));
        await rm(original.checkpoints.file(step - 1));
      }
    };
    const rotating = rotate();
    for (let count = 0; count < 50; count++) {
      const copy = await store.copy(original, `copy-${count}`);
      const steps = await copy.checkpoints.steps();
      expect(steps.length).toBeGreaterThan(0);
      for (const step of steps) expect(await readFile(copy.checkpoints.file(step), 'utf8')).toBe(weights(step));
      const point = await openBranchPoint(original);
      const branch = await createBranch(join(folder, `branch-${count}`), original, {
        record: record('b', '2026'),
        ...point!,
      });
      await point!.checkpoint.close();
      expect(await readFile(branch.checkpoints.file(point!.step), 'utf8')).toBe(weights(point!.step));
    }
    ended.abort();
    await rotating;
    expect(await openBranchPoint(original, 1)).toBeNull();
  });

  test.skipIf(process.platform === 'win32')(
    'notes that are no file, or larger than notes can be, are an error that names them',
    async () => {
      const run = await store.create(record('a', '2026'));
      await symlink('/dev/zero', run.notesFile);
      const refused = join('a', 'notes.md is not a regular file of at most 4 MB');
      await expect(run.notes()).rejects.toThrow(refused);
      await rm(run.notesFile);
      expect(await run.notes()).toBe('');
      await writeFile(run.notesFile, ' '.repeat(2 ** 22 + 1));
      await expect(run.notes()).rejects.toThrow(refused);
    },
  );

  test('notes that were changed, damaged or lost are noticed, and those without a checksum are not', async () => {
    const run = await store.create(record('a', '2026'));
    expect(await run.areNotesChanged()).toBe(false);
    await writeFile(run.notesFile, 'of an earlier version');
    expect(await run.areNotesChanged()).toBe(false);
    await run.writeNotes('# What we saw\n');
    expect(await run.areNotesChanged()).toBe(false);
    for (const damaged of ['# What we sew\n', '# What we saw', '# What we saw\n\0', '']) {
      await writeFile(run.notesFile, damaged);
      expect([await run.areNotesChanged(), await run.notes()]).toEqual([true, damaged]);
    }
    await rm(run.notesFile);
    expect(await run.areNotesChanged()).toBe(true);
    await run.writeNotes('');
    expect(await run.areNotesChanged()).toBe(false);
  });

  test('list() returns the latest records, newest run first', async () => {
    const old = await store.create(record('old', '2026-01-01T00:00:00.000Z'));
    await store.create(record('recent', '2026-01-02T00:00:00.000Z'));
    await old.write(record('old', '2026-01-01T00:00:00.000Z', 7));
    expect((await store.list()).map(({ runId, step }) => [runId, step])).toEqual([
      ['recent', 1],
      ['old', 7],
    ]);
  });

  test('concurrent writes of a record all succeed and leave one file', async () => {
    const folder = await store.create(record('a', '2026'));
    await Promise.all(Array.from({ length: 20 }, (_, step) => folder.write(record('a', '2026', step))));
    expect(await store.list()).toHaveLength(1);
    expect(await readdir(folder.path)).toEqual(['run.json']);
  });

  test('list() ignores invalid run folders; read() throws the reason', async () => {
    const folder = await store.create(record('a', '2026'));
    await cp(folder.path, join(folder.path, '..', 'copied-by-hand'), { recursive: true });
    await mkdir(join(folder.path, '..', 'empty'));
    await writeFile(
      join(folder.path, 'run.json'),
      JSON.stringify({ ...record('a', '2026'), format: 2, version: '9.0.0' }),
    );
    expect(await store.list()).toEqual([]);
    await expect(folder.read()).rejects.toThrow(
      'a/run.json was written by a newer version of TRM Puzzle Lab (9.0.0) and cannot be read here',
    );
    await expect(store.getFolder('empty').read()).rejects.toThrow('is not a run: run.json is missing');
    await writeFile(join(folder.path, 'run.json'), '{"format":1');
    await expect(folder.read()).rejects.toThrow('a/run.json: expected JSON');
    expect(() => store.getFolder('../a')).toThrow('“../a” is not a valid run id');
  });

  test('list() returns runs that were changed, added, damaged and removed since the last call', async () => {
    const folders = await Promise.all(['a', 'b', 'c'].map((id) => store.create(record(id, '2026'))));
    const steps = async () => (await store.list()).map(({ runId, step }) => `${runId} ${step}`).sort();
    expect(await steps()).toEqual(['a 1', 'b 1', 'c 1']);
    await folders[0]!.write(record('a', '2026', 2));
    await writeFile(folders[1]!.recordFile, '{');
    await rm(folders[2]!.path, { recursive: true });
    await store.create(record('d', '2026', 9));
    expect(await steps()).toEqual(['a 2', 'd 9']);
    expect((await store.listUnreadable()).map(({ folder }) => folder)).toEqual(['b']);
    await folders[1]!.write(record('b', '2026', 5));
    await store.create(record('c', '2026', 6));
    expect(await steps()).toEqual(['a 2', 'b 5', 'c 6', 'd 9']);
    expect((await store.get('a')).step).toBe(2);
    await expect(store.get('unknown')).rejects.toThrow('unknown');
  });

  test('list() handles 500 runs', async () => {
    await Promise.all(
      Array.from({ length: 500 }, (_, i) => store.create(record(`run-${i}`, new Date(i * 1000).toISOString()))),
    );
    const runs = await store.list();
    expect([runs.length, runs[0]!.runId]).toEqual([500, 'run-499']);
  });

  describe('unreadable runs', () => {
    beforeEach(() => store.create(exampleRecord));

    const put = async (name: string, text: string): Promise<void> => {
      await mkdir(join(folder, 'runs', name));
      await writeFile(join(folder, 'runs', name, 'run.json'), text);
    };

    test('exclude readable runs and folders without a record', async () => {
      await mkdir(join(folder, 'runs', 'holiday-pictures'));
      expect(await store.listUnreadable()).toEqual([]);
    });

    test('checkpoints that cannot be listed are an error, not none', async () => {
      const run = store.getFolder('run-1');
      expect(await run.checkpoints.steps()).toEqual([]);
      await symlink('checkpoints', run.checkpoints.folder);
      await expect(run.checkpoints.steps()).rejects.toThrow('ELOOP');
    });

    test('include one whose folder cannot be read', async () => {
      await symlink('loop', join(folder, 'runs', 'loop'));
      expect(await store.listUnreadable()).toMatchObject([{ folder: 'loop', reason: { id: 'error.cannotUsePath' } }]);
    });

    test('include one that has lost its record', async () => {
      await writeFile(join(folder, 'runs', 'run-1', 'metrics.jsonl'), '');
      expect(await store.list()).toHaveLength(1);
      await rm(join(folder, 'runs', 'run-1', 'run.json'));
      expect(await store.list()).toEqual([]);
      expect(await store.listUnreadable()).toMatchObject([{ folder: 'run-1', reason: { id: 'run.noRecord' } }]);
    });

    test('are listed with the reason: newer version, damaged, or in a folder of another name', async () => {
      const text = await readFile(join(folder, 'runs', 'run-1', 'run.json'), 'utf8');
      await put('newer', text.replace('"format": 1', '"format": 99'));
      await put('torn', text.slice(0, 40));
      await put('moved', text);
      expect(inEnglish(await store.listUnreadable())).toEqual([
        { folder: 'moved', reason: 'the folder contains run “run-1”: rename the folder to “run-1”' },
        {
          folder: 'newer',
          reason: expect.stringMatching(
            /^newer[\\/]run\.json was written by a newer version of TRM Puzzle Lab \([^)]+\) and cannot be read here$/u,
          ) as string,
        },
        { folder: 'torn', reason: expect.stringMatching(/expected JSON$/u) as string },
      ]);
      expect((await store.list()).map(({ runId }) => runId)).toEqual(['run-1']);
    });
  });
});
