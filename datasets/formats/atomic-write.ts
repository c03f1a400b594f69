/**
 * Writes files and folders atomically: they appear under their name whole or not at all, also after a power cut. Files
 * are written with `write-file-atomic`, which serialises writes of one file, keeps its mode and owner, flushes it and
 * renames it.
 */
import { createHash, randomBytes } from 'node:crypto';
import { lstat, mkdir, open, rename, rm, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { dirname } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import { MessageError } from '../../renderer/messages/message';

/** A file or folder of this name exists; nothing was written. */
export class ExistsError extends MessageError<'formats.exists'> {
  override readonly name = 'ExistsError';

  constructor(path: string) {
    super('formats.exists', { path });
  }
}

/** @throws ExistsError */
export async function requireNew(path: string): Promise<void> {
  if (await lstat(path).catch(() => null)) throw new ExistsError(path);
}

/** Whole, or in parts that are written in order. */
type Content = string | Uint8Array | Iterable<string | Uint8Array> | AsyncIterable<string | Uint8Array>;

/**
 * Replaces a file: at any moment it is either the old or the new one.
 * @throws errors of the disk, and what `content` throws; the old file is untouched then
 */
export function writeAtomically(path: string, content: Content): Promise<void> {
  return write(path, content);
}

/** Writes a new file and the folders above it. @throws ExistsError, errors of the disk, and what `content` throws; nothing is left then */
export async function writeNewFile(path: string, content: Content): Promise<void> {
  await requireNew(path);
  await mkdir(dirname(path), { recursive: true });
  await write(path, content, () => requireNew(path));
}

/**
 * Lets `fill` write into a temporary folder beside `path`, which then takes its name; on any failure nothing is left.
 * @throws ExistsError before anything is written, and whatever `fill` throws
 */
export async function writeNewFolder(path: string, fill: (temporary: string) => Promise<void>): Promise<void> {
  await requireNew(path);
  const temporary = `${path}.${process.pid}.${computerId()}.${randomBytes(8).toString('hex')}.partial`;
  await mkdir(dirname(path), { recursive: true });
  // Fails for a name that exists: in a shared folder it could be a link of somebody else.
  await mkdir(temporary);
  try {
    await fill(temporary);
    await requireNew(path);
    await rename(temporary, path);
  } catch (reason) {
    await rm(temporary, { recursive: true, force: true });
    throw reason;
  }
}

/** Identifies this computer in the names of partial folders, which may be in a folder that several computers share: 32 bits of a hash, since a host name can tell who uses it. */
const computerId = (): string => createHash('sha256').update(hostname()).digest('hex').slice(0, 8);

const PARTIAL_NAME = /\.(\d{1,10})(?:\.([\da-f]{8}))?(?:\.[\da-f]{16})?\.partial$/u;

/** The process that writes, or has left, a folder. */
export interface Writer {
  readonly pid: number;
  /** Whether the process is, or was, of another computer, where its id means another process. */
  readonly isElsewhere: boolean;
}

/**
 * The writer of a folder of this name: `<name>.<process id>.<computer>.<random>.partial`; null for other names. Earlier versions wrote neither
 * the computer nor the random part.
 */
export function findWriter(name: string): Writer | null {
  const [, pid, computer] = PARTIAL_NAME.exec(name) ?? [];
  if (pid === undefined) return null;
  return { pid: Number(pid), isElsewhere: computer !== undefined && computer !== computerId() };
}

/** Whether a killed process may have left this name: the library writes `run.json` as `run.json.<number>` first; `.tmp` is of older versions. */
export const isTemporaryName = (name: string): boolean => /\.[a-z]+\.\d{1,10}$|\.tmp$/u.test(name);

async function write(path: string, content: Content, beforeRename = async (): Promise<void> => {}): Promise<void> {
  // The library writes with a single call, which a full disk and two gigabytes cut short without an error: the
  // content is written here, and the library gets nothing to write itself.
  const options = {
    async tmpfileCreated(temporary: string): Promise<void> {
      await writeInto(temporary, content);
      await beforeRename();
    },
  };
  await writeFileAtomic(path, '', options);
  await flushFolder(dirname(path));
}

async function writeInto(path: string, content: Content): Promise<void> {
  const file = await open(path, 'r+');
  try {
    await writeFile(file, content);
  } finally {
    await file.close();
  }
}

/** Makes the rename durable. Windows has no such flush, and needs none. */
async function flushFolder(path: string): Promise<void> {
  if (process.platform === 'win32') return;
  const folder = await open(path, 'r');
  // Some network drives cannot flush a folder; the file itself is safe by then.
  await folder.sync().catch(() => undefined);
  await folder.close();
}
