/** Files and folders that appear under their name whole or not at all. */
import { lstat, mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Something of this name is there already; nothing was written. The message is one line. */
export class ExistsError extends Error {
  override readonly name = 'ExistsError';
}

/** @throws ExistsError */
export async function requireNew(path: string): Promise<void> {
  if (await lstat(path).catch(() => null))
    throw new ExistsError(`${path} exists already: choose another name, or remove it first`);
}

/**
 * Lets `write` fill a temporary folder beside `path`, which then takes its name; on any failure nothing is left.
 * @throws ExistsError before anything is written, and whatever `write` throws
 */
export async function writeFolder(path: string, write: (temporary: string) => Promise<void>): Promise<void> {
  await requireNew(path);
  const temporary = temporaryName(path);
  try {
    await mkdir(temporary, { recursive: true });
    await write(temporary);
    await requireNew(path);
    await rename(temporary, path);
  } catch (reason) {
    await rm(temporary, { recursive: true, force: true });
    throw reason;
  }
}

/** The same for one file, from its parts in order. */
export async function writeFile(path: string, parts: Iterable<string> | AsyncIterable<string>): Promise<void> {
  await requireNew(path);
  await mkdir(dirname(path), { recursive: true });
  const temporary = temporaryName(path);
  try {
    await writeParts(temporary, parts);
    await requireNew(path);
    await rename(temporary, path);
  } catch (reason) {
    await rm(temporary, { force: true });
    throw reason;
  }
}

async function writeParts(path: string, parts: Iterable<string> | AsyncIterable<string>): Promise<void> {
  const handle = await open(path, 'wx');
  try {
    for await (const part of parts) await handle.write(part);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

const temporaryName = (path: string) => `${path}.${process.pid}.partial`;
