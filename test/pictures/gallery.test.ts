/**
 * A picture of every component in all its states, in `test/artifacts/pictures/components-<theme>/<component>.png`, and
 * what axe finds wrong with any of them.
 */
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { faults } from '../e2e/axe';
import { openLab, projectFolder, type LabApp } from '../e2e/lab-app';

const themes = ['dark', 'light'] as const;
const pictures = join(projectFolder, 'test/artifacts/pictures');

/** Rules for a page with one of each: here a page shows many, beside each other and without their surroundings. */
const ofWholePages: readonly string[] = [
  'aria-allowed-role', 'heading-order', 'landmark-banner-is-top-level', 'landmark-complementary-is-top-level', 'landmark-contentinfo-is-top-level', 'landmark-main-is-top-level',
  'landmark-no-duplicate-banner', 'landmark-no-duplicate-contentinfo', 'landmark-no-duplicate-main', 'landmark-one-main', 'landmark-unique', 'page-has-heading-one', 'region',
];

let lab: LabApp;
beforeAll(async () => {
  lab = await openLab({ switches: ['--gallery'] });
  await lab.page.locator('main[aria-busy=false]').first().waitFor();
});
afterAll(() => lab?.close());

test.each(themes)('components in the %s theme', async (colorScheme) => {
  const { page } = lab;
  await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
  const folder = join(pictures, `components-${colorScheme}`);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const specimens = await page.locator('.specimen').all();
  expect(specimens.length).toBeGreaterThan(90);
  for (const specimen of specimens) await specimen.screenshot({ path: join(folder, `${await specimen.getAttribute('aria-label')}.png`) });
});

test.each(themes)('dialogs in the %s theme', async (colorScheme) => {
  const { page } = lab;
  await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
  const openers = page.getByRole('button', { name: 'Open it' });
  const count = await openers.count();
  expect(count).toBeGreaterThan(4);
  for (let i = 0; i < count; i++) {
    const name = await openers.nth(i).evaluate((button) => `${button.closest('section')?.ariaLabel}, ${button.closest('figure')?.querySelector('figcaption')?.textContent}`);
    await openers.nth(i).click();
    await page.locator('dialog[open]').screenshot({ path: join(pictures, `components-${colorScheme}`, `${name}.png`) });
    expect(await found(), name).toEqual([]);
    await page.keyboard.press('Escape');
  }
});

test.each(themes)('axe finds nothing wrong with a component in the %s theme', async (colorScheme) => {
  await lab.page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
  expect(await found()).toEqual([]);
});

test('none of them complained', () => expect(lab.complaints).toEqual([]));

const found = async (): Promise<string[]> => (await faults(lab.page)).filter((fault) => !ofWholePages.some((rule) => fault.startsWith(`${rule}:`)));
