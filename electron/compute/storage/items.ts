/** Models, datasets and runs as folders of the data folder: their ids, and the trash for deleted ones. */
import { lstat, mkdir, readdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/** Whether a name is a valid id of a model, dataset or run: a plain file name that no system reserves. */
export const isId = (name: string): boolean =>
  /^\w[\w.-]{0,119}$/u.test(name) && !name.endsWith('.') && !/^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/iu.test(name);

/** Makes an id of a name: `My mazes (30×30)` → `my-mazes-30-30`; with `prefix` where the rest is no valid id. */
export function slugify(name: string, prefix = 'set'): string {
  const plain = name
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/gu, '-')
    .replace(/^-+|-+$/gu, '')
    .slice(0, 60);
  return isId(plain) ? plain : `${prefix}-${plain}`.replace(/-+$/u, '');
}

/** An unused id: `id`, else `id-2` and so on. Not reserved: another process may use it before the folder is created. */
export async function newId(folder: string, id: string): Promise<string> {
  await mkdir(folder, { recursive: true });
  for (let attempt = 1; ; attempt++) {
    const candidate = attempt === 1 ? id : `${id}-${attempt}`;
    if (!(await lstat(join(folder, candidate)).catch(() => null))) return candidate;
  }
}

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

  /** Restores a folder to its original path. @throws Error where that exists, or the trashId is unknown */
  async restore(trashId: string, dataFolder: string): Promise<string> {
    const [parent = '', name = ''] = trashId.split('~');
    if (!isTrashId(trashId) || !(await readdir(this.folder).catch((): string[] => [])).includes(trashId))
      throw new Error('that was not deleted lately, or is gone for good');
    const path = join(dataFolder, parent, name);
    // Checked first, since renaming onto an empty folder would succeed.
    if ((await readdir(dirname(path)).catch((): string[] => [])).includes(name))
      throw new Error(`there is another ${name} by now; rename that first`);
    await mkdir(dirname(path), { recursive: true });
    await rename(join(this.folder, trashId), path);
    return path;
  }

  /** Deletes everything in the trash. */
  async empty(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }
}
