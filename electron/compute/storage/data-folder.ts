/**
 * Where the lab keeps what belongs to the user. The same for the window and the command line.
 *
 * The usual folder of the platform holds it, or a file `data-folder.json` that says where it was moved to.
 */
import { existsSync, mkdirSync, readFileSync, renameSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { isAbsolute, join, resolve } from 'node:path';
import { z } from 'zod';
import { isTemporaryName, writeAtomically } from '../../../datasets/formats/atomic-write';
import { dataParts } from '../../contract/storage';

const folderPath = z.string().max(4096).refine(isAbsolute, 'expected an absolute path');
const pointerSchema = z.object({
  folder: folderPath,
  /** Folders that the data were copied from and that still hold them. */
  former: z.array(folderPath).max(100),
});

type Pointer = z.infer<typeof pointerSchema>;

/** The data were moved, and cannot be reached now; they are not lost. */
export class DataFolderError extends Error {
  override readonly name = 'DataFolderError';
}

/**
 * `TRM_LAB_DATA` when set, else where the data were moved to, else the usual place of the platform.
 * @throws DataFolderError where they were moved to a folder that is not there, or nobody knows any more where to
 */
export function dataFolder(env: NodeJS.ProcessEnv = process.env): string {
  if (env.TRM_LAB_DATA) return resolve(env.TRM_LAB_DATA);
  const moved = readPointer(env)?.folder;
  if (moved === undefined) return defaultFolder(env);
  if (statSync(moved, { throwIfNoEntry: false })?.isDirectory()) return moved;
  throw new DataFolderError(`expected the data folder at ${moved}, found nothing there: its disk may not be connected`);
}

export function defaultFolder(env: NodeJS.ProcessEnv = process.env): string {
  return join(applicationData(env), 'TRM Puzzle Lab');
}

const pointerFile = (env: NodeJS.ProcessEnv): string => join(defaultFolder(env), 'data-folder.json');

/** Null where the data were never moved. @throws DataFolderError for a file that says nothing: an empty lab must not seem to be all there is */
export function readPointer(env: NodeJS.ProcessEnv = process.env): Pointer | null {
  const file = pointerFile(env);
  if (!existsSync(file)) return null;
  try {
    return pointerSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    throw new DataFolderError(`${file}: expected where the data folder was moved to, found something else`);
  }
}

export async function writePointer(pointer: Pointer, env: NodeJS.ProcessEnv = process.env): Promise<void> {
  mkdirSync(defaultFolder(env), { recursive: true });
  await writeAtomically(pointerFile(env), `${JSON.stringify(pointerSchema.parse(pointer), null, 2)}\n`);
}

/** The usual folder is used again; the file is kept aside, and nothing else is touched. */
export function resetDataFolder(env: NodeJS.ProcessEnv = process.env): void {
  const file = pointerFile(env);
  if (existsSync(file)) renameSync(file, file.replace(/\.json$/u, '.former.json'));
}

function applicationData(env: NodeJS.ProcessEnv): string {
  switch (process.platform) {
    case 'win32':
      return env.APPDATA ?? join(homedir(), 'AppData', 'Roaming');
    case 'darwin':
      return join(homedir(), 'Library', 'Application Support');
    default:
      return env.XDG_CONFIG_HOME || join(homedir(), '.config');
  }
}

// What lies in the data folder, and what of it belongs to the folder rather than to the user.

/** The settings come last when data move: a folder that has them is whole. */
export const settingsFile = 'settings.json';

/** Made anew wherever the lab starts; the last of them by Chromium, which locks the folder by them. */
const ofThisPlace: readonly string[] = [
  'browser',
  'lab.lock',
  'data-folder.json',
  'data-folder.former.json',
  settingsFile,
  'SingletonLock',
  'SingletonCookie',
  'SingletonSocket',
  'lockfile',
];

const filesOfLab: readonly string[] = ['queue.json', 'devices.json', 'settings.damaged.json'];

/** Whether the lab made an entry of the data folder. What else somebody has put there is never deleted with it. */
export const isLabEntry = (name: string): boolean =>
  [...dataParts, ...filesOfLab, ...ofThisPlace].includes(name) || isTemporaryName(name);

/** Whether an entry of the data folder goes along when the data move. */
export const isMigrated = (name: string): boolean => !ofThisPlace.includes(name) && !isTemporaryName(name);
