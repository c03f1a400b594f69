import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { getDataLocation, removePreviousData, switchDataFolder } from '../../../electron/main/data-location';
import { dataFolder as found, defaultFolder } from '../../../electron/compute/storage/data-folder';
import { SettingsFile } from '../../../electron/main/settings-file';

let home: string;
let env: NodeJS.ProcessEnv;
let present: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'place-'));
  env = { XDG_CONFIG_HOME: home, APPDATA: home };
  present = defaultFolder(env);
  mkdirSync(join(present, 'models/mine'), { recursive: true });
});
afterEach(() => rmSync(home, { recursive: true }));

const settings = () => SettingsFile.open(join(present, 'settings.json')).values;
const move = (folder: string, copied: boolean) =>
  switchDataFolder({ folder, copied }, settings(), { dataFolder: present, env });

describe.skipIf(process.platform === 'darwin')('the data folder', () => {
  test('is another from the next start on, with the settings in it; the present one stays', async () => {
    const there = join(home, 'there');
    mkdirSync(there);
    await move(there, true);
    expect(found(env)).toBe(there);
    expect(JSON.parse(readFileSync(join(there, 'settings.json'), 'utf8'))).toMatchObject({
      theme: 'system',
      window: { width: 1280 },
    });
    expect(existsSync(join(present, 'models/mine'))).toBe(true);
    expect(getDataLocation({ dataFolder: there, env })).toEqual({
      folder: there,
      defaultFolder: present,
      isFixed: false,
      previous: [present],
    });
  });

  test('keeps the settings of a lab that is there already', async () => {
    const there = join(home, 'there');
    mkdirSync(there);
    writeFileSync(join(there, 'settings.json'), '{"theme":"light"}');
    await move(there, false);
    expect(readFileSync(join(there, 'settings.json'), 'utf8')).toBe('{"theme":"light"}');
    expect(getDataLocation({ dataFolder: there, env }).previous).toEqual([]);
  });

  test('is not one whose copy is missing, nor the one in use, nor any while TRM_LAB_DATA rules', async () => {
    await expect(move(join(home, 'missing'), true)).rejects.toThrow(/ENOENT/u);
    await expect(move(present, false)).rejects.toThrow('this is the current data folder');
    await expect(
      switchDataFolder({ folder: join(home, 'there'), copied: false }, settings(), {
        dataFolder: present,
        env: { ...env, TRM_LAB_DATA: present },
      }),
    ).rejects.toThrow(/TRM_LAB_DATA sets the data folder/u);
    expect(found(env)).toBe(present);
  });

  test('that was moved lets go of its former copy when asked, and of nothing else', async () => {
    const there = join(home, 'there');
    mkdirSync(join(there, 'models/mine'), { recursive: true });
    await move(there, true);
    await removePreviousData({ dataFolder: there, env });
    expect(readdirSync(present)).toEqual(['data-folder.json']);
    expect(existsSync(join(there, 'models/mine'))).toBe(true);
    expect(found(env)).toBe(there);
    expect(getDataLocation({ dataFolder: there, env }).previous).toEqual([]);
  });

  test('leaves what others have put into a former one', async () => {
    const there = join(home, 'there');
    mkdirSync(there);
    writeFileSync(join(present, 'diary.txt'), 'mine');
    mkdirSync(join(present, 'holidays'));
    await move(there, true);
    await removePreviousData({ dataFolder: there, env });
    expect(readdirSync(present).sort()).toEqual(['data-folder.json', 'diary.txt', 'holidays']);
  });

  test('moved back where it began does not delete itself as a former copy', async () => {
    const there = join(home, 'there');
    mkdirSync(there);
    await move(there, true);
    await switchDataFolder({ folder: present, copied: true }, settings(), { dataFolder: there, env });
    expect(getDataLocation({ dataFolder: present, env }).previous).toEqual([there]);
    await removePreviousData({ dataFolder: present, env });
    expect(existsSync(there)).toBe(false);
    expect(existsSync(join(present, 'models/mine'))).toBe(true);
  });

  test('inside a former one protects that from deletion', async () => {
    const inside = join(present, 'inside');
    mkdirSync(inside);
    await move(inside, true);
    await removePreviousData({ dataFolder: inside, env });
    expect(existsSync(inside)).toBe(true);
  });
});
