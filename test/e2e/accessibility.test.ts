/** Checks every view in both themes against WCAG 2.2 AA with axe. */
import { rmSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findViolations } from './axe';
import { launchApp, type LaunchedApp } from './launch-app';
import { createSampleDataFolder } from './sample-data-folder';

let lab: LaunchedApp;
let folder: string;
beforeAll(async () => {
  folder = await createSampleDataFolder();
  lab = await launchApp({ dataFolder: folder });
}, 120_000);
afterAll(async () => {
  await lab?.close();
  rmSync(folder, { recursive: true, force: true });
});

test('findViolations detects an image without alt text and low contrast', async () => {
  await lab.page.evaluate(() => {
    const wrong = Object.assign(document.createElement('main'), {
      id: 'wrong',
      innerHTML: '<img src="data:,"><p>grey</p>',
    });
    // The content security policy of the page blocks style attributes.
    Object.assign(wrong.style, {
      position: 'fixed',
      inset: '0 auto auto 0',
      zIndex: 9,
      color: '#888',
      background: '#999',
    });
    document.body.append(wrong);
  });
  const found = (await findViolations(lab.page)).join('\n');
  await lab.page.evaluate(() => document.querySelector('#wrong')?.remove());
  expect(found).toContain('image-alt');
  expect(found).toContain('color-contrast');
});

const views = ['Home', 'Datasets', 'Train', 'Solve', 'Models', 'Settings'];

describe.each(['dark', 'light'] as const)('in the %s theme', (colorScheme) => {
  beforeAll(() => lab.page.emulateMedia({ colorScheme, reducedMotion: 'reduce' }));

  test.each(views)('%s has no axe violations', async (view) => {
    await lab.page.getByRole('button', { name: view, exact: true }).click({ timeout: 10_000 });
    await lab.page.locator('.skeleton').first().waitFor({ state: 'detached', timeout: 15_000 });
    expect(await findViolations(lab.page)).toEqual([]);
  });
});
