/** Pictures of every screen, in `test/artifacts/pictures/<size>-<theme>/<scene>.png`: to be looked at, one by one. */
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

async function takePictures({ page, app }: LaunchedApp, { name }: Scene): Promise<void> {
  for (const [width, height] of sizes) {
    await app.evaluate(
      ({ BrowserWindow }, size) => BrowserWindow.getAllWindows()[0]?.setContentSize(size[0], size[1]),
      [width, height] as const,
    );
    for (const colorScheme of themes) {
      await page.emulateMedia({ colorScheme });
      const place = join(folder, `${width}-${colorScheme}`);
      mkdirSync(place, { recursive: true });
      // Buttons fade to their new colours.
      await page.waitForTimeout(500);
      writeFileSync(join(place, `${name}.png`), Buffer.from(await capture(app), 'base64'));
    }
  }
}

/** What the window shows: Playwright's own pictures are cut where the page is zoomed. */
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
