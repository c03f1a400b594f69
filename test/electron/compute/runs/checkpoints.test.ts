import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Checkpoints } from '../../../../electron/compute/runs/checkpoints';
import { freshFolder } from '../opened-service';

describe('Checkpoints', () => {
  let folder: string;
  let checkpoints: Checkpoints;
  beforeEach(async () => {
    folder = await freshFolder();
    checkpoints = new Checkpoints(join(folder, 'checkpoints'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  const write = async (...steps: number[]) => {
    for (const step of steps) await checkpoints.write(step, [new Uint8Array(60), new Uint8Array(40)]);
  };

  test('are listed in order of steps', async () => {
    expect(await checkpoints.steps()).toEqual([]);
    await write(100, 20, 3);
    expect(await checkpoints.steps()).toEqual([3, 20, 100]);
    expect((await checkpoints.read(20)).length).toBe(100);
  });

  test('are not written if the run folder was deleted, which is not created again', async () => {
    const orphaned = new Checkpoints(join(folder, 'deleted run', 'checkpoints'));
    await expect(orphaned.write(1, [new Uint8Array(4)])).rejects.toThrow('ENOENT');
    expect(await readdir(folder)).toEqual([]);
  });

  test('after a step are deleted with dropAfter()', async () => {
    await write(1, 2, 3, 4);
    await checkpoints.dropAfter(2);
    expect(await checkpoints.steps()).toEqual([1, 2]);
  });

  test('are reduced by retain() to the last two, the best and every keepEvery steps', async () => {
    await write(10, 20, 25, 30, 40, 50, 60);
    await checkpoints.retain({ keepEvery: 20, budgetBytes: 1e9 }, 25);
    expect(await checkpoints.steps()).toEqual([20, 25, 40, 50, 60]);
  });

  test('over budget are deleted from the oldest on, except for the last two and the best', async () => {
    await write(10, 20, 25, 30, 40, 50, 60);
    await checkpoints.retain({ keepEvery: 10, budgetBytes: 450 }, 25);
    expect(await checkpoints.steps()).toEqual([25, 40, 50, 60]);
    await checkpoints.retain({ keepEvery: 10, budgetBytes: 1 }, 25);
    expect(await checkpoints.steps()).toEqual([25, 50, 60]);
  });

  test('stay within the budget if possible and always include the last two and the best', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(fc.integer({ min: 1, max: 50 }), { minLength: 1, maxLength: 8 }),
        fc.integer({ min: 1, max: 20 }),
        fc.integer({ min: 1, max: 900 }),
        async (steps, keepEvery, budgetBytes) => {
          await rm(checkpoints.folder, { recursive: true, force: true });
          await write(...steps);
          const [sorted, best] = [[...steps].sort((a, b) => a - b), steps[0]];
          await checkpoints.retain({ keepEvery, budgetBytes }, best!);
          const kept = await checkpoints.steps();
          const needed = [...new Set([...sorted.slice(-2), best])];
          expect(kept).toEqual(expect.arrayContaining(needed));
          expect(kept.length).toBeLessThanOrEqual(Math.max(needed.length, Math.floor(budgetBytes / 100)));
          expect(kept.every((step) => needed.includes(step) || step % keepEvery === 0)).toBe(true);
        },
      ),
      { numRuns: 25 },
    );
  });
});
