/** The main process, from start to end. It opens, guards and connects; it never computes. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { app, BrowserWindow, dialog, Menu, nativeTheme } from 'electron';
import { dataFolder, DataFolderError, settingsFile, defaultFolder } from '../compute/storage/data-folder';
import { defaultPreferences, textSizes } from '../contract/main-api';
import { ComputeProcess } from './compute-process';
import { switchDataFolder } from './data-location';
import { showRecoveryDialog } from './dialogs';
import { openWindow, reloadOnRebuild, saveWindowState } from './window';
import { publishComputeState, publishSecondStart, publishSettings, serveMainApi } from './ipc-handlers';
import type { TextStep } from './menu';
import { applicationMenu } from './menu';
import { confinePages, registerScheme, secureSession } from './security';
import { Settings } from './settings';

/** How late main's event loop answers, for tests: `globalThis.eventLoopDelay`, in nanoseconds. */
function measureEventLoop(): void {
  const delay = monitorEventLoopDelay({ resolution: 5 });
  delay.enable();
  Object.assign(globalThis, { eventLoopDelay: delay });
}

const built = (...parts: string[]): string => join(app.getAppPath(), 'out', ...parts);

function main(): void {
  const folder = findData();
  keepIn(folder ?? defaultFolder());
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
      .then(() => showRecoveryDialog(reason))
      .catch(giveUp);
    return null;
  }
}

function open(folder: string): void {
  const settings = Settings.open(join(folder, settingsFile));
  nativeTheme.themeSource = settings.values.theme;
  Menu.setApplicationMenu(applicationMenu((step) => changeText(settings, step)));
  const pages = built(showsGallery() ? 'gallery' : 'renderer');
  secureSession(pages);
  reloadOnRebuild(pages);
  const compute = startCompute(folder);
  serveMainApi({
    compute,
    settings,
    dataFolder: folder,
    move: async (request) => {
      for (const window of BrowserWindow.getAllWindows()) saveWindowState(window, settings);
      await switchDataFolder(request, settings.values, { dataFolder: folder });
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

function startCompute(folder: string): ComputeProcess {
  const compute = new ComputeProcess({
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
