/** The trash of the data folder: deleted datasets, models and runs. */
import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { dataFolders, type TrashEntry } from '../../contract/storage';
import { MessageError } from '../../../renderer/messages/message';
import { readdirIfExists } from './missing-files';

const isTrashId = (text: string): boolean => /^[\w.-]+~[\w.-]+~\d+$/u.test(text) && !text.includes('..');

/** Deleted items, kept until the trash is emptied. */
export class Trash {
  constructor(private readonly folder: string) {}

  /** Moves a folder to the trash. @returns the id that restores it */
  async discard(path: string): Promise<string> {
    await mkdir(this.folder, { recursive: true });
    const trashId = `${basename(dirname(path))}~${basename(path)}~${Date.now()}`;
    await rename(path, join(this.folder, trashId));
    return trashId;
  }

  /** What can be restored, the latest first. */
  async list(): Promise<TrashEntry[]> {
    const trashIds = (await readdirIfExists(this.folder)).filter(isTrashId);
    const entries = trashIds.flatMap((trashId) => {
      const [name, id = '', deletedAt] = trashId.split('~');
      const folder = dataFolders.find((known) => known === name);
      return folder ? [{ trashId, folder, id, deletedAt: Number(deletedAt) }] : [];
    });
    return entries.sort((one, other) => other.deletedAt - one.deletedAt);
  }

  /** Restores a folder to its original path. @throws MessageError if that exists, or the trashId is unknown */
  async restore(trashId: string, dataFolder: string): Promise<string> {
    const [parent = '', name = ''] = trashId.split('~');
    if (!isTrashId(trashId) || !(await readdir(this.folder).catch((): string[] => [])).includes(trashId))
      throw new MessageError('storage.trash.unknown');
    const path = join(dataFolder, parent, name);
    // Checked first, since renaming onto an empty folder would succeed.
    if ((await readdir(dirname(path)).catch((): string[] => [])).includes(name))
      throw new MessageError('storage.trash.exists', { name });
    await mkdir(dirname(path), { recursive: true });
    await rename(join(this.folder, trashId), path);
    return path;
  }

  /** Deletes everything in the trash. */
  async empty(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }
}
