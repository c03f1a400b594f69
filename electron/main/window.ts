/** Where the window opens: where it was, as long as a screen shows it there. */
import { watch } from 'node:fs';
import { app, BrowserWindow, nativeTheme, screen } from 'electron';
import { startPage } from './app-protocol';
import type { Settings, WindowState } from './settings';
import { validAddress } from './settings';

interface Area {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** So much of the window's upper edge must be on a screen for a hand to get hold of it. */
const GRIP = { width: 160, height: 40 };

export const minSize = { width: 960, height: 640 };

/**
 * @param screens the work areas of the screens there are now
 * @returns no corner where the system should centre the window
 */
export function restoreBounds(
  { x, y, width, height }: WindowState,
  screens: readonly Area[],
): { readonly width: number; readonly height: number; readonly x?: number; readonly y?: number } {
  const size = { width: Math.max(width, minSize.width), height: Math.max(height, minSize.height) };
  if (x === undefined || y === undefined) return size;
  return screens.some((screen) => isInReach({ x, y, ...size }, screen)) ? { x, y, ...size } : size;
}

function isInReach(window: Area, screen: Area): boolean {
  const shown = Math.min(window.x + window.width, screen.x + screen.width) - Math.max(window.x, screen.x);
  return shown >= GRIP.width && window.y >= screen.y - 8 && window.y + GRIP.height <= screen.y + screen.height;
}

/** The page's own background (`--bg` of the design tokens), so that no white flashes before it is drawn. */
const backgrounds = { dark: '#0c0e14', light: '#f7f6f2' };

/** Milliseconds without a further move or change of size until the place is kept. */
const REST = 800;

/** Opens the lab's window where it was; it shows itself when its first picture is ready. */
export function openWindow(settings: Settings, preload: string): BrowserWindow {
  const { window: place, textSize, address } = settings.values;
  const window = new BrowserWindow({
    title: 'TRM Puzzle Lab',
    ...restoreBounds(
      place,
      screen.getAllDisplays().map(({ workArea }) => workArea),
    ),
    minWidth: minSize.width,
    minHeight: minSize.height,
    show: false,
    autoHideMenuBar: true,
    backgroundColor: nativeTheme.shouldUseDarkColors ? backgrounds.dark : backgrounds.light,
    webPreferences: {
      preload,
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      spellcheck: false,
      zoomFactor: textSize / 100,
    },
  });
  window.once('ready-to-show', () => (place.maximized ? window.maximize() : window.show()));
  rememberPlace(window, settings);
  bringBackAfterCrash(window);
  void window.loadURL(address === '' ? startPage : `${startPage}#${address}`);
  return window;
}

/** Runs go on in compute, and a fresh page finds them there. One that crashes again at once is left alone. */
function bringBackAfterCrash({ webContents }: BrowserWindow): void {
  let lastCrash = -Infinity;
  webContents.on('render-process-gone', (_event, { reason }) => {
    const crashesInARow = performance.now() - lastCrash < 10_000;
    lastCrash = performance.now();
    if (reason !== 'clean-exit' && !crashesInARow) webContents.reload();
  });
}

/** While it is moved about, and with the room at the end: a lab that is killed comes back where it was, too. */
function rememberPlace(window: BrowserWindow, settings: Settings): void {
  let timer: NodeJS.Timeout | undefined;
  const keep = (): void => {
    clearTimeout(timer);
    saveWindowState(window, settings);
  };
  const soon = (): void => {
    clearTimeout(timer);
    timer = setTimeout(keep, REST);
  };
  for (const event of ['resize', 'move', 'maximize', 'unmaximize'] as const) window.on(event as 'resize', soon);
  window.webContents.on('did-navigate-in-page', soon);
  window.on('close', keep);
  window.once('closed', () => clearTimeout(timer));
}

/** Where the window is, and what it shows. */
export function saveWindowState(window: BrowserWindow, settings: Settings): void {
  const place = { ...window.getNormalBounds(), maximized: window.isMaximized() };
  // A place that cannot be kept is no reason to bother anyone: the settings say it where something is set.
  settings.update({ window: place, address: validAddress(window.webContents.getURL()) }).catch(() => undefined);
}

// In `npm run dev`: loads the page again after each build of it.

/** A build writes several files; the page is loaded once they are all there. */
const SETTLED_MILLISECONDS = 200;

export function reloadOnRebuild(pagesFolder: string): void {
  if (app.isPackaged || process.env.TRM_LAB_DEV !== '1') return;
  let timer: NodeJS.Timeout | undefined;
  const reload = (): void => BrowserWindow.getAllWindows().forEach((window) => window.webContents.reload());
  // Not recursive: every build writes index.html, and Node 18's recursive watch keeps the process from ending.
  watch(pagesFolder, () => {
    clearTimeout(timer);
    timer = setTimeout(reload, SETTLED_MILLISECONDS);
  });
}
