import { open, rename, rm } from 'node:fs/promises';

let writes = 0;

/**
 * Writes a file so that at any moment, and after a power cut, it is either the old or the new one:
 * a temporary name of its own beside it, flushed to the disk, then renamed.
 */
export async function writeAtomically(path: string, content: string | Uint8Array): Promise<void> {
  const temporary = `${path}.${process.pid}-${++writes}.tmp`;
  try {
    await writeThrough(temporary, content);
    await rename(temporary, path);
  } catch (reason) {
    await rm(temporary, { force: true });
    throw reason;
  }
}

async function writeThrough(path: string, content: string | Uint8Array): Promise<void> {
  const file = await open(path, 'w');
  try {
    await file.writeFile(content);
    await file.sync();
  } finally {
    await file.close();
  }
}
