/** Closing the window while a run or an evaluation is in progress: the user decides whether it continues without the window. */
import { app, BrowserWindow, dialog, Notification, powerMonitor } from 'electron';
import { t } from './language';

/** Milliseconds without work until the application ends in the background: the next queued run may begin. */
const IDLE_TIME = 5000;

/** The buttons of the dialog. */
const choices = ['app.close.background', 'app.close.quit', 'common.cancel'] as const;

export class Closing {
  private isBusy = false;
  private isQuitting = false;
  private isAsking = false;
  /** The window is hidden, and work continues. */
  private isInBackground = false;
  private timer: NodeJS.Timeout | undefined;

  constructor() {
    // Nobody may be there to answer when the system ends the session.
    for (const signal of ['SIGTERM', 'SIGHUP', 'SIGINT'] as const) process.on(signal, () => this.quit());
    powerMonitor.on('shutdown', () => this.quit());
    app.on('second-instance', () => this.showWindow());
    app.on('activate', () => this.showWindow());
  }

  /** Asks when the window is closed during work. */
  watch(window: BrowserWindow): void {
    window.on('close', (event) => {
      if (this.isQuitting || !this.isBusy) return;
      event.preventDefault();
      void this.ask(window);
    });
    window.on('session-end', () => this.quit());
  }

  /** Call when training or an evaluation begins or has ended. */
  update(isBusy: boolean): void {
    this.isBusy = isBusy;
    clearTimeout(this.timer);
    if (!isBusy && this.isInBackground) this.timer = setTimeout(() => this.endBackground(), IDLE_TIME);
  }

  /** Quits without a question. */
  quit(): void {
    this.isQuitting = true;
    app.quit();
  }

  /** Shows the window if work continues without it. */
  showWindow(): void {
    if (!this.isInBackground) return;
    this.isInBackground = false;
    BrowserWindow.getAllWindows().forEach((window) => window.show());
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
    if (choices[response] === 'app.close.quit') this.quit();
    // The work may have ended while the question was open.
    if (choices[response] !== 'app.close.background' || !this.isBusy) return;
    this.isInBackground = true;
    window.hide();
  }

  /** Ends the application when nothing is left to do without a window. */
  private endBackground(): void {
    if (this.isBusy || !this.isInBackground) return;
    if (Notification.isSupported()) new Notification({ title: 'TRM Puzzle Lab', body: t('app.close.finished') }).show();
    this.quit();
  }
}
