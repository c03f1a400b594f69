import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  dataFolder,
  DataFolderError,
  readPointer,
  resetDataFolder,
  defaultFolder,
  writePointer,
} from '../../../../electron/compute/storage/data-folder';

test("the user's data lie in the platform's place, under the lab's name", () => {
  expect(dataFolder({})).toMatch(/TRM Puzzle Lab$/);
  expect(isAbsolute(dataFolder({}))).toBe(true);
});

test('TRM_LAB_DATA moves them, wherever the command is started', () => {
  expect(isAbsolute(dataFolder({ TRM_LAB_DATA: 'elsewhere' }))).toBe(true);
  expect(dataFolder({ TRM_LAB_DATA: '/somewhere' })).toBe('/somewhere');
  expect(dataFolder({ TRM_LAB_DATA: '' })).toMatch(/TRM Puzzle Lab$/);
});

describe('data that were moved', () => {
  let home: string;
  let env: NodeJS.ProcessEnv;
  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), 'folders-'));
    env = { XDG_CONFIG_HOME: home, APPDATA: home };
  });
  afterEach(() => rmSync(home, { recursive: true }));

  test.skipIf(process.platform === 'darwin')('are found where they were moved to', async () => {
    const there = join(home, 'disk');
    mkdirSync(there);
    await writePointer({ folder: there, former: [defaultFolder(env)] }, env);
    expect(dataFolder(env)).toBe(there);
    expect(readPointer(env)?.former).toEqual([defaultFolder(env)]);
    expect(dataFolder({ ...env, TRM_LAB_DATA: '/somewhere' })).toBe('/somewhere');
  });

  test.skipIf(process.platform === 'darwin')('are not replaced by an empty lab when their disk is away', async () => {
    await writePointer({ folder: join(home, 'unplugged'), former: [] }, env);
    expect(() => dataFolder(env)).toThrow(DataFolderError);
    expect(() => dataFolder(env)).toThrow(/unplugged cannot be found/u);
    expect(existsSync(join(home, 'unplugged'))).toBe(false);
  });

  test.skipIf(process.platform === 'darwin').each(['', '{}', '{"folder":"relative","former":[]}', '\0'])(
    'are not forgotten when the note of where they are is damaged (%j)',
    (text) => {
      mkdirSync(defaultFolder(env), { recursive: true });
      writeFileSync(join(defaultFolder(env), 'data-folder.json'), text);
      expect(() => dataFolder(env)).toThrow(/data-folder\.json is damaged/u);
    },
  );

  test.skipIf(process.platform === 'darwin')(
    'are left for the usual folder only when that is asked for, and the note is kept',
    async () => {
      await writePointer({ folder: join(home, 'unplugged'), former: [] }, env);
      resetDataFolder(env);
      expect(dataFolder(env)).toBe(defaultFolder(env));
      expect(readdirSync(defaultFolder(env))).toEqual(['data-folder.former.json']);
      resetDataFolder(env);
    },
  );
});
