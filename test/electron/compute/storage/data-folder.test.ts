import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
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

test('the default data folder is an absolute path named TRM Puzzle Lab', () => {
  expect(dataFolder({})).toMatch(/TRM Puzzle Lab$/);
  expect(isAbsolute(dataFolder({}))).toBe(true);
});

test('TRM_LAB_DATA sets the data folder; relative paths become absolute', () => {
  expect(isAbsolute(dataFolder({ TRM_LAB_DATA: 'elsewhere' }))).toBe(true);
  expect(dataFolder({ TRM_LAB_DATA: '/somewhere' })).toBe('/somewhere');
  expect(dataFolder({ TRM_LAB_DATA: '' })).toMatch(/TRM Puzzle Lab$/);
});

describe('a data folder that was moved', () => {
  let home: string;
  let env: NodeJS.ProcessEnv;
  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), 'folders-'));
    env = { XDG_CONFIG_HOME: home, APPDATA: home };
  });
  afterEach(() => rmSync(home, { recursive: true }));

  test.skipIf(process.platform === 'darwin')('is found through the pointer', async () => {
    const target = join(home, 'disk');
    mkdirSync(target);
    await writePointer({ folder: target, former: [defaultFolder(env)] }, env);
    expect(dataFolder(env)).toBe(target);
    expect(readPointer(env)?.former).toEqual([defaultFolder(env)]);
    expect(dataFolder({ ...env, TRM_LAB_DATA: '/somewhere' })).toBe('/somewhere');
  });

  test.skipIf(process.platform === 'darwin')('is not replaced by an empty folder if its disk is missing', async () => {
    await writePointer({ folder: join(home, 'unplugged'), former: [] }, env);
    expect(() => dataFolder(env)).toThrow(DataFolderError);
    expect(() => dataFolder(env)).toThrow(/unplugged cannot be found/u);
    expect(existsSync(join(home, 'unplugged'))).toBe(false);
  });

  test.skipIf(process.platform === 'darwin').each(['', '{}', '{"folder":"relative","former":[]}', '\0'])(
    'is not ignored if the pointer is damaged (%j)',
    (text) => {
      mkdirSync(defaultFolder(env), { recursive: true });
      writeFileSync(join(defaultFolder(env), 'data-folder.json'), text);
      expect(() => dataFolder(env)).toThrow(/data-folder\.json is damaged/u);
    },
  );

  test.skipIf(process.platform === 'darwin')(
    'is not ignored if a previous folder was removed from the pointer',
    async () => {
      await writePointer({ folder: home, former: [defaultFolder(env)] }, env);
      const file = join(defaultFolder(env), 'data-folder.json');
      const pointer = JSON.parse(readFileSync(file, 'utf8')) as object;
      writeFileSync(file, JSON.stringify({ ...pointer, former: [] }));
      expect(() => dataFolder(env)).toThrow(/data-folder\.json is damaged/u);
    },
  );

  test.skipIf(process.platform === 'darwin')(
    'is replaced by the default one with resetDataFolder, which renames the pointer',
    async () => {
      await writePointer({ folder: join(home, 'unplugged'), former: [] }, env);
      resetDataFolder(env);
      expect(dataFolder(env)).toBe(defaultFolder(env));
      expect(readdirSync(defaultFolder(env))).toEqual(['data-folder.former.json']);
      resetDataFolder(env);
    },
  );
});
