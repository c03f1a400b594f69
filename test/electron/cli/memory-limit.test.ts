/** The command line under `ulimit -v`: the pre-flight refuses what does not fit the address space. */
import { spawn } from 'node:child_process';
import { readdir, rm } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { freshFolder } from '../compute/opened-service';
import { build, start, waitForExit } from './lab-command';

let folder: string;
beforeAll(async () => {
  folder = await freshFolder();
  await build();
}, 120_000);
afterAll(() => rm(folder, { recursive: true }));

const sized = ['--preset', 'classroom', '--batch-size', '4096'];
const train = ['train', '--dataset', 'sudoku-4x4', '--threads', '1', ...sized, '--out', 'run'];

// Only Linux enforces the limit.
test.skipIf(process.platform !== 'linux')(
  'train refuses a batch that the address space cannot hold',
  async () => {
    const child = start(train, folder, {}, (file, args, options) =>
      // 2.4 GB, of which Node.js and its threads take 1.2 GB.
      spawn('bash', ['-c', 'ulimit -v 2400000; exec "$0" "$@"', file, ...args], options),
    );
    const { code, stderr } = await waitForExit(child);
    expect(stderr).toMatch(
      /^error: this run needs at least 1\.4 GB of memory, but only \d+ MB are free: a batch size of [\d,]+ would fit\n$/u,
    );
    expect(code).toBe(2);
    expect(await readdir(folder)).not.toContain('run');
  },
  30_000,
);
