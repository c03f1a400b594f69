/** A picture of every component in all its states, in `test/artifacts/pictures/components-<theme>/<component>.png`. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openLab, projectFolder, type LabApp } from '../e2e/lab-app';

let lab: LabApp;
beforeAll(async () => {
  lab = await openLab({ switches: ['--gallery'] });
});
afterAll(() => lab?.close());

test.each(['dark', 'light'] as const)('components in the %s theme', async (colorScheme) => {
  const { page } = lab;
  await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
  const folder = join(projectFolder, 'test/artifacts/pictures', `components-${colorScheme}`);
  mkdirSync(folder, { recursive: true });
  const specimens = await page.locator('.specimen').all();
  expect(specimens.length).toBeGreaterThan(0);
  for (const specimen of specimens) await specimen.screenshot({ path: join(folder, `${await specimen.getAttribute('aria-label')}.png`) });
});

test('none of them complained', () => expect(lab.complaints).toEqual([]));
