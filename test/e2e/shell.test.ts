/** The shell around the views: commands, shortcuts, settings, presenter mode, notifications, and restored window state. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findViolations } from './axe';
import { launchApp, projectFolder, startAgain, type LaunchedApp } from './launch-app';

let lab: LaunchedApp;
beforeAll(async () => {
  lab = await launchApp();
}, 60_000);
afterAll(() => lab?.close());

const go = (view: string) =>
  lab.page.getByRole('navigation', { name: 'Views' }).getByRole('button', { name: view, exact: true }).click();
const root = (name: string) => lab.page.evaluate((attribute) => document.documentElement.getAttribute(attribute), name);
const zoom = () =>
  lab.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.webContents.getZoomFactor() ?? 0);
/** Takes a screenshot of the window: Playwright's own screenshots are clipped in a zoomed window. */
const picture = async (name: string): Promise<void> => {
  const png = await lab.app.evaluate(async ({ BrowserWindow }) =>
    (await BrowserWindow.getAllWindows()[0]!.webContents.capturePage()).toPNG().toString('base64'),
  );
  mkdirSync(join(projectFolder, 'test/artifacts'), { recursive: true });
  writeFileSync(join(projectFolder, 'test/artifacts', `${name}.png`), Buffer.from(png, 'base64'));
};
const kept = () => JSON.parse(readFileSync(join(lab.dataFolder, 'settings.json'), 'utf8')) as Record<string, unknown>;

test('Home shows its action cards, and the training speed after a benchmark', async () => {
  const { page } = lab;
  await page.getByRole('button', { name: /^Watch the model solve/u }).waitFor();
  await page.getByRole('button', { name: /^Inspect the model/u }).waitFor();
  await page.getByText('Speed: not measured yet').waitFor();
  await page.getByRole('button', { name: 'Next puzzle' }).waitFor();
  await lab.screenshot('shell-home');
  await page.getByRole('button', { name: 'Run benchmark' }).click();
  await page.getByText(/training steps per second/u).waitFor({ timeout: 60_000 });
  expect(Number(await page.locator('.pace strong').textContent())).toBeGreaterThan(0);
  await lab.screenshot('shell-home-measured');
}, 90_000);

test('Inspect the model opens the puzzle of the demo in Solve, paused', async () => {
  const { page } = lab;
  // Pauses the demo so that it does not change the puzzle before the click.
  const pause = page.getByRole('button', { name: 'Pause', exact: true });
  if (await pause.isVisible()) await pause.click();
  await page.getByRole('button', { name: /^Inspect the model/u }).click();
  await page.getByRole('heading', { name: 'Solve', level: 1 }).waitFor();
  await expect.poll(() => page.getByRole('combobox', { name: 'Model' }).inputValue()).toBe('sudoku-9x9');
  await page.getByRole('button', { name: 'Play', exact: true }).waitFor();
  await go('Home');
});

test('the palette finds a command by some of its letters and runs it with Enter', async () => {
  const { page } = lab;
  await page.keyboard.press('Control+k');
  const field = page.getByRole('combobox', { name: 'Search commands' });
  await field.waitFor();
  expect(await page.getByRole('option').first().textContent()).toContain('Home');
  await lab.screenshot('shell-palette');
  await field.fill('slvwth');
  expect(await page.getByRole('option', { selected: true }).textContent()).toMatch(/^Solve a puzzle with/u);
  await field.fill('light th');
  await page.keyboard.press('Enter');
  await expect.poll(() => root('data-theme')).toBe('light');
  await page.keyboard.press('Control+k');
  await page.getByRole('option').first().waitFor();
  expect(await page.getByRole('group', { name: 'Recently used' }).getByRole('option').count()).toBe(0);
  await field.fill('dark th');
  await page.keyboard.press('Enter');
  await expect.poll(() => root('data-theme')).toBe('dark');
});

test('the palette opens a puzzle by its address and finds nothing for an unknown address', async () => {
  const { page } = lab;
  await page.keyboard.press('Control+k');
  const field = page.getByRole('combobox', { name: 'Search commands' });
  await field.fill('sudoku-4x4/test/999999999');
  await page.getByText(/^No matching commands/u).waitFor();
  await field.fill('sudoku-4x4/test/17');
  await page.getByRole('option', { name: 'Open puzzle sudoku-4x4/test/17' }).click();
  await page.getByRole('heading', { name: 'Solve', level: 1 }).waitFor();
  await page.getByText('sudoku-4x4/test/17').first().waitFor();
});

test('shortcuts navigate between views, are listed with ? and are ignored in text fields', async () => {
  const { page } = lab;
  await page.keyboard.press('Control+5');
  await page.getByRole('button', { name: 'Open in Solve' }).waitFor();
  await page.keyboard.press('Control+2');
  const search = page.getByRole('searchbox');
  await search.waitFor();
  await page.keyboard.press('Alt+ArrowLeft');
  await expect.poll(() => page.url()).toMatch(/#models\/[\w-]+$/u);
  await page.keyboard.press('Alt+ArrowRight');
  await search.waitFor();
  const clickSide = (button: number) =>
    page.evaluate((side) => dispatchEvent(new MouseEvent('mouseup', { button: side, cancelable: true })), button);
  await clickSide(3);
  await expect.poll(() => page.url()).toMatch(/#models\/[\w-]+$/u);
  await clickSide(4);
  await search.waitFor();
  await search.focus();
  await page.keyboard.press('?');
  await page.keyboard.press('Control+1');
  expect(await search.inputValue()).toBe('?');
  expect(await page.getByRole('dialog').count()).toBe(0);
  await search.fill('');
  await page.getByRole('button', { name: 'Datasets', exact: true }).focus();
  await page.keyboard.press('?');
  await page.getByRole('dialog', { name: 'Keyboard shortcuts' }).getByText('Turn presenter mode on or off').waitFor();
  await lab.screenshot('shell-keys');
  await page.keyboard.press('Escape');
  expect(await page.getByRole('dialog').count()).toBe(0);
});

test('text size and motion are applied and saved; a reset can be undone', async () => {
  const { page } = lab;
  await go('Settings');
  await page.getByRole('radio', { name: '130 %' }).click();
  await expect.poll(zoom).toBeCloseTo(1.3, 5);
  await page.getByRole('radio', { name: 'Reduced' }).click();
  await expect.poll(() => root('data-motion')).toBe('reduce');
  await picture('shell-settings-130');
  await expect.poll(() => kept().textSize).toBe(130);
  await page.getByRole('button', { name: 'Reset to defaults' }).click();
  await expect.poll(zoom).toBeCloseTo(1, 5);
  await page
    .getByRole('status')
    .getByText(/were reset to their defaults/u)
    .waitFor();
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect.poll(zoom).toBeCloseTo(1.3, 5);
  await page.getByRole('button', { name: 'Reset to defaults' }).click();
  await page.getByRole('button', { name: 'Defaults are in use' }).waitFor();
});

test('the number of cores applies at once and is saved; so is whether the computer stays awake', async () => {
  const { page } = lab;
  await go('Settings');
  const cores = page.getByRole('combobox', { name: 'CPU cores' });
  await cores.selectOption('1');
  await page.getByText(/^1 thread\b/u).waitFor();
  await page.getByRole('checkbox', { name: 'Keep this computer awake while training' }).uncheck();
  await expect.poll(kept).toMatchObject({ cores: 1, keepAwake: false });
  await page.getByRole('button', { name: 'Reset to defaults' }).click();
  expect(await cores.inputValue()).toBe('');
  await expect.poll(kept).toMatchObject({ cores: null, keepAwake: true });
});

test('Settings shows storage, the data folder and diagnostics', async () => {
  const { page } = lab;
  await go('Settings');
  await page.getByRole('row', { name: /^Total/u }).waitFor();
  await page.getByText(/TRM_LAB_DATA sets the location/u).waitFor();
  await page.getByRole('button', { name: 'Show diagnostics' }).click();
  const text = page.getByRole('region', { name: 'Diagnostics text' });
  await text.getByText(/^TRM Puzzle Lab \d/u).waitFor();
  const told = (await text.textContent()) ?? '';
  for (const part of ['CPU: ', 'Electron ', 'onnxruntime ', 'Device ', 'Last error']) expect(told).toContain(part);
  await lab.screenshot('shell-settings');
});

test('About shows the third-party licences, which are read when the dialog opens and can be searched', async () => {
  const { page } = lab;
  await go('Settings');
  const requests: string[] = [];
  page.on('request', (request) => requests.push(request.url()));
  const about = page.getByRole('region', { name: 'About' });
  await about.getByText(/^TRM Puzzle Lab \d/u).waitFor();
  await about.getByRole('button', { name: 'Show third-party licences' }).click();
  const dialog = page.getByRole('dialog', { name: 'Third-party licences' });
  await dialog
    .getByRole('status')
    .getByText(/^\d+ packages$/u)
    .waitFor();
  expect(requests).toContain('app://lab/third-party-notices.json');
  const rows = dialog.getByRole('listitem');
  const texts = await rows.allTextContents();
  for (const name of ['svelte', 'zod', 'onnxruntime-node', '@lucide/svelte', '@fontsource-variable/inter', 'electron'])
    expect(texts.filter((text) => text.startsWith(`${name} `))).toHaveLength(1);
  await dialog.getByRole('searchbox').fill('ofl inter');
  await dialog.getByText('1 package', { exact: true }).waitFor();
  await rows.first().locator('summary').click();
  await dialog.getByText('SIL OPEN FONT LICENSE Version 1.1', { exact: false }).waitFor();
  await lab.screenshot('shell-notices');
  expect(await findViolations(page)).toEqual([]);
  await page.keyboard.press('Escape');
  expect(await page.getByRole('dialog').count()).toBe(0);
});

test('presenter mode enlarges the text, hides the selected sections and ends with Escape', async () => {
  const { page } = lab;
  await go('Settings');
  await page.getByRole('checkbox', { name: 'Sidebar' }).check();
  await go('Home');
  await page.keyboard.press('F5');
  await expect.poll(zoom).toBeCloseTo(1.25, 5);
  await expect.poll(() => page.getByRole('heading', { name: 'Recent runs' }).isVisible()).toBe(false);
  expect(await page.locator('nav.sidebar').isVisible()).toBe(false);
  await page.getByRole('button', { name: /^Watch the model solve/u }).waitFor();
  await picture('shell-presenter');
  await page.keyboard.press('Escape');
  await expect.poll(zoom).toBeCloseTo(1, 5);
  await page.getByRole('heading', { name: 'Recent runs' }).waitFor();
  expect(await page.locator('nav.sidebar').isVisible()).toBe(true);
});

test('a second start shows a notification in the first window', async () => {
  expect(await startAgain(lab.dataFolder)).toBe(0);
  await lab.page.getByRole('status').getByText('TRM Puzzle Lab is already running.').waitFor();
  await lab.page
    .getByRole('button', { name: 'Recent activity' })
    .or(lab.page.getByRole('button', { name: /unread$/u }))
    .click();
  await lab.page
    .getByRole('dialog', { name: 'Recent activity' })
    .getByText('were reset to their defaults')
    .first()
    .waitFor();
  await lab.screenshot('shell-notifications');
  await lab.page.keyboard.press('Escape');
});

/** Width of the board in pixels of the screen, in a window of this size. */
const boardWidth = async ([width, height]: readonly [number, number]): Promise<number> => {
  await lab.app.evaluate(
    ({ BrowserWindow }, size) => BrowserWindow.getAllWindows()[0]!.setContentSize(size[0]!, size[1]!),
    [width, height],
  );
  await lab.page.getByRole('grid').waitFor();
  const measure = () =>
    lab.page.evaluate(() => [
      Math.round(innerWidth * devicePixelRatio),
      Math.round(document.querySelector('main [role=grid]')!.getBoundingClientRect().width * devicePixelRatio),
    ]);
  let measured = await measure();
  // Until two measurements of a window of this size agree: it is resized and laid out in between.
  await expect
    .poll(async () => [measured, (measured = await measure())], { interval: 300 })
    .toSatisfy(([before, after]: number[][]) => String(before) === String(after) && Math.abs(after![0]! - width) <= 2);
  return measured[1]!;
};

test.each([100, 150])(
  'presenter mode enlarges the board at every size of the window, with text of %s %%',
  async (textSize) => {
    const { page } = lab;
    await page.evaluate((size) => window.mainApi.updateSettings({ textSize: size as 100 }), textSize);
    await page.evaluate(() => (location.hash = 'solve/sudoku-9x9/=' + '1'.padEnd(81, '.')));
    await page.reload();
    await page.getByRole('grid').waitFor();
    const sizes = [
      [1024, 640],
      [1280, 800],
      [1920, 1080],
    ] as const;
    const normal: number[] = [];
    for (const size of sizes) normal.push(await boardWidth(size));
    await page.keyboard.press('F5');
    for (const [index, size] of sizes.entries())
      await expect.poll(() => boardWidth(size)).toBeGreaterThan(normal[index]!);
    await page.keyboard.press('Escape');
    await page.evaluate(() => window.mainApi.updateSettings({ textSize: 100 }));
    await page.reload();
  },
);

test('the board alone fills the screen, and Escape brings the view back', async () => {
  const { page } = lab;
  const before = await boardWidth([1280, 800]);
  await page.keyboard.press('b');
  await expect.poll(() => page.getByRole('complementary', { name: 'Inspector' }).isVisible()).toBe(false);
  const alone = () => page.getByRole('grid').evaluate((grid) => grid.getBoundingClientRect().width);
  await expect.poll(alone).toBeGreaterThan(before);
  await page.getByRole('button', { name: 'Show the whole view' }).waitFor();
  await page.keyboard.press('Escape');
  await page.getByRole('complementary', { name: 'Inspector' }).waitFor();
});

test('every view and every tab keeps its own scroll position', async () => {
  const { page } = lab;
  await lab.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.setContentSize(960, 640));
  const content = () => page.locator('main > .content');
  const inspector = () => page.getByRole('complementary', { name: 'Inspector' });
  const tab = async (name: 'Answer' | 'State') => {
    await go('Solve');
    // The tabs scroll with their content, and Playwright would first scroll to them.
    await inspector()
      .getByRole('radio', { name })
      .evaluate((radio: HTMLElement) => radio.click());
  };
  const places = [
    { name: 'Settings', open: () => go('Settings'), scrolled: content, top: 160 },
    { name: 'Train', open: () => go('Train'), scrolled: content, top: 90 },
    {
      name: 'Models',
      open: () => go('Models'),
      scrolled: () => page.getByRole('navigation', { name: 'Models' }),
      top: 70,
    },
    { name: 'Answer', open: () => tab('Answer'), scrolled: inspector, top: 50 },
    { name: 'State', open: () => tab('State'), scrolled: inspector, top: 20 },
  ];
  const positionOf = (place: (typeof places)[number]) => place.scrolled().evaluate((element) => element.scrollTop);
  for (const place of places) {
    await place.open();
    // Content that is still read may be too short at first.
    await expect
      .poll(
        async () => {
          await place.scrolled().evaluate((element, top) => element.scrollTo(0, top), place.top);
          return positionOf(place);
        },
        { timeout: 10_000 },
      )
      .toBe(place.top);
  }
  for (const place of [...places, ...places]) {
    await place.open();
    await expect.poll(() => positionOf(place), { timeout: 10_000, message: place.name }).toBe(place.top);
  }
}, 120_000);

test('the page has no console errors', () => expect(lab.consoleErrors).toEqual([]));

test('a restart restores the view and the window size', async () => {
  const { page, app, dataFolder } = lab;
  await go('Models');
  await app.evaluate(({ BrowserWindow }) =>
    BrowserWindow.getAllWindows()[0]?.setBounds({ x: 40, y: 30, width: 1100, height: 760 }),
  );
  await expect
    .poll(() => (existsSync(join(dataFolder, 'settings.json')) ? kept().window : null))
    .toMatchObject({ width: 1100, height: 760 });
  await page.waitForTimeout(100);
  const again = join(dataFolder, 'again');
  mkdirSync(again);
  writeFileSync(join(again, 'settings.json'), readFileSync(join(dataFolder, 'settings.json')));
  const second = await launchApp({ dataFolder: again });
  try {
    expect(second.page.url()).toMatch(/#models\/[\w-]+$/u);
    const bounds = await second.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.getBounds());
    expect(bounds).toMatchObject({ width: 1100, height: 760 });
  } finally {
    await second.close();
  }
});
