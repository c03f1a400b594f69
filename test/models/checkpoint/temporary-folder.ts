import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll } from 'vitest';

/** Gives paths inside a folder that is there while the tests of a file run. */
export function temporaryFolder(): (...names: readonly string[]) => string {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'trm-checkpoint-'));
  });
  afterAll(() => rm(folder, { recursive: true }));
  return (...names) => join(folder, ...names);
}
