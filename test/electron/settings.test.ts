import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Settings } from '../../electron/settings';

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'settings-'));
  file = join(folder, 'settings.json');
});
afterEach(() => rmSync(folder, { recursive: true }));

test('a new user gets the defaults, and nothing is written yet', () => {
  expect(Settings.open(file).values).toEqual({ theme: 'system', window: { width: 1280, height: 800, maximized: false } });
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

test.each(['', '{"theme":"dark"', '{"theme":"purple"}', 'null', '\0\0'])('damaged settings (%j) are kept aside and the defaults used', (text) => {
  writeFileSync(file, text);
  expect(Settings.open(file).values.theme).toBe('system');
  expect(readFileSync(join(folder, 'settings.damaged.json'), 'utf8')).toBe(text);
});

test('settings that cannot be written say so, and leave nothing half', async () => {
  const settings = Settings.open(join(folder, 'missing', 'settings.json'));
  await expect(settings.update({ theme: 'dark' })).rejects.toThrow(/ENOENT/);
  expect(readdirSync(folder)).toEqual([]);
});
