import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { defaultPreferences } from '../../../electron/contract/main-api';
import { settingsChangesSchema, getAddress, Settings } from '../../../electron/main/settings';

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'settings-'));
  file = join(folder, 'settings.json');
});
afterEach(() => rmSync(folder, { recursive: true }));

test('a new user gets the defaults, and nothing is written yet', () => {
  expect(Settings.open(file).values).toEqual({
    ...defaultPreferences,
    address: '',
    window: { width: 1280, height: 800, maximized: false },
  });
  expect(readdirSync(folder)).toEqual([]);
});

test('what was set is there after the next start', async () => {
  await Settings.open(file).update({ theme: 'light' });
  expect(Settings.open(file).values.theme).toBe('light');
  expect(readdirSync(folder)).toEqual(['settings.json']);
});

test('the last of many updates wins', async () => {
  const settings = Settings.open(file);
  for (let width = 1; width <= 30; width++) void settings.update({ window: { width, height: 1, maximized: false } });
  await settings.saved();
  expect(Settings.open(file).values.window.width).toBe(30);
});

test('settings of an older lab keep what they have and get defaults for the rest', () => {
  writeFileSync(file, '{"theme":"dark"}');
  expect(Settings.open(file).values).toMatchObject({ theme: 'dark', window: { width: 1280 } });
});

test.each(['', '{"theme":"dark"', '{"theme":"purple"}', 'null', '\0\0'])(
  'damaged settings (%j) are kept aside and the defaults used',
  (text) => {
    writeFileSync(file, text);
    expect(Settings.open(file).values.theme).toBe('system');
    expect(readFileSync(join(folder, 'settings.damaged.json'), 'utf8')).toBe(text);
  },
);

test('settings that cannot be written say so, and leave nothing half', async () => {
  const settings = Settings.open(join(folder, 'missing', 'settings.json'));
  await expect(settings.update({ theme: 'dark' })).rejects.toThrow(/ENOENT/);
  expect(readdirSync(folder)).toEqual([]);
});

test('parts that only a later lab can hide while presenting are kept', () => {
  writeFileSync(file, '{"theme":"dark","presenterHides":["rail","hologram"]}');
  expect(Settings.open(file).values).toMatchObject({
    theme: 'dark',
    presenterHides: ['rail', 'hologram'],
  });
});

test.each([
  [{ textSize: 115 }, true],
  [{ textSize: 116 }, false],
  [{ presenterHides: ['rail', 'facts'] }, true],
  [{ presenterHides: ['Not a name'] }, false],
  [{ recent: Array.from({ length: 13 }, () => 'do/train') }, false],
  [{ window: { width: 1, height: 1, maximized: true } }, false],
])('a page may ask for %j: %s', (changes, isAllowed) => {
  expect(settingsChangesSchema.safeParse(changes).success).toBe(isAllowed);
});

test.each([
  ['app://lab/index.html#train/run-1', 'train/run-1'],
  ['app://lab/index.html', ''],
  ['app://lab/index.html#<script>', ''],
  [`app://lab/index.html#train/${'x'.repeat(600)}`, ''],
])('of the address %s the lab comes back to "%s"', (url, kept) => expect(getAddress(url)).toBe(kept));
