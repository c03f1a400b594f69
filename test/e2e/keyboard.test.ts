/** The app without a mouse: solve a puzzle, train a model and run commands by keyboard. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { launchApp, type LaunchedApp } from './launch-app';

let lab: LaunchedApp;
beforeAll(async () => {
  lab = await launchApp();
});
afterAll(() => lab?.close());

/** Returns the accessible name of the focused element. */
const focused = (): Promise<string> =>
  lab.page.evaluate(() => {
    const { activeElement: at } = document;
    return (at?.getAttribute('aria-label') ?? at?.textContent ?? '').trim().replace(/\s+/gu, ' ');
  });

const press = (...keys: string[]) =>
  keys.reduce((before, key) => before.then(() => lab.page.keyboard.press(key)), Promise.resolve());

/** Presses Tab until an element with this name has the focus. @throws Error after 100 presses */
async function tabTo(name: RegExp): Promise<void> {
  for (let i = 0; i < 100; i++) {
    if (name.test(await focused())) return;
    await press('Tab');
  }
  throw new Error(`Tab does not reach ${name}; it is at "${await focused()}"`);
}

test('every tab stop is visible, has a focus ring and a name', async () => {
  const seen: string[] = [];
  for (let i = 0; i < 40; i++) {
    await press('Tab');
    const { name, ringed, inSight } = await lab.page.evaluate(() => {
      const at = document.activeElement as HTMLElement;
      const { width, height, top, left } = at.getBoundingClientRect();
      const style = getComputedStyle(at);
      // A radio button of a segmented control shows its focus ring on the next element, its label.
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

test('opens a puzzle and steps through its solve', async () => {
  await press('Control+4');
  const place = lab.page.getByRole('slider', { name: 'Position in the solve' });
  await place.waitFor();
  const valueOf = async (name: 'now' | 'max') => Number(await place.getAttribute(`aria-value${name}`));
  // Steps appear as they are computed.
  const isAtEnd = async () => {
    await press('End');
    return (await valueOf('now')) === (await valueOf('max'));
  };
  await expect.poll(isAtEnd).toBe(true);
  await press('Home', 'ArrowRight', 'Shift+ArrowRight');
  await expect.poll(() => valueOf('now')).toBeGreaterThan(1);
  await expect.poll(isAtEnd).toBe(true);
});

test('starts and stops a run', { timeout: 120_000 }, async () => {
  await press('Control+3');
  await tabTo(/^Start training/u);
  await press('Enter');
  await lab.page.getByRole('button', { name: /^Stop/u }).waitFor({ timeout: 30_000 });
  await tabTo(/^Stop/u);
  await press('Enter');
  await lab.page.getByRole('button', { name: /^Stop|^Saving/u }).waitFor({ state: 'detached', timeout: 60_000 });
});

test('finds and runs a command in the palette', async () => {
  await press('Control+k');
  await lab.page.keyboard.type('models');
  await press('Enter');
  await expect.poll(() => lab.page.evaluate(() => location.hash)).toMatch(/^#models\/[\w-]+$/u);
});

test('opens the list of shortcuts, and Escape restores the focus', async () => {
  const before = await focused();
  await press('?');
  await lab.page.getByRole('dialog').waitFor();
  await press('Escape');
  await lab.page.getByRole('dialog').waitFor({ state: 'detached' });
  await expect.poll(focused).toBe(before);
});
