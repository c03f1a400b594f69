/** The main process, from start to end. It opens, guards and connects; it never computes. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { app, BrowserWindow, dialog, Menu, nativeTheme } from 'electron';
import { ComputeHost } from './compute-process';
import { settingsFile } from '../compute/storage/data-layout';
import { useDataFolder } from './data-location';
import { measureEventLoop } from './event-loop';
import { dataFolder, DataFolderError, usualFolder } from '../compute/storage/data-folders';
import { publishComputeState, publishSecondStart, publishSettings, serveHost } from './ipc-handlers';
import { askForData } from './data-recovery';
import { applicationMenu, type TextStep } from './menu';
import { defaultPreferences, textSizes } from '../contract/preferences';
import { confinePages, registerScheme, secureSession } from './security';
import { Settings } from './settings';
import { keepPlace, openWindow } from './window';

const built = (...parts: string[]): string => join(app.getAppPath(), 'out', ...parts);

function main(): void {
  const folder = findData();
  keepIn(folder ?? usualFolder());
  // The lock belongs to the data folder: labs with separate data run side by side.
  if (!app.requestSingleInstanceLock()) return app.quit();
  if (process.env.TRM_LAB_MEASURE === '1') measureEventLoop();
  registerScheme();
  confinePages();
  app.on('second-instance', showWindow);
  app.on('window-all-closed', () => app.quit());
  if (folder !== null)
    app
      .whenReady()
      .then(() => open(folder))
      .catch(giveUp);
}

/** Null where it is asked for, and the lab started anew with the answer. */
function findData(): string | null {
  try {
    return dataFolder();
  } catch (reason) {
    if (!(reason instanceof DataFolderError)) throw reason;
    app
      .whenReady()
      .then(() => askForData(reason))
      .catch(giveUp);
    return null;
  }
}

function open(folder: string): void {
  const settings = Settings.open(join(folder, settingsFile));
  nativeTheme.themeSource = settings.values.theme;
  Menu.setApplicationMenu(applicationMenu((step) => changeText(settings, step)));
  secureSession(built(showsGallery() ? 'gallery' : 'renderer'));
  const compute = startCompute(folder);
  serveHost({
    compute,
    settings,
    dataFolder: folder,
    move: async (request) => {
      for (const window of BrowserWindow.getAllWindows()) keepPlace(window, settings);
      await useDataFolder(request, settings.values, { dataFolder: folder });
      app.relaunch();
      app.quit();
    },
  });
  app.once('will-quit', (event) => {
    event.preventDefault();
    void Promise.allSettled([compute.stop(), settings.saved()]).then(() => app.exit());
  });
  openWindow(settings, built('preload', 'index.cjs'));
}

function startCompute(folder: string): ComputeHost {
  const compute = new ComputeHost({
    script: built('main', 'compute.cjs'),
    env: { TRM_LAB_DATA: folder, TRM_LAB_MODELS: shippedModels() },
    onState: publishComputeState,
  });
  compute.start();
  return compute;
}

/** The page of components, which is not part of what is installed. */
const showsGallery = (): boolean => !app.isPackaged && app.commandLine.hasSwitch('gallery');

/** The user's files lie in the folder itself, Chromium's own in a folder of theirs inside it. */
function keepIn(folder: string): void {
  mkdirSync(join(folder, 'browser'), { recursive: true });
  app.setPath('userData', folder);
  app.setPath('sessionData', join(folder, 'browser'));
  app.setPath('crashDumps', join(folder, 'browser', 'crashes'));
}

function shippedModels(): string {
  return app.isPackaged ? join(process.resourcesPath, 'pretrained') : join(app.getAppPath(), 'models', 'pretrained');
}

function showWindow(): void {
  const [window] = BrowserWindow.getAllWindows();
  if (window?.isMinimized()) window.restore();
  window?.focus();
  publishSecondStart();
}

/** By the sizes there are; what cannot be kept still holds until the end. */
function changeText(settings: Settings, step: TextStep): void {
  const at = textSizes.indexOf(settings.values.textSize) + (step === 'larger' ? 1 : -1);
  const textSize =
    step === 'usual' ? defaultPreferences.textSize : textSizes[Math.min(Math.max(at, 0), textSizes.length - 1)]!;
  settings.update({ textSize }).catch(() => undefined);
  publishSettings(settings);
}

function giveUp(reason: unknown): void {
  dialog.showErrorBox('TRM Puzzle Lab cannot start', reason instanceof Error ? reason.message : String(reason));
  app.exit(1);
}

main();
