/** Bytes that are read in parts: a large file need not be in memory, and reading it does not block the calling thread. */
import { open, stat, type FileHandle } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { SafetensorsError } from './safetensors';

export interface ByteSource {
  /** Number of bytes. */
  readonly size: number;
  /** Fills `target` with the bytes from `position` on. @throws Error where they end earlier, and errors of the disk */
  read(target: Uint8Array, position: number): Promise<void>;
}

/** Opens a file, and closes it when `use` ends. @throws SafetensorsError for a folder, a pipe or a device; errors of the disk */
export async function withFileSource<Result>(
  path: string,
  use: (source: ByteSource) => Promise<Result>,
): Promise<Result> {
  // Opening a pipe would wait for its writer.
  if (!(await stat(path)).isFile())
    throw new SafetensorsError('checkpoint.folder.notRegular', { file: basename(path), folder: dirname(path) });
  const file = await open(path);
  try {
    return await use(await fileSource(file));
  } finally {
    await file.close();
  }
}

/** The bytes of an open file, also after it was removed. @throws errors of the disk */
export async function fileSource(file: FileHandle): Promise<ByteSource> {
  const { size } = await file.stat();
  return { size, read: (target, position) => fill(file, target, position) };
}

/** Limit of one read in Node. */
const MAX_BYTES = 2 ** 31 - 1;

async function fill(file: FileHandle, target: Uint8Array, position: number): Promise<void> {
  for (let at = 0; at < target.length;) {
    const { bytesRead } = await file.read(target, at, Math.min(target.length - at, MAX_BYTES), position + at);
    if (bytesRead === 0) throw new Error(`the file ends after ${position + at} bytes`);
    at += bytesRead;
  }
}
