/** The language of the window: from the settings at start, changed without a restart, and with space for longer texts. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { launchApp, projectFolder, type LaunchedApp } from './launch-app';

const views = ['home', 'datasets', 'train', 'solve', 'models', 'experiments', 'settings'];

let lab: LaunchedApp;
let dataFolder: string;
beforeAll(async () => {
  dataFolder = mkdtempSync(join(tmpdir(), 'language-'));
  writeFileSync(join(dataFolder, 'settings.json'), JSON.stringify({ language: 'de' }));
  lab = await launchApp({ dataFolder });
}, 60_000);
afterAll(async () => {
  await lab?.close();
  rmSync(dataFolder, { recursive: true, force: true });
});

const menuLabels = () => lab.app.evaluate(({ Menu }) => Menu.getApplicationMenu()?.items.map(({ label }) => label));
const heading = (name: string) => lab.page.getByRole('heading', { name, level: 1, exact: true });

test('the window and its menu start in the language of the settings', async () => {
  await lab.page.getByRole('button', { name: 'Einstellungen', exact: true }).click();
  await heading('Einstellungen').waitFor();
  expect(await lab.page.evaluate(() => document.documentElement.lang)).toBe('de');
  expect(await menuLabels()).toContain('Bearbeiten');
  await lab.screenshot('language-german');
});

test.each([
  ['fr', 'Paramètres', 'Édition'],
  ['es', 'Ajustes', 'Edición'],
  ['zh-CN', '设置', '编辑'],
  ['en', 'Settings', 'Edit'],
])('%s is applied as soon as it is selected', async (language, title, menu) => {
  await lab.page.locator('#language').selectOption(language);
  await heading(title).waitFor();
  expect(await lab.page.evaluate(() => document.documentElement.lang)).toBe(language);
  await expect.poll(menuLabels).toContain(menu);
});

test('the command palette finds commands by their name in the current language and in English', async () => {
  const { page } = lab;
  await page.locator('#language').selectOption('de');
  await heading('Einstellungen').waitFor();
  for (const words of ['Einstellungen', 'Settings']) {
    const search = page.getByRole('dialog').getByRole('combobox');
    // The shortcut has no effect while the dialog of the previous words is closing.
    const openPalette = async () => {
      if (!(await search.isVisible())) await page.keyboard.press('Control+k');
      return search.isVisible();
    };
    await expect.poll(openPalette, { timeout: 10_000 }).toBe(true);
    await search.fill(words);
    await page
      .getByRole('option', { name: /Einstellungen/u })
      .first()
      .waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'hidden' });
  }
});

test.each(views)('%s does not clip longer texts at 1280×800 and shows no untranslated text', async (view) => {
  const { page, app } = lab;
  await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]!.setContentSize(1280, 800));
  await page.evaluate(() => window.mainApi.updateSettings({ language: 'en-XA' }));
  await page.reload();
  await page.evaluate((id) => void (location.hash = id), view);
  await page.locator('.skeleton').first().waitFor({ state: 'detached', timeout: 15_000 });
  await page.locator('h1').waitFor();
  await lab.screenshot(`language-pseudo-${view}`);
  expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true);
  expect(await page.evaluate(findClippedText)).toEqual([]);
  expect((await page.evaluate(findTexts)).filter(isUntranslated)).toEqual([]);
});

const builtIn = join(projectFolder, 'models/pretrained');
const builtInIds = readdirSync(builtIn);
const cardOf = (id: string): unknown => JSON.parse(readFileSync(join(builtIn, id, 'card.json'), 'utf8'));
/** Ids and names of the built-in models. */
const modelTexts = [...builtInIds, ...builtInIds.map((id) => (cardOf(id) as { readonly name: string }).name)];

/** Names, numbers, units, dates (by Intl) and code; every other text of the pseudo-locale is in brackets. */
const languageFree = [
  /^[^\p{L}]*$/u,
  /^\p{L}$/u,
  /^H \d+ × L \d+$/u,
  /^(?:ms|s|kB|MB|GB|GFLOP|MFLOP|TFLOP|(?:Ctrl|Alt|Shift)(?: \+ \S+)?|Esc)$/u,
  /^(?:\d+ minutes?|\p{L}{3} \d+, \d{4})$/u,
  /^[\d.,]+ (?:kB|MB|GB|ms)$/u,
  /^TRM|AMD|Intel|GPU \((?:WebGPU|CUDA|DirectML|CoreML)\)$/u,
  /Classroom|Sudoku-Extreme|Maze-Hard|ARC-AGI/u,
  // The name of an architecture.
  /^[\w -]+ TRM(?:,|$)/u,
  /^(?:classroom|\/?\w+(?:[-/]\w+)+)$/u,
];
function isUntranslated(text: string): boolean {
  if (modelTexts.includes(text)) return false;
  return text.includes('[object') || !(text.includes('[') || languageFree.some((pattern) => pattern.test(text)));
}

/** Returns every visible text of the page and the texts for assistive technology. Runs in the page. */
function findTexts(): string[] {
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const texts: string[] = [];
  while (walker.nextNode()) {
    const { parentElement, textContent } = walker.currentNode;
    if (parentElement?.checkVisibility() && !parentElement.closest('code, style, script, option')) {
      texts.push(textContent ?? '');
    }
  }
  for (const element of document.querySelectorAll('[aria-label], [title], [placeholder]')) {
    for (const name of ['aria-label', 'title', 'placeholder']) texts.push(element.getAttribute(name) ?? '');
  }
  return [...new Set(texts.map((text) => text.trim()))].filter((text) => text !== '');
}

/** Returns the texts of buttons, labels and headings that are clipped without an ellipsis. Runs in the page. */
function findClippedText(): string[] {
  const elements = [...document.querySelectorAll<HTMLElement>('button, label, h1, h2, h3, th, dt, legend, summary')];
  return elements
    .filter(({ scrollWidth, clientWidth }) => clientWidth > 0 && scrollWidth > clientWidth + 1)
    .filter((element) => getComputedStyle(element).textOverflow !== 'ellipsis')
    .map((element) => element.textContent?.trim() ?? '');
}
