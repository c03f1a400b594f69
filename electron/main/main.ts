/** Entry point of the main process: opens the window, starts the compute process and connects them. It never computes. */
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { app, BrowserWindow, dialog, Menu, nativeTheme, powerMonitor } from 'electron';
import { dataFolder, DataFolderError, settingsFile, defaultFolder, writeMarker } from '../compute/storage/data-folder';
import { errorText } from '../contract/error-message';
import { defaultPreferences, textSizes } from '../contract/main-api';
import type { LanguageChoice } from '../../renderer/messages/languages';
import { openBrowserFolder, removeBrowserFolder } from './browser-folder';
import { Closing } from './closing';
import { ComputeProcess, type ComputeProcessOptions } from './compute-process';
import { switchDataFolder } from './data-location';
import { showRecoveryDialog } from './dialogs';
import { openWindow, reloadOnRebuild, saveWindowState } from './window';
import {
  publishComputeState,
  publishSecondInstance,
  publishSettings,
  publishSettingsFailure,
  serveMainApi,
} from './ipc-handlers';
import type { TextSizeStep } from './menu';
import { createApplicationMenu } from './menu';
import { KeepAwake } from './keep-awake';
import { formatText, setMainLanguage, t } from './language';
import { confinePages, denyBackgroundNetwork, isDebuggedPackage, registerScheme, secureSession } from './security';
import { SettingsFile } from './settings-file';

/** Measures the delay of main's event loop for tests: `globalThis.eventLoopDelay`, in nanoseconds. */
function measureEventLoop(): void {
  const delay = monitorEventLoopDelay({ resolution: 5 });
  delay.enable();
  Object.assign(globalThis, { eventLoopDelay: delay });
}

const built = (...parts: string[]): string => join(app.getAppPath(), 'out', ...parts);

function main(): void {
  const folder = findDataFolder();
  setPaths(folder ?? defaultFolder());
  // The lock belongs to the data folder: instances with separate data can run at the same time.
  if (!app.requestSingleInstanceLock()) return app.quit();
  if (process.env.TRM_LAB_MEASURE === '1') measureEventLoop();
  if (isDebuggedPackage()) return app.exit(1);
  denyBackgroundNetwork();
  registerScheme();
  confinePages();
  app.on('second-instance', showWindow);
  app.on('window-all-closed', () => app.quit());
  if (folder !== null)
    app
      .whenReady()
      .then(() => open(folder))
      .catch(quitWithError);
}

/** Returns null when the data folder cannot be reached; then a dialog offers another one and the application restarts. */
function findDataFolder(): string | null {
  try {
    return dataFolder();
  } catch (error) {
    if (!(error instanceof DataFolderError)) throw error;
    app
      .whenReady()
      .then(() => setMainLanguage('system'))
      .then(() => showRecoveryDialog(error))
      .catch(quitWithError);
    return null;
  }
}

async function open(folder: string): Promise<void> {
  writeMarker(folder);
  const settings = SettingsFile.open(join(folder, settingsFile), publishSettingsFailure);
  nativeTheme.themeSource = settings.values.theme;
  const showMenu = async (language: LanguageChoice): Promise<void> => {
    await setMainLanguage(language);
    Menu.setApplicationMenu(createApplicationMenu((step) => changeTextSize(settings, step)));
  };
  await showMenu(settings.values.language);
  const pages = built(showsGallery() ? 'gallery' : 'renderer');
  secureSession(pages);
  reloadOnRebuild(pages);
  const keepAwake = new KeepAwake();
  keepAwake.update({ isEnabled: settings.values.keepAwake });
  const closing = new Closing();
  const compute = startCompute(folder, settings, {
    onState: (state) => {
      publishComputeState(state);
      if (state.state === 'exited') closing.showWindow();
    },
    onBusy: (isBusy) => {
      keepAwake.update({ isBusy });
      closing.update(isBusy);
    },
    onPaused: () => closing.showWindow(),
  });
  powerMonitor.on('resume', () => compute.reportWake());
  serveMainApi({
    compute,
    settings,
    dataFolder: folder,
    keepAwake,
    onLanguage: showMenu,
    switchFolder: async (request) => {
      for (const window of BrowserWindow.getAllWindows()) saveWindowState(window, settings);
      await switchDataFolder(request, settings.values, { dataFolder: folder });
      app.relaunch();
      closing.quit();
    },
  });
  let ending: Promise<void> | null = null;
  // A second request to quit must not end the application while a checkpoint is written.
  app.on('will-quit', (event) => {
    event.preventDefault();
    ending ??= Promise.allSettled([compute.quit(), settings.saved()]).then(() => app.exit());
  });
  closing.watch(openWindow(settings, built('preload', 'index.cjs')));
}

function startCompute(
  folder: string,
  settings: SettingsFile,
  listeners: Pick<ComputeProcessOptions, 'onState' | 'onBusy' | 'onPaused'>,
): ComputeProcess {
  const compute = new ComputeProcess({
    script: built('main', 'compute.cjs'),
    env: { TRM_LAB_DATA: folder, TRM_LAB_MODELS: builtInModels() },
    cores: settings.values.cores,
    ...listeners,
  });
  compute.start();
  return compute;
}

/** Whether to open the gallery of components, which is not part of the installed application. */
const showsGallery = (): boolean => !app.isPackaged && app.commandLine.hasSwitch('gallery');

/**
 * Sets the paths of Electron: the user's files in the folder itself, Chromium's files in a subfolder. Where the folder cannot be
 * written, both are temporary, so that the window opens and shows the data.
 */
function setPaths(folder: string): void {
  const browser = openBrowserFolder(folder);
  process.on('exit', () => removeBrowserFolder(browser));
  app.setPath('userData', browser.isTemporary ? browser.path : folder);
  app.setPath('sessionData', browser.path);
  app.setPath('crashDumps', join(browser.path, 'crashes'));
}

function builtInModels(): string {
  return app.isPackaged ? join(process.resourcesPath, 'pretrained') : join(app.getAppPath(), 'models', 'pretrained');
}

function showWindow(): void {
  const [window] = BrowserWindow.getAllWindows();
  if (window?.isMinimized()) window.restore();
  window?.show();
  window?.focus();
  publishSecondInstance();
}

/** Changes to the next available size. */
function changeTextSize(settings: SettingsFile, step: TextSizeStep): void {
  const index = textSizes.indexOf(settings.values.textSize) + (step === 'larger' ? 1 : -1);
  const textSize =
    step === 'default' ? defaultPreferences.textSize : textSizes[Math.min(Math.max(index, 0), textSizes.length - 1)]!;
  settings.save({ textSize });
  publishSettings(settings);
}

function quitWithError(error: unknown): void {
  dialog.showErrorBox(t('app.startFailed'), formatText(errorText(error)));
  app.exit(1);
}

main();
