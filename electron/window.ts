import { BrowserWindow, nativeTheme } from 'electron';
import { startPage } from './pages';
import type { Settings } from './settings';

/** The page's own background (`--bg` of the design tokens), so that no white flashes before it is drawn. */
const backgrounds = { dark: '#0c0e14', light: '#f7f6f2' };

/** Opens the lab's window; it shows itself when its first picture is ready. */
export function openWindow(settings: Settings, preload: string): BrowserWindow {
  const { width, height, maximized } = settings.values.window;
  const window = new BrowserWindow({
    title: 'TRM Puzzle Lab',
    width,
    height,
    minWidth: 960,
    minHeight: 640,
    show: false,
    autoHideMenuBar: true,
    backgroundColor: nativeTheme.shouldUseDarkColors ? backgrounds.dark : backgrounds.light,
    webPreferences: { preload, sandbox: true, contextIsolation: true, nodeIntegration: false, spellcheck: false },
  });
  window.once('ready-to-show', () => (maximized ? window.maximize() : window.show()));
  window.on('close', () => void rememberSize(window, settings));
  bringBackAfterCrash(window);
  void window.loadURL(startPage);
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

function rememberSize(window: BrowserWindow, settings: Settings): Promise<void> {
  const { width, height } = window.getNormalBounds();
  return settings.update({ window: { width, height, maximized: window.isMaximized() } });
}
