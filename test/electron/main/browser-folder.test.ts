import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openBrowserFolder, removeBrowserFolder } from '../../../electron/main/browser-folder';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'browser-folder-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

test('is in the data folder, which is created, and stays there', () => {
  const data = join(folder, 'new', 'data');
  const browser = openBrowserFolder(data);
  expect(browser).toEqual({ path: join(data, 'browser'), isTemporary: false });
  removeBrowserFolder(browser);
  expect(readdirSync(browser.path)).toEqual([]);
});

test.each([
  ['is a file', () => writeFileSync(join(folder, 'data'), '')],
  [
    'holds a file of the same name',
    () => (mkdirSync(join(folder, 'data')), writeFileSync(join(folder, 'data/browser'), '')),
  ],
])('is temporary where the data folder %s, and private, and removed at the end', (_reason, prepare) => {
  prepare();
  const browser = openBrowserFolder(join(folder, 'data'));
  expect(browser.isTemporary).toBe(true);
  expect(readdirSync(browser.path)).toEqual([]);
  writeFileSync(join(browser.path, 'Cookies'), '');
  removeBrowserFolder(browser);
  expect(existsSync(browser.path)).toBe(false);
});

// The administrator may write everywhere.
test.skipIf(process.getuid?.() === 0 || process.platform === 'win32')(
  'is temporary where an existing folder is not writable',
  () => {
    mkdirSync(join(folder, 'browser'));
    chmodSync(join(folder, 'browser'), 0o555);
    const browser = openBrowserFolder(folder);
    expect(browser.isTemporary).toBe(true);
    removeBrowserFolder(browser);
  },
);
