/** Switches the data folder; the compute process makes the copy. */
import { existsSync } from 'node:fs';
import { mkdir, readdir, realpath, rm, rmdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { MessageError } from '../../renderer/messages/message';
import type { DataLocation } from '../contract/main-api';
import {
  defaultFolder,
  hasMarker,
  isAppEntry,
  isDataFolder,
  markerFile,
  readPointer,
  settingsFile,
  writeMarker,
  writePointer,
} from '../compute/storage/data-folder';
import { writeSettings, type SettingsValues } from './settings-file';

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
 * Switches to another data folder at the next start. Settings make a data folder complete, so they are written last, unless
 * the folder has some. The request is checked: the folder must be a copy by compute, a data folder, or empty.
 * @throws MessageError if TRM_LAB_DATA is set, the copy is missing or the folder has other content; errors of the disk
 */
export async function switchDataFolder(
  { folder, copied }: z.infer<typeof switchRequestSchema>,
  settings: SettingsValues,
  { dataFolder, env = process.env }: DataLocationOptions,
): Promise<void> {
  if (isFixed(env)) throw new MessageError('storage.move.fixed');
  if (copied && !hasMarker(folder)) throw new MessageError('storage.move.noCopy', { folder });
  await mkdir(folder, { recursive: true });
  if ((await realpath(folder)) === (await realpath(dataFolder).catch(() => dataFolder)))
    throw new MessageError('storage.move.sameFolder');
  const hasOtherContent = (await readdir(folder)).some((name) => name !== markerFile);
  if (!copied && !isDataFolder(folder) && hasOtherContent) throw new MessageError('storage.move.notEmpty', { folder });
  writeMarker(folder);
  const file = join(folder, settingsFile);
  if ((await stat(file).catch(() => null)) === null) await writeSettings(file, settings);
  const former = [...new Set([...(readPointer(env)?.former ?? []), ...(copied ? [dataFolder] : [])])].filter(
    (path) => path !== folder,
  );
  await writePointer({ folder, former }, env);
}

interface RemovalOptions extends DataLocationOptions {
  /** Shows the folders to the user. @returns whether the user agrees */
  readonly confirm: (folders: readonly string[]) => Promise<boolean>;
}

/**
 * Removes what the lab created in previous data folders, except data-folder.json. Folders without the marker or the settings of the lab stay
 * as they are; those on a disk that is not there now are still listed afterwards.
 * @returns null if the user declines
 * @throws errors of the disk
 */
export async function removePreviousData(options: RemovalOptions): Promise<DataLocation | null> {
  const { dataFolder, env = process.env, confirm } = options;
  const { previous } = getDataLocation(options);
  const present = await realpath(dataFolder);
  const places = await Promise.all(
    previous.map(async (folder) => ({ folder, path: await realpath(folder).catch(() => null) })),
  );
  const removed = places.flatMap(({ path }) => (path !== null && isRemovable(path, present) ? [path] : []));
  if (removed.length > 0 && !(await confirm(removed))) return null;
  for (const path of removed) await emptyFolder(path);
  const former = places.flatMap(({ folder, path }) => (path === null && !existsSync(dirname(folder)) ? [folder] : []));
  if (previous.length > 0) await writePointer({ folder: dataFolder, former }, env);
  return getDataLocation(options);
}

/** Whether a folder has the marker or the settings of the lab and does not contain the present data. Both are real paths. */
const isRemovable = (path: string, present: string): boolean =>
  path !== present && !present.startsWith(join(path, '/')) && (hasMarker(path) || isDataFolder(path));

/** The marker goes last: what an interrupted removal has left can be removed again. */
async function emptyFolder(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    if (isAppEntry(name) && !name.startsWith('data-folder.') && name !== markerFile)
      await rm(join(folder, name), { recursive: true, force: true });
  }
  await rm(join(folder, markerFile), { force: true });
  // Fails, as intended, where data-folder.json or other files remain.
  await rmdir(folder).catch(() => undefined);
}
