import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { getDataLocation, removePreviousData, switchDataFolder } from '../../../electron/main/data-location';
import {
  dataFolder as findDataFolder,
  defaultFolder,
  writeMarker,
  writePointer,
} from '../../../electron/compute/storage/data-folder';
import { SettingsFile } from '../../../electron/main/settings-file';

let home: string;
let env: NodeJS.ProcessEnv;
let current: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'data-location-'));
  env = { XDG_CONFIG_HOME: home, APPDATA: home };
  current = defaultFolder(env);
  mkdirSync(join(current, 'models/mine'), { recursive: true });
  writeMarker(current);
  confirmed.length = 0;
});
afterEach(() => rmSync(home, { recursive: true }));

const settings = () => SettingsFile.open(join(current, 'settings.json')).values;
/** As compute leaves a copy. */
function makeCopy(folder: string): void {
  mkdirSync(folder, { recursive: true });
  writeMarker(folder);
}
const confirmed: (readonly string[])[] = [];
const confirm = async (folders: readonly string[]): Promise<boolean> => {
  confirmed.push(folders);
  return true;
};

const switchTo = (folder: string, copied: boolean) =>
  switchDataFolder({ folder, copied }, settings(), { dataFolder: current, env });

describe.skipIf(process.platform === 'darwin')('switchDataFolder', () => {
  test('switches to a folder for the next start, with the settings, and keeps the previous one', async () => {
    const target = join(home, 'target');
    makeCopy(target);
    await switchTo(target, true);
    expect(findDataFolder(env)).toBe(target);
    expect(JSON.parse(readFileSync(join(target, 'settings.json'), 'utf8'))).toMatchObject({
      theme: 'system',
      window: { width: 1280 },
    });
    expect(existsSync(join(current, 'models/mine'))).toBe(true);
    expect(getDataLocation({ dataFolder: target, env })).toEqual({
      folder: target,
      defaultFolder: current,
      isFixed: false,
      previous: [current],
    });
  });

  test('keeps the settings that the target folder already contains', async () => {
    const target = join(home, 'target');
    mkdirSync(target);
    const content = '{"theme":"light","window":{}}';
    writeFileSync(join(target, 'settings.json'), content);
    await switchTo(target, false);
    expect(readFileSync(join(target, 'settings.json'), 'utf8')).toBe(content);
    expect(getDataLocation({ dataFolder: target, env }).previous).toEqual([]);
  });

  test('rejects a missing folder, the current folder, and any while TRM_LAB_DATA is set', async () => {
    await expect(switchTo(join(home, 'missing'), true)).rejects.toThrow('no copy of the data');
    await expect(switchTo(current, false)).rejects.toThrow('this is the current data folder');
    await expect(
      switchDataFolder({ folder: join(home, 'target'), copied: false }, settings(), {
        dataFolder: current,
        env: { ...env, TRM_LAB_DATA: current },
      }),
    ).rejects.toThrow(/TRM_LAB_DATA sets the data folder/u);
    expect(findDataFolder(env)).toBe(current);
  });

  test('lets removePreviousData delete the previous folder and nothing else', async () => {
    const target = join(home, 'target');
    makeCopy(target);
    mkdirSync(join(target, 'models/mine'), { recursive: true });
    await switchTo(target, true);
    await removePreviousData({ dataFolder: target, env, confirm });
    expect(confirmed).toEqual([[current]]);
    expect(readdirSync(current)).toEqual(['data-folder.json']);
    expect(existsSync(join(target, 'models/mine'))).toBe(true);
    expect(findDataFolder(env)).toBe(target);
    expect(getDataLocation({ dataFolder: target, env }).previous).toEqual([]);
  });

  test('lets removePreviousData keep foreign files in the previous folder', async () => {
    const target = join(home, 'target');
    makeCopy(target);
    writeFileSync(join(current, 'diary.txt'), 'mine');
    mkdirSync(join(current, 'holidays'));
    await switchTo(target, true);
    await removePreviousData({ dataFolder: target, env, confirm });
    expect(readdirSync(current).sort()).toEqual(['data-folder.json', 'diary.txt', 'holidays']);
  });

  test('does not list the current folder as previous after switching back to it', async () => {
    const target = join(home, 'target');
    makeCopy(target);
    await switchTo(target, true);
    await switchDataFolder({ folder: current, copied: true }, settings(), { dataFolder: target, env });
    expect(getDataLocation({ dataFolder: current, env }).previous).toEqual([target]);
    await removePreviousData({ dataFolder: current, env, confirm });
    expect(existsSync(target)).toBe(false);
    expect(existsSync(join(current, 'models/mine'))).toBe(true);
  });

  test('lets removePreviousData keep a previous folder that contains the current one', async () => {
    const inside = join(current, 'inside');
    makeCopy(inside);
    await switchTo(inside, true);
    await removePreviousData({ dataFolder: inside, env, confirm });
    expect(existsSync(inside)).toBe(true);
  });

  test('refuses a folder with other content, also if the page calls it a copy', async () => {
    const foreign = join(home, 'foreign');
    mkdirSync(join(foreign, 'models'), { recursive: true });
    await expect(switchTo(foreign, true)).rejects.toThrow('contains no copy of the data');
    await expect(switchTo(foreign, false)).rejects.toThrow('is not empty');
    expect(readdirSync(foreign)).toEqual(['models']);
  });

  test('deletes nothing without the marker, or when the user declines', async () => {
    const target = join(home, 'target');
    makeCopy(target);
    await switchTo(target, true);
    expect(await removePreviousData({ dataFolder: target, env, confirm: () => Promise.resolve(false) })).toBeNull();
    rmSync(join(current, 'trm-puzzle-lab.json'));
    await removePreviousData({ dataFolder: target, env, confirm });
    expect(confirmed).toEqual([]);
    expect(existsSync(join(current, 'models/mine'))).toBe(true);
  });

  test('keeps a previous folder in the list whose disk is not there, and drops one that was deleted', async () => {
    const target = join(home, 'target');
    makeCopy(target);
    await switchTo(target, true);
    const disk = join(home, 'stick', 'lab');
    await writePointer({ folder: target, former: [disk, join(home, 'deleted')] }, env);
    expect(await removePreviousData({ dataFolder: target, env, confirm })).toMatchObject({ previous: [disk] });
    expect(confirmed).toEqual([]);
  });
});
