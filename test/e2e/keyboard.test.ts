/** The lab without a mouse: from the start to a solved puzzle, a trained model and back, by keys alone. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { launchApp, type LaunchedApp } from './launch-app';

let lab: LaunchedApp;
beforeAll(async () => {
  lab = await launchApp();
});
afterAll(() => lab?.close());

/** What has the focus, as a screen reader would name it. */
const focused = (): Promise<string> =>
  lab.page.evaluate(() => {
    const { activeElement: at } = document;
    return (at?.getAttribute('aria-label') ?? at?.textContent ?? '').trim().replace(/\s+/gu, ' ');
  });

const press = (...keys: string[]) =>
  keys.reduce((before, key) => before.then(() => lab.page.keyboard.press(key)), Promise.resolve());

/** Presses Tab until it is there. @throws when a hundred did not reach it */
async function tabTo(name: RegExp): Promise<void> {
  for (let i = 0; i < 100; i++) {
    if (name.test(await focused())) return;
    await press('Tab');
  }
  throw new Error(`Tab does not reach ${name}; it is at "${await focused()}"`);
}

test('every stop of the Tab key is visible and has a name', async () => {
  const seen: string[] = [];
  for (let i = 0; i < 40; i++) {
    await press('Tab');
    const { name, ringed, inSight } = await lab.page.evaluate(() => {
      const at = document.activeElement as HTMLElement;
      const { width, height, top, left } = at.getBoundingClientRect();
      const style = getComputedStyle(at);
      // A radio button of a segmented control shows its ring on the label beside it.
      const beside = at.nextElementSibling ? getComputedStyle(at.nextElementSibling) : style;
      return {
        name: (
          at.getAttribute('aria-label') ??
          (at as HTMLInputElement).labels?.[0]?.textContent ??
          at.textContent ??
          ''
        ).trim(),
        ringed: [style, beside].some(({ outlineStyle }) => outlineStyle !== 'none') || at === document.body,
        inSight: at === document.body || (width > 0 && height > 0 && top < innerHeight && left < innerWidth),
      };
    });
    seen.push(name);
    expect({ name: name.slice(0, 40), ringed, inSight }).toEqual({
      name: name.slice(0, 40),
      ringed: true,
      inSight: true,
    });
  }
  expect(seen.filter((name) => name === '')).toEqual([]);
});

test('a puzzle is opened and walked through', async () => {
  await press('Control+4');
  const place = lab.page.getByRole('slider', { name: 'Position in the solve' });
  await place.waitFor();
  await press('Home', 'ArrowRight', 'Shift+ArrowRight');
  expect(Number(await place.getAttribute('aria-valuenow'))).toBeGreaterThan(1);
  await press('End');
  expect(await place.getAttribute('aria-valuenow')).toBe(await place.getAttribute('aria-valuemax'));
});

test('a training is set up, started, and stopped', { timeout: 120_000 }, async () => {
  await press('Control+3');
  await tabTo(/^Start training/u);
  await press('Enter');
  await lab.page.getByRole('button', { name: /^Stop/u }).waitFor({ timeout: 30_000 });
  await tabTo(/^Stop/u);
  await press('Enter');
  await lab.page.getByRole('button', { name: /^Stop|^Saving/u }).waitFor({ state: 'detached', timeout: 60_000 });
});

test('a command is found and done', async () => {
  await press('Control+k');
  await lab.page.keyboard.type('models');
  await press('Enter');
  await expect.poll(() => lab.page.evaluate(() => location.hash)).toBe('#models');
});

test('the keys are listed, and Escape leads back to where one was', async () => {
  const before = await focused();
  await press('?');
  await lab.page.getByRole('dialog').waitFor();
  await press('Escape');
  await lab.page.getByRole('dialog').waitFor({ state: 'detached' });
  expect(await focused()).toBe(before);
});
