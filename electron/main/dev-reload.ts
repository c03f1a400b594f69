/** In `npm run dev`: loads the page again after each build of it. */
import { watch } from 'node:fs';
import { app, BrowserWindow } from 'electron';

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
