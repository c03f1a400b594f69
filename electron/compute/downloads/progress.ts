/** What is told of a download while it runs. */

export interface DownloadProgress {
  /** `waiting`: before another attempt, after the connection broke. */
  readonly stage: 'connecting' | 'receiving' | 'waiting' | 'checking' | 'unpacking';
  readonly file: string;
  /** From 1. */
  readonly fileNumber: number;
  readonly fileCount: number;
  /** Bytes of this file; a server that cannot continue sets them back to 0. */
  readonly received: number;
  /** Null where the server does not say. */
  readonly total: number | null;
}

export type Report = (progress: DownloadProgress) => void;

/** Milliseconds between reports of the same stage. */
const INTERVAL = 100;

/** Passes on a report at once when the stage or the file changes or the file is all there, else some ten a second. */
export function throttled(report: Report): Report {
  let last: DownloadProgress | null = null;
  let at = 0;
  return (progress) => {
    const isNew = last?.stage !== progress.stage || last.file !== progress.file || progress.received === progress.total;
    if (!isNew && performance.now() - at < INTERVAL) return;
    [last, at] = [progress, performance.now()];
    report(progress);
  };
}
