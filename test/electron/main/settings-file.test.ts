import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { defaultPreferences } from '../../../electron/contract/main-api';
import { formatEnglish } from '../../../renderer/messages/english';
import type { Text } from '../../../renderer/messages/message';
import { settingsChangesSchema, getAddress, SettingsFile } from '../../../electron/main/settings-file';

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'settings-'));
  file = join(folder, 'settings.json');
});
afterEach(() => rmSync(folder, { recursive: true }));

test('a missing file gives the defaults and writes nothing', () => {
  expect(SettingsFile.open(file).values).toEqual({
    ...defaultPreferences,
    address: '',
    window: { width: 1280, height: 800, maximized: false },
  });
  expect(readdirSync(folder)).toEqual([]);
});

test('updated settings are read at the next start', async () => {
  await SettingsFile.open(file).update({ theme: 'light' });
  expect(SettingsFile.open(file).values.theme).toBe('light');
  expect(readdirSync(folder)).toEqual(['settings.json']);
});

test('the last of many updates wins', async () => {
  const settings = SettingsFile.open(file);
  for (let width = 1; width <= 30; width++) void settings.update({ window: { width, height: 1, maximized: false } });
  await settings.saved();
  expect(SettingsFile.open(file).values.window.width).toBe(30);
});

test('settings of an older version are completed with defaults', () => {
  writeFileSync(file, '{"theme":"dark"}');
  expect(SettingsFile.open(file).values).toMatchObject({ theme: 'dark', window: { width: 1280 } });
});

test.each(['', '{"theme":"dark"', '{"theme":"purple"}', 'null', '\0\0'])(
  'damaged settings (%j) are renamed and replaced with the defaults',
  (text) => {
    writeFileSync(file, text);
    expect(SettingsFile.open(file).values.theme).toBe('system');
    expect(readFileSync(join(folder, 'settings.damaged.json'), 'utf8')).toBe(text);
  },
);

test('any change of a byte is noticed, or changes nothing', async () => {
  const { values: defaults } = SettingsFile.open(file);
  const kept = join(folder, 'settings.damaged.json');
  await SettingsFile.open(file).update({
    theme: 'dark',
    cores: 2,
    window: { width: 900, height: 700, maximized: false },
  });
  const { values } = SettingsFile.open(file);
  const valid = readFileSync(file);
  fc.assert(
    fc.property(fc.nat(valid.length - 1), fc.integer({ min: 1, max: 255 }), (at, bits) => {
      const bytes = Buffer.from(valid);
      bytes[at]! ^= bits;
      writeFileSync(file, bytes);
      const opened = SettingsFile.open(file);
      expect(opened.values).toEqual(opened.failure === null ? values : defaults);
      if (opened.failure !== null) expect(readFileSync(kept)).toEqual(bytes);
    }),
    { numRuns: 60 },
  );
});

test('update() rejects if the folder is missing, and leaves no partial file', async () => {
  const settings = SettingsFile.open(join(folder, 'missing', 'settings.json'));
  await expect(settings.update({ theme: 'dark' })).rejects.toThrow(/ENOENT/);
  expect(readdirSync(folder)).toEqual([]);
});

test('ids of older versions are converted when read and saved at the next update', async () => {
  const oldSettings = {
    presenterHides: ['rail', 'facts', 'doors', 'machine', 'figures', 'account', 'runs'],
    recent: ['room/train', 'do/generate', 'look/dark', 'watch/a', 'puzzle/room/test/1', 'view/home'],
  };
  const converted = {
    presenterHides: ['sidebar', 'subtitle', 'action-cards', 'devices', 'stats', 'classical-solver', 'runs'],
    recent: ['view/train', 'action/generate', 'appearance/dark', 'watch/a', 'puzzle/room/test/1', 'view/home'],
  };
  writeFileSync(file, JSON.stringify(oldSettings));
  const settings = SettingsFile.open(file);
  expect(settings.values).toMatchObject(converted);
  await settings.update({ theme: 'light' });
  expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject(converted);
});

test('presenterHides keeps unknown ids of newer versions', () => {
  writeFileSync(file, '{"theme":"dark","presenterHides":["subtitle","hologram"]}');
  expect(SettingsFile.open(file).values).toMatchObject({
    theme: 'dark',
    presenterHides: ['subtitle', 'hologram'],
  });
});

test.each([
  [{ textSize: 115 }, true],
  [{ textSize: 116 }, false],
  [{ presenterHides: ['sidebar', 'subtitle'] }, true],
  [{ presenterHides: ['Not a name'] }, false],
  [{ recent: Array.from({ length: 13 }, () => 'action/train') }, false],
  [{ window: { width: 1, height: 1, maximized: true } }, false],
])('settingsChangesSchema accepts %j: %s', (changes, isAllowed) => {
  expect(settingsChangesSchema.safeParse(changes).success).toBe(isAllowed);
});

test.each([
  ['app://lab/index.html#train/run-1', 'train/run-1'],
  ['app://lab/index.html', ''],
  ['app://lab/index.html#<script>', ''],
  [`app://lab/index.html#train/${'x'.repeat(600)}`, ''],
])('getAddress of %s is "%s"', (url, expected) => expect(getAddress(url)).toBe(expected));

test('an unknown language becomes “system”; other settings stay', () => {
  writeFileSync(file, '{"theme":"dark","language":"tlh"}');
  expect(SettingsFile.open(file).values).toMatchObject({ theme: 'dark', language: 'system' });
});

test.each([0, -1, 1.5, 1e9, '2', true])('invalid cores (%j) become the default; other settings stay', (cores) => {
  writeFileSync(file, JSON.stringify({ theme: 'dark', cores, keepAwake: 'often' }));
  expect(SettingsFile.open(file).values).toMatchObject({ theme: 'dark', cores: null, keepAwake: true });
});

test('cores and keepAwake are read as saved', async () => {
  await SettingsFile.open(file).update({ cores: 3, keepAwake: false });
  expect(SettingsFile.open(file).values).toMatchObject({ cores: 3, keepAwake: false });
});

test('settings that cannot be read give the defaults and the reason, and are kept aside', async () => {
  mkdirSync(file);
  const settings = SettingsFile.open(file);
  expect(settings.values.theme).toBe('system');
  expect(formatEnglish(settings.failure ?? '')).toMatch(
    /it is a folder\. The old ones are kept as .*settings\.damaged\.json/u,
  );
  expect(readdirSync(folder)).toEqual(['settings.damaged.json']);
  await settings.update({ theme: 'dark' });
  expect(settings.failure).toBeNull();
  expect(SettingsFile.open(file).values.theme).toBe('dark');
});

test('settings that cannot be read or kept aside still give the defaults', () => {
  mkdirSync(file);
  writeFileSync(join(folder, 'settings.damaged.json'), 'a file: no folder can replace it');
  const settings = SettingsFile.open(file);
  expect(settings.values.theme).toBe('system');
  expect(formatEnglish(settings.failure ?? '')).toMatch(/settings\.json: it is a folder$/u);
});

test('a failed save is reported when it begins and when it is over', async () => {
  const reports: (Text | null)[] = [];
  const place = join(folder, 'disk');
  const settings = SettingsFile.open(join(place, 'settings.json'), (failure) => reports.push(failure));
  settings.save({ theme: 'dark' });
  settings.save({ theme: 'light' });
  await settings.saved().catch(() => undefined);
  expect(reports.map((report) => formatEnglish(report ?? 'saved'))).toEqual([
    expect.stringMatching(/could not be saved: cannot use .* folder does not exist\. Connect the disk/u),
  ]);
  mkdirSync(place);
  await settings.update({ theme: 'dark' });
  expect(reports).toHaveLength(2);
  expect(reports[1]).toBeNull();
});
