/** The last error shown in the window, for diagnostics. */

export interface ShownError {
  readonly title: string;
  readonly details: string | null;
  /** Milliseconds since 1970. */
  readonly at: number;
}

class ErrorLog {
  last = $state.raw<ShownError | null>(null);

  record(title: string, details: string | null): void {
    this.last = { title, details, at: Date.now() };
  }
}

/** Every `ErrorMessage` records itself here. */
export const errorLog = new ErrorLog();
