import { open, rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';

/** At once, or piece by piece as it comes. */
type Content = string | Uint8Array | Iterable<Uint8Array> | AsyncIterable<Uint8Array>;

let writes = 0;

/**
 * Writes a file so that at any moment, and after a power cut, it is either the old or the new one:
 * a temporary name of its own beside it, flushed to the disk, then renamed.
 */
export async function writeAtomically(path: string, content: Content): Promise<void> {
  const temporary = `${path}.${process.pid}-${++writes}.tmp`;
  try {
    await writeThrough(temporary, content);
    await rename(temporary, path);
    await flushFolder(dirname(path));
  } catch (reason) {
    await rm(temporary, { force: true });
    throw reason;
  }
}

async function writeThrough(path: string, content: Content): Promise<void> {
  const file = await open(path, 'w');
  try {
    await writeFile(file, content);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** That a name has changed is a fact of its folder. Windows has no such flush, and needs none. */
async function flushFolder(path: string): Promise<void> {
  if (process.platform === 'win32') return;
  const folder = await open(path, 'r');
  // Some network drives cannot flush a folder; the file itself is safe by then.
  await folder.sync().catch(() => undefined);
  await folder.close();
}
