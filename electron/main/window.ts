/** The window: opened where it was, with its state saved, and reloaded after a crash. */
import { watch } from 'node:fs';
import { app, BrowserWindow, nativeTheme, screen } from 'electron';
import { startPage } from './app-protocol';
import type { SettingsFile, WindowState } from './settings-file';
import { getAddress } from './settings-file';

interface Area {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Part of the window's upper edge that must be on a screen so that the window can be moved. */
const GRIP = { width: 160, height: 40 };

export const minSize = { width: 960, height: 640 };

/**
 * The bounds to open the window with.
 * @param screens work areas of the current screens
 * @returns no position where the system should centre the window
 */
export function restoreBounds(
  { x, y, width, height }: WindowState,
  screens: readonly Area[],
): { readonly width: number; readonly height: number; readonly x?: number; readonly y?: number } {
  // No larger than the largest screen: a damaged file can hold any size.
  const largest = (side: 'width' | 'height'): number => Math.max(minSize[side], ...screens.map((area) => area[side]));
  const size = {
    width: clamp(width, minSize.width, largest('width')),
    height: clamp(height, minSize.height, largest('height')),
  };
  if (x === undefined || y === undefined) return size;
  return screens.some((screen) => isReachable({ x, y, ...size }, screen)) ? { x, y, ...size } : size;
}

const clamp = (value: number, min: number, max: number): number => Math.min(Math.max(value, min), max);

function isReachable(window: Area, screen: Area): boolean {
  const visible = Math.min(window.x + window.width, screen.x + screen.width) - Math.max(window.x, screen.x);
  return visible >= GRIP.width && window.y >= screen.y - 8 && window.y + GRIP.height <= screen.y + screen.height;
}

/** Background of the page (`--bg` of the design tokens), which avoids a white flash before the page is drawn. */
const backgrounds = { dark: '#0c0e14', light: '#f7f6f2' };

/** Milliseconds after the last move or resize until the state is saved. */
const SAVE_DELAY = 800;

/** Opens the window where it was; it is shown when the page has been drawn. */
export function openWindow(settings: SettingsFile, preload: string): BrowserWindow {
  const { window: state, textSize, address } = settings.values;
  const window = new BrowserWindow({
    title: 'TRM Puzzle Lab',
    ...restoreBounds(
      state,
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
  window.once('ready-to-show', () => (state.maximized ? window.maximize() : window.show()));
  saveStateOnChange(window, settings);
  reloadAfterCrash(window);
  void window.loadURL(address === '' ? startPage : `${startPage}#${address}`);
  return window;
}

/** Reloads a crashed page, which finds its runs in the compute process. A page that crashes again within 10 s is not reloaded. */
function reloadAfterCrash({ webContents }: BrowserWindow): void {
  let lastCrash = -Infinity;
  webContents.on('render-process-gone', (_event, { reason }) => {
    const hasJustCrashed = performance.now() - lastCrash < 10_000;
    lastCrash = performance.now();
    if (reason !== 'clean-exit' && !hasJustCrashed) webContents.reload();
  });
}

/** Saves the state after each move and change of view, so that it survives a killed process, and when the window closes. */
function saveStateOnChange(window: BrowserWindow, settings: SettingsFile): void {
  let timer: NodeJS.Timeout | undefined;
  const save = (): void => {
    clearTimeout(timer);
    saveWindowState(window, settings);
  };
  const saveLater = (): void => {
    clearTimeout(timer);
    timer = setTimeout(save, SAVE_DELAY);
  };
  for (const event of ['resize', 'move', 'maximize', 'unmaximize'] as const) window.on(event as 'resize', saveLater);
  window.webContents.on('did-navigate-in-page', saveLater);
  window.on('close', save);
  window.once('closed', () => clearTimeout(timer));
}

/** Saves position, size and view of the window. */
export function saveWindowState(window: BrowserWindow, settings: SettingsFile): void {
  const state = { ...window.getNormalBounds(), maximized: window.isMaximized() };
  settings.save({ window: state, address: getAddress(window.webContents.getURL()) });
}

/** A build writes several files; milliseconds after the last one until the page is reloaded. */
const RELOAD_DELAY = 200;

/** In `npm run dev`: reloads the page after each build. */
export function reloadOnRebuild(pagesFolder: string): void {
  if (app.isPackaged || process.env.TRM_LAB_DEV !== '1') return;
  let timer: NodeJS.Timeout | undefined;
  const reload = (): void => BrowserWindow.getAllWindows().forEach((window) => window.webContents.reload());
  // Not recursive: every build writes index.html, and Node 18's recursive watch keeps the process from ending.
  watch(pagesFolder, () => {
    clearTimeout(timer);
    timer = setTimeout(reload, RELOAD_DELAY);
  });
}
