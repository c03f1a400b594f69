/** The folder of Chromium's own files: in the data folder, or temporary where that cannot be written. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface BrowserFolder {
  readonly path: string;
  /** To be removed when the application ends. */
  readonly isTemporary: boolean;
}

/** Creates the folder, and the data folder where it is missing. @throws errors of the disk where no temporary folder can be created either */
export function openBrowserFolder(dataFolder: string): BrowserFolder {
  const path = join(dataFolder, 'browser');
  try {
    mkdirSync(path, { recursive: true });
    requireWritable(path);
    return { path, isTemporary: false };
  } catch {
    return { path: mkdtempSync(join(tmpdir(), 'trm-puzzle-lab-')), isTemporary: true };
  }
}

/** Bytes that Chromium's files need at least; a full disk may still take empty files. */
const PROBE_BYTES = 65_536;

/** @throws errors of the disk for a folder that exists but cannot be written: read-only, or on a full disk */
function requireWritable(folder: string): void {
  const probe = join(folder, `probe.${process.pid}`);
  try {
    writeFileSync(probe, Buffer.alloc(PROBE_BYTES));
  } finally {
    rmSync(probe, { force: true });
  }
}

/** Removes the folder if it is temporary. */
export function removeBrowserFolder({ path, isTemporary }: BrowserFolder): void {
  if (isTemporary) rmSync(path, { recursive: true, force: true });
}
