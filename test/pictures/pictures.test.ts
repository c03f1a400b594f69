/**
 * Screenshots of every screen: in English `test/artifacts/pictures/<width>-<theme>/<scene>.png`, in German, Chinese and
 * the pseudo-locale (longer, accented text) `<width>-<language>/<scene>.png`. They are for people to check.
 */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, test } from 'vitest';
import { launchApp, projectFolder, type LaunchedApp } from '../e2e/launch-app';
import { createSampleDataFolder } from '../e2e/sample-data-folder';
import { scenes, type Scene } from './scenes';

const folder = join(projectFolder, 'test/artifacts/pictures');
const themes = ['dark', 'light'] as const;
const sizes = [
  [1280, 800],
  [1920, 1080],
] as const;
/** German is the longest of the languages, Chinese has other characters. */
const otherLanguages = ['de', 'zh-CN', 'en-XA'] as const;

async function takePictures(lab: LaunchedApp, { name }: Scene): Promise<void> {
  for (const size of sizes) {
    await resize(lab, size);
    for (const theme of themes) {
      await lab.page.emulateMedia({ colorScheme: theme });
      await lab.page.locator(`html[data-theme=${theme}]`).waitFor();
      await savePicture(lab, `${size[0]}-${theme}`, name);
    }
  }
  await resize(lab, sizes[0]);
  for (const language of otherLanguages) {
    await showLanguage(lab, language);
    await savePicture(lab, `${sizes[0][0]}-${language}`, name);
  }
  await showLanguage(lab, 'en');
}

const resize = ({ app }: LaunchedApp, [width, height]: (typeof sizes)[number]): Promise<void> =>
  app.evaluate(({ BrowserWindow }, size) => BrowserWindow.getAllWindows()[0]?.setContentSize(size[0], size[1]), [
    width,
    height,
  ] as const);

/** Changes the language of the open screen, as Settings does. */
async function showLanguage(
  { page, app }: LaunchedApp,
  language: (typeof otherLanguages)[number] | 'en',
): Promise<void> {
  const settings = await page.evaluate((chosen) => window.mainApi.updateSettings({ language: chosen }), language);
  await app.evaluate(
    ({ BrowserWindow }, values) => BrowserWindow.getAllWindows()[0]?.webContents.send('main/settings', values),
    settings,
  );
  await page.locator(`html[lang="${language}"]`).waitFor();
}

async function savePicture({ page, app }: LaunchedApp, variant: string, name: string): Promise<void> {
  mkdirSync(join(folder, variant), { recursive: true });
  // Buttons fade to their new colours.
  await page.waitForTimeout(500);
  writeFileSync(join(folder, variant, `${name}.png`), Buffer.from(await capture(app), 'base64'));
}

/** A picture of the window: Playwright's own screenshots are cut off where the page is zoomed. */
const capture = (app: LaunchedApp['app']): Promise<string> =>
  app.evaluate(async ({ BrowserWindow }) => {
    const image = await BrowserWindow.getAllWindows()[0]?.webContents.capturePage();
    return image?.toPNG().toString('base64') ?? '';
  });

describe.each(['fresh', 'sample'] as const)('a %s lab', (kind) => {
  let lab: LaunchedApp;
  let dataFolder: string | undefined;
  beforeAll(async () => {
    dataFolder = kind === 'sample' ? await createSampleDataFolder() : undefined;
    lab = await launchApp(dataFolder === undefined ? {} : { dataFolder });
  }, 180_000);
  afterAll(async () => {
    await lab?.close();
    if (dataFolder !== undefined) rmSync(dataFolder, { recursive: true, force: true });
  });

  test.each(scenes.filter((scene) => scene.lab === kind))('$name', async (scene) => {
    await scene.show(lab);
    await takePictures(lab, scene);
  });
});
