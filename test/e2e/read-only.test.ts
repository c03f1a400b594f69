/** Data folders that cannot be written, or disappear: the window opens read-only and says why, and works again when the folder does. */
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { findViolations } from './axe';
import { launchApp, type LaunchedApp } from './launch-app';

/** As the administrator, without the right to write everywhere. */
const asUser = ['setpriv', '--bounding-set=-dac_override,-dac_read_search,-fowner', '--inh-caps=-all'];
const isRoot = process.getuid?.() === 0;

/** Why no folder can be made unwritable for the window; null if it can. */
const cannotRestrict = ((): string | null => {
  if (process.platform === 'win32') return 'folders cannot be protected by their mode on Windows';
  if (!isRoot) return null;
  try {
    execFileSync(asUser[0]!, [...asUser.slice(1), 'true']);
    return null;
  } catch {
    return 'the administrator may write everywhere, and setpriv is missing';
  }
})();
if (cannotRestrict !== null) console.warn(`skipped in read-only.test.ts: ${cannotRestrict}`);

let parent: string;
let folder: string;
let lab: LaunchedApp | undefined;
beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), 'trm-lab-read-only-'));
  folder = join(parent, 'data');
  mkdirSync(folder);
});
afterEach(async () => {
  await lab?.close();
  lab = undefined;
  if (existsSync(folder)) chmodSync(folder, 0o755);
  rmSync(parent, { recursive: true });
});

const open = async (wrapper: readonly string[] = []): Promise<LaunchedApp> =>
  (lab = await launchApp({ dataFolder: folder, wrapper }));
const banner = (text = '') =>
  lab!.page
    .getByRole('alert')
    .filter({ hasText: 'Solving, browsing and evaluation still work.' })
    .filter({ hasText: text });
const bannerCloses = () => banner().waitFor({ state: 'hidden', timeout: 10_000 });
const go = (view: string) =>
  lab!.page.getByRole('navigation', { name: 'Views' }).getByRole('button', { name: view, exact: true }).click();
const temporaryFolders = (): string[] => readdirSync(tmpdir()).filter((name) => name.startsWith('trm-puzzle-lab-'));

test.skipIf(cannotRestrict !== null)(
  'a folder without permission opens read-only: solving works, changes are refused with the reason',
  async () => {
    chmodSync(folder, 0o555);
    const before = temporaryFolders();
    const { page, screenshot } = await open(isRoot ? asUser : []);
    const reason = `the data folder ${folder} cannot be written: no permission`;
    await banner(reason).waitFor();
    await banner('Give your user account permission to read and write there. Solving, browsing').waitFor();
    expect(temporaryFolders()).toHaveLength(before.length + 1);

    await go('Models');
    await page.getByRole('button', { name: 'Open in Solve' }).click();
    await page.getByRole('slider', { name: 'Position in the solve' }).waitFor({ timeout: 30_000 });
    await go('Train');
    const start = page.getByRole('button', { name: 'Start training' });
    expect(await start.isDisabled()).toBe(true);
    expect(await start.getAttribute('title')).toContain(`while the data folder is read-only: ${reason}`);
    await page
      .getByRole('navigation', { name: 'Train' })
      .getByRole('button', { name: /^Queue/u })
      .click();
    expect(await page.getByRole('button', { name: 'Import run…' }).isDisabled()).toBe(true);
    await page.getByRole('navigation', { name: 'Train' }).getByRole('button', { name: 'Set up' }).click();

    for (const theme of ['dark', 'light'] as const) {
      await page.evaluate((choice) => window.mainApi.updateSettings({ theme: choice }).catch(() => undefined), theme);
      await page.emulateMedia({ colorScheme: theme });
      await screenshot(`read-only-${theme}`);
      expect(await findViolations(page)).toEqual([]);
    }
    await page.getByText(/^Your changes apply until you close the app, .*settings\.json: no permission/u).waitFor();

    expect(readdirSync(folder)).toEqual([]);
    chmodSync(folder, 0o755);
    await bannerCloses();
    expect(await start.isEnabled()).toBe(true);
    await lab!.close();
    lab = undefined;
    expect(temporaryFolders()).toEqual(before);
  },
  120_000,
);

test.skipIf(cannotRestrict !== null)(
  'a folder that cannot be created is named with the reason',
  async () => {
    folder = join(parent, 'data', 'new');
    chmodSync(join(parent, 'data'), 0o555);
    await open(isRoot ? asUser : []);
    await banner(`the data folder ${folder} cannot be written: no permission`).waitFor();
    chmodSync(join(parent, 'data'), 0o755);
  },
  60_000,
);

/** Why no disk can be filled; null if one can. */
const cannotMount =
  !isRoot || process.platform !== 'linux' ? 'only the administrator of a Linux system can mount a small disk' : null;
if (cannotMount !== null) console.warn(`skipped in read-only.test.ts: ${cannotMount}`);

test.skipIf(cannotMount !== null)(
  'a full disk opens read-only, and is writable as soon as there is space',
  async () => {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=4m', 'tmpfs', folder]);
    try {
      expect(() => writeFileSync(join(folder, 'fill'), Buffer.alloc(2 ** 23))).toThrow('ENOSPC');
      await open();
      await banner('cannot be written: the disk is full').waitFor();
      await banner('Free some space on the disk.').waitFor();
      rmSync(join(folder, 'fill'));
      await bannerCloses();
      expect(readdirSync(folder)).toContain('lab.lock');
    } finally {
      await lab?.close();
      lab = undefined;
      execFileSync('umount', [folder]);
    }
  },
  60_000,
);

test('a folder in use by a command is shown read-only until the command has ended', async () => {
  writeFileSync(join(folder, 'lab.lock'), String(process.pid));
  const { screenshot } = await open();
  await banner('the data folder is in use by another instance').waitFor();
  await banner('Close the other window or command.').waitFor();
  await screenshot('read-only-in-use');
  rmSync(join(folder, 'lab.lock'));
  await bannerCloses();
}, 60_000);

test('settings.json that is a folder: the window opens with the defaults and says so', async () => {
  mkdirSync(join(folder, 'settings.json'));
  const { page } = await open();
  await page
    .getByText(/^The settings could not be read, so the defaults apply: .*it is a folder\. The old ones/u)
    .waitFor();
}, 60_000);

test('a folder that disappears is named, and everything works again when it is back', async () => {
  const { page, screenshot } = await open();
  await go('Train');
  const start = page.getByRole('button', { name: 'Start training' });
  await start.waitFor();
  renameSync(folder, join(parent, 'away'));
  await banner(`the data folder ${folder} cannot be found`).waitFor({ timeout: 10_000 });
  await page.evaluate(() => window.mainApi.updateSettings({ theme: 'light' }).catch(() => undefined));
  await screenshot('data-folder-missing');
  expect(await start.isDisabled()).toBe(true);
  expect(await start.getAttribute('title')).toContain(`the data folder ${folder} cannot be found`);
  expect(readdirSync(parent)).toEqual(['away']);

  renameSync(join(parent, 'away'), folder);
  await bannerCloses();
  const savedTheme = () => (JSON.parse(readFileSync(join(folder, 'settings.json'), 'utf8')) as { theme: string }).theme;
  await expect.poll(savedTheme).toBe('light');
  await start.click();
  await page.getByRole('button', { name: /^Pause/u }).waitFor({ timeout: 30_000 });

  const fields = ['Name', 'Tags (separated by commas)', 'Notes'].map((label) =>
    page.getByLabel(label, { exact: true }),
  );
  for (const field of fields) await expect.poll(() => field.isEnabled()).toBe(true);
  renameSync(folder, join(parent, 'away'));
  await banner(`the data folder ${folder} cannot be found`).waitFor({ timeout: 10_000 });
  for (const field of fields) {
    expect(await field.isDisabled()).toBe(true);
    expect(await field.getAttribute('title')).toContain('while the data folder is read-only');
  }
  renameSync(join(parent, 'away'), folder);
  await bannerCloses();
}, 90_000);
