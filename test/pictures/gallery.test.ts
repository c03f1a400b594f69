/**
 * A picture of every component in all its states, in `test/artifacts/pictures/components-<theme>/<component>.png`, and
 * what axe finds wrong with any of them.
 */
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findViolations } from '../e2e/axe';
import { launchApp, projectFolder, type LaunchedApp } from '../e2e/launch-app';

const themes = ['dark', 'light'] as const;
const views = ['Frame', 'Grid', 'Home', 'Datasets', 'Augmentation', 'Train', 'Solve', 'Models', 'Settings', 'Palette'];
const pictures = join(projectFolder, 'test/artifacts/pictures');

/** Rules for a page with one of each: here a page shows many, beside each other and without their surroundings. */
const ofWholePages: readonly string[] = [
  'aria-allowed-role',
  'heading-order',
  'landmark-banner-is-top-level',
  'landmark-complementary-is-top-level',
  'landmark-contentinfo-is-top-level',
  'landmark-main-is-top-level',
  'landmark-no-duplicate-banner',
  'landmark-no-duplicate-contentinfo',
  'landmark-no-duplicate-main',
  'landmark-one-main',
  'landmark-unique',
  'page-has-heading-one',
  'region',
];

let lab: LaunchedApp;
beforeAll(async () => {
  lab = await launchApp({ switches: ['--gallery'] });
  await settled();
});
afterAll(() => lab?.close());

const settled = (): Promise<void> => lab.page.locator('main[aria-busy=false]').first().waitFor();
const found = async (): Promise<string[]> =>
  (await findViolations(lab.page)).filter((fault) => !ofWholePages.some((rule) => fault.startsWith(`${rule}:`)));

/** A view at a time: with all of them every picture would lay out hundreds of components anew. */
async function show(view: string): Promise<void> {
  await lab.page.getByLabel('Find a component').fill(`${view}, `);
  await settled();
}

describe.each(themes)('in the %s theme', (colorScheme) => {
  const folder = join(pictures, `components-${colorScheme}`);
  beforeAll(async () => {
    await lab.page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
  });

  test.each(views)('the components of %s', { timeout: 300_000 }, async (view) => {
    await show(view);
    const specimens = await lab.page.locator('.specimen').all();
    expect(specimens.length).toBeGreaterThan(0);
    for (const specimen of specimens)
      await specimen.screenshot({ path: join(folder, `${await specimen.getAttribute('aria-label')}.png`) });
    expect(await found()).toEqual([]);
  });

  test.each(['Frame', 'Palette'])('the dialogs of %s', async (view) => {
    await show(view);
    const openers = lab.page.getByRole('button', { name: 'Open it' });
    const count = await openers.count();
    expect(count).toBeGreaterThan(0);
    for (let i = 0; i < count; i++) {
      const name = await openers
        .nth(i)
        .evaluate(
          (button) =>
            `${button.closest('section')?.ariaLabel}, ${button.closest('figure')?.querySelector('figcaption')?.textContent}`,
        );
      await openers.nth(i).click();
      await lab.page.locator('dialog[open]').screenshot({ path: join(folder, `${name}.png`) });
      expect(await found(), name).toEqual([]);
      await lab.page.keyboard.press('Escape');
      await lab.page.locator('dialog[open]').waitFor({ state: 'detached' });
    }
  });
});

test('every view was looked at', async () => {
  await lab.page.getByLabel('Find a component').fill('');
  expect(await lab.page.locator('h2.chapter').allTextContents()).toEqual(views);
});

test('none of them complained', () => expect(lab.consoleErrors).toEqual([]));
