/** The lock of the data folder in the compute process, which outlives the folder: a drive may be disconnected and come back. */
import { access, constants, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { message, MessageError, type Text } from '../../../renderer/messages/message';
import { errorText } from '../../contract/error-message';
import { acquireLock, forgetLock, isOwnLock } from './lock-file';

/** Device and file number of a folder, by which another folder of the same path is noticed. */
type Identity = string;

export class DataFolderLock {
  private readonly file: string;
  /** Of the folder when it was locked; null before. */
  private locked: Identity | null = null;

  constructor(private readonly folder: string) {
    this.file = join(folder, 'lab.lock');
  }

  /**
   * Locks the folder, or checks that it is there, writable and still locked. Never creates the folder: it would take the place of
   * one that comes back.
   * @returns null, or why nothing in it can be changed now
   */
  async check(): Promise<Text | null> {
    const { folder } = this;
    const identity = await identify(folder);
    try {
      if (identity === null) return await this.describeMissing();
      await access(folder, constants.W_OK);
      if (this.locked === null || !(await isOwnLock(this.file))) await this.lock(identity);
      return null;
    } catch (error) {
      if (error instanceof MessageError) return error.text;
      const { code, message: text } = error as NodeJS.ErrnoException;
      // Without the path of the lock file.
      const reason = errorText(Object.assign(new Error(text), { code }));
      return message('storage.dataFolder.notWritable', { folder, reason });
    }
  }

  /** @throws errors of the disk where the folder could not be created in the first place */
  private async describeMissing(): Promise<Text> {
    const { folder, locked } = this;
    if (locked === null) await access(await findParent(folder), constants.W_OK);
    return message('storage.dataFolder.missing', { folder });
  }

  private async lock(identity: Identity): Promise<void> {
    const { folder, file } = this;
    // Without the lock that was written, this is another folder: what is below the mount point of a drive.
    if (this.locked !== null && this.locked !== identity)
      throw new MessageError('storage.dataFolder.missing', { folder });
    forgetLock(file);
    await acquireLock(file, () => new MessageError('storage.locked'));
    this.locked = identity;
  }
}

/** The nearest folder above that exists. */
async function findParent(folder: string): Promise<string> {
  const parent = dirname(folder);
  return parent === folder || (await identify(parent)) !== null ? parent : findParent(parent);
}

/** Null where there is no folder. */
async function identify(folder: string): Promise<Identity | null> {
  const found = await stat(folder).catch(() => null);
  return found?.isDirectory() ? `${found.dev} ${found.ino}` : null;
}
