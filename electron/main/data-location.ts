/** Switches the data folder; the compute process makes the copy. */
import { mkdir, readdir, realpath, rm, rmdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { writeAtomically } from '../../datasets/formats/atomic-write';
import { MessageError } from '../../renderer/messages/message';
import type { DataLocation } from '../contract/main-api';
import { isAppEntry, readPointer, settingsFile, defaultFolder, writePointer } from '../compute/storage/data-folder';
import type { SettingsValues } from './settings-file';

export const switchRequestSchema = z.object({ folder: z.string().min(1).max(4096), copied: z.boolean() });

export interface DataLocationOptions {
  /** The folder in use. */
  readonly dataFolder: string;
  readonly env?: NodeJS.ProcessEnv;
}

export function getDataLocation({ dataFolder, env = process.env }: DataLocationOptions): DataLocation {
  const previous = isFixed(env) ? [] : (readPointer(env)?.former ?? []);
  return { folder: dataFolder, defaultFolder: defaultFolder(env), isFixed: isFixed(env), previous };
}

const isFixed = (env: NodeJS.ProcessEnv): boolean => Boolean(env.TRM_LAB_DATA);

/**
 * Switches to another data folder at the next start. Settings mark a data folder, so they are written last, unless the
 * folder has some.
 * @throws MessageError if TRM_LAB_DATA is set or the copy is missing; errors of the disk
 */
export async function switchDataFolder(
  { folder, copied }: z.infer<typeof switchRequestSchema>,
  settings: SettingsValues,
  { dataFolder, env = process.env }: DataLocationOptions,
): Promise<void> {
  if (isFixed(env)) throw new MessageError('storage.move.fixed');
  if (copied && !(await stat(folder)).isDirectory()) throw new MessageError('storage.move.noCopy', { folder });
  await mkdir(folder, { recursive: true });
  if ((await realpath(folder)) === (await realpath(dataFolder))) throw new MessageError('storage.move.sameFolder');
  const file = join(folder, settingsFile);
  if ((await stat(file).catch(() => null)) === null)
    await writeAtomically(file, `${JSON.stringify(settings, null, 2)}\n`);
  const former = [...new Set([...(readPointer(env)?.former ?? []), ...(copied ? [dataFolder] : [])])].filter(
    (path) => path !== folder,
  );
  await writePointer({ folder, former }, env);
}

/** Removes what the lab created in previous data folders, except data-folder.json. @throws errors of the disk */
export async function removePreviousData(options: DataLocationOptions): Promise<DataLocation> {
  const { dataFolder, env = process.env } = options;
  const { previous } = getDataLocation(options);
  const present = await realpath(dataFolder);
  for (const folder of previous) {
    const path = await realpath(folder).catch(() => null);
    if (path === null || path === present || present.startsWith(join(path, '/'))) continue;
    await emptyFolder(path);
  }
  if (previous.length > 0) await writePointer({ folder: dataFolder, former: [] }, env);
  return getDataLocation(options);
}

async function emptyFolder(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    if (isAppEntry(name) && !name.startsWith('data-folder.'))
      await rm(join(folder, name), { recursive: true, force: true });
  }
  // Fails, as intended, where data-folder.json or other files remain.
  await rmdir(folder).catch(() => undefined);
}
