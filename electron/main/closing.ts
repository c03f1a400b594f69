/** Closing the window while a run or an evaluation is in progress: the user decides whether it goes on without the window. */
import { app, BrowserWindow, dialog, Notification } from 'electron';
import { t } from './language';

/** Milliseconds without work until the application ends in the background: the next queued run may begin. */
const IDLE_TIME = 5000;

/** The buttons of the dialog. */
const choices = ['app.close.background', 'app.close.quit', 'common.cancel'] as const;

export class Closing {
  private isBusy = false;
  private isQuitting = false;
  private isAsking = false;
  private timer: NodeJS.Timeout | undefined;

  constructor() {
    // Nobody may be there to answer when the system ends the session.
    for (const signal of ['SIGTERM', 'SIGHUP', 'SIGINT'] as const) process.on(signal, () => this.quit());
  }

  /** Asks when the window is closed during work. */
  watch(window: BrowserWindow): void {
    window.on('close', (event) => {
      if (this.isQuitting || !this.isBusy) return;
      event.preventDefault();
      void this.ask(window);
    });
    window.on('session-end', () => this.quit());
    app.on('activate', () => this.showWindow());
  }

  /** Call when training or an evaluation begins or has ended. */
  update(isBusy: boolean): void {
    this.isBusy = isBusy;
    clearTimeout(this.timer);
    if (!isBusy) this.timer = setTimeout(() => this.endBackground(), IDLE_TIME);
  }

  /** Quits without a question. */
  quit(): void {
    this.isQuitting = true;
    app.quit();
  }

  /** Shows the window if it is hidden. */
  showWindow(): void {
    hiddenWindow()?.show();
  }

  private async ask(window: BrowserWindow): Promise<void> {
    if (this.isAsking) return;
    this.isAsking = true;
    const { response } = await dialog
      .showMessageBox(window, {
        type: 'question',
        title: 'TRM Puzzle Lab',
        message: t('app.close.message'),
        detail: t('app.close.detail'),
        buttons: choices.map((id) => t(id)),
        defaultId: 0,
        cancelId: 2,
      })
      .finally(() => (this.isAsking = false));
    if (choices[response] === 'app.close.background') window.hide();
    if (choices[response] === 'app.close.quit') this.quit();
  }

  /** Ends the application when its window is hidden and nothing is left to do. */
  private endBackground(): void {
    if (this.isBusy || !hiddenWindow()) return;
    if (Notification.isSupported()) new Notification({ title: 'TRM Puzzle Lab', body: t('app.close.finished') }).show();
    this.quit();
  }
}

function hiddenWindow(): BrowserWindow | undefined {
  return BrowserWindow.getAllWindows().find((window) => !window.isVisible() && !window.isMinimized());
}
