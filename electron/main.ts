/** The main process, from start to end. It opens, guards and connects; it never computes. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { app, BrowserWindow, dialog, Menu, nativeTheme } from 'electron';
import { ComputeHost } from './compute-host';
import { measureEventLoop } from './event-loop';
import { dataFolder } from './folders';
import { publishComputeState, serveHost } from './host-calls';
import { applicationMenu } from './menu';
import { confinePages, registerScheme, secureSession } from './security';
import { Settings } from './settings';
import { openWindow } from './window';

const built = (...parts: string[]): string => join(app.getAppPath(), 'out', ...parts);

function main(): void {
  useDataFolder(dataFolder());
  // The lock belongs to the data folder: labs with separate data run side by side.
  if (!app.requestSingleInstanceLock()) return app.quit();
  if (process.env.TRM_LAB_MEASURE === '1') measureEventLoop();
  registerScheme();
  confinePages();
  app.on('second-instance', showWindow);
  app.on('window-all-closed', () => app.quit());
  app.whenReady().then(open).catch(giveUp);
}

function open(): void {
  const settings = Settings.open(join(dataFolder(), 'settings.json'));
  nativeTheme.themeSource = settings.values.theme;
  Menu.setApplicationMenu(applicationMenu());
  secureSession(built('renderer'));
  const compute = startCompute();
  serveHost(compute, settings);
  app.once('will-quit', (event) => {
    event.preventDefault();
    void Promise.allSettled([compute.stop(), settings.saved()]).then(() => app.exit());
  });
  openWindow(settings, built('preload', 'index.cjs'));
}

function startCompute(): ComputeHost {
  const compute = new ComputeHost({
    script: built('main', 'compute.cjs'),
    env: { TRM_LAB_DATA: dataFolder(), TRM_LAB_MODELS: shippedModels() },
    onState: publishComputeState,
  });
  compute.start();
  return compute;
}

/** The user's files lie in the folder itself, Chromium's own in a folder of theirs inside it. */
function useDataFolder(folder: string): void {
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
}

function giveUp(reason: unknown): void {
  dialog.showErrorBox('TRM Puzzle Lab cannot start', reason instanceof Error ? reason.message : String(reason));
  app.exit(1);
}

main();
