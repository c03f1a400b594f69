/**
 * Location of the user's data, shared by the window and the command line: the platform's default folder, or the
 * folder named by the file `data-folder.json` in it.
 */
import { existsSync, mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { isAbsolute, join, resolve } from 'node:path';
import { z } from 'zod';
import { MessageError, type MessageId } from '../../../renderer/messages/message';
import { isTemporaryName, writeAtomically } from '../../../datasets/formats/atomic-write';
import { parseUndamaged, stringifyWithChecksum } from '../../../datasets/formats/json-checksum';
import { dataFolders } from '../../contract/storage';
import { isLockName } from './lock-file';

const folderPath = z.string().max(4096).refine(isAbsolute, 'expected an absolute path');
const pointerSchema = z.object({
  folder: folderPath,
  /** Previous data folders, which still hold a copy. */
  former: z.array(folderPath).max(100),
});

type Pointer = z.infer<typeof pointerSchema>;

/** The data folder was moved and cannot be found now. */
export class DataFolderError<Id extends MessageId = MessageId> extends MessageError<Id> {
  override readonly name = 'DataFolderError';
}

/**
 * Returns `TRM_LAB_DATA` if it is set, else the folder to which the data was moved, else the platform's default.
 * @throws DataFolderError if the folder of moved data is missing or data-folder.json is damaged
 */
export function dataFolder(env: NodeJS.ProcessEnv = process.env): string {
  if (env.TRM_LAB_DATA) return resolve(env.TRM_LAB_DATA);
  const moved = readPointer(env)?.folder;
  if (moved === undefined) return defaultFolder(env);
  if (statSync(moved, { throwIfNoEntry: false })?.isDirectory()) return moved;
  throw new DataFolderError('storage.dataFolder.missing', { folder: moved });
}

export function defaultFolder(env: NodeJS.ProcessEnv = process.env): string {
  return join(applicationData(env), 'TRM Puzzle Lab');
}

const pointerFile = (env: NodeJS.ProcessEnv): string => join(defaultFolder(env), 'data-folder.json');

/** Returns null if the data was never moved. @throws DataFolderError for a damaged file, so that no empty data folder is opened */
export function readPointer(env: NodeJS.ProcessEnv = process.env): Pointer | null {
  const file = pointerFile(env);
  if (!existsSync(file)) return null;
  const pointer = parsePointer(file);
  if (pointer === null) throw new DataFolderError('storage.dataFolder.invalidPointer', { file });
  return pointer;
}

/** Null for a file that is damaged or cannot be read. */
function parsePointer(file: string): Pointer | null {
  try {
    return parseUndamaged(readFileSync(file, 'utf8'), pointerSchema);
  } catch {
    return null;
  }
}

export async function writePointer(pointer: Pointer, env: NodeJS.ProcessEnv = process.env): Promise<void> {
  mkdirSync(defaultFolder(env), { recursive: true });
  await writeAtomically(pointerFile(env), stringifyWithChecksum(pointerSchema.parse(pointer)));
}

/** Returns to the default folder: renames data-folder.json and changes nothing else. */
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

/** Written last when the data folder moves: a folder that has it is complete. */
export const settingsFile = 'settings.json';

/** In every folder that the lab uses for its data: only folders with it are emptied. */
export const markerFile = 'trm-puzzle-lab.json';

/** Marks a folder as a data folder of the lab; where it cannot be written, the folder is not emptied later. */
export function writeMarker(folder: string): void {
  const content = { application: 'TRM Puzzle Lab', note: 'The lab keeps its data in this folder.' };
  try {
    writeFileSync(join(folder, markerFile), `${JSON.stringify(content, null, 2)}\n`, { flag: 'wx' });
  } catch {
    // Present, or the folder is read-only.
  }
}

export const hasMarker = (folder: string): boolean =>
  statSync(join(folder, markerFile), { throwIfNoEntry: false })?.isFile() ?? false;

/** Whether a folder is a complete data folder: the settings are written last. Those of earlier versions have no marker. */
export function isDataFolder(folder: string): boolean {
  try {
    return Object.hasOwn(JSON.parse(readFileSync(join(folder, settingsFile), 'utf8')) as object, 'window');
  } catch {
    return false;
  }
}

/** Entries that belong to one folder and are not moved; Chromium's locks among them. */
const localEntries: readonly string[] = [
  'browser',
  'data-folder.json',
  'data-folder.former.json',
  markerFile,
  settingsFile,
  'SingletonLock',
  'SingletonCookie',
  'SingletonSocket',
  'lockfile',
];

const appFiles: readonly string[] = ['queue', 'devices', 'settings'].flatMap((name) => [
  `${name}.json`,
  `${name}.damaged.json`,
]);

const lockFiles = ['lab.lock', 'queue.json.lock'] as const;

/** Whether an entry is a lock, or what a killed process has left of one. */
const isLock = (name: string): boolean => isLockName(name) && lockFiles.some((lock) => name.startsWith(lock));

/** Whether the lab created an entry of the data folder; other files are never deleted. */
export const isAppEntry = (name: string): boolean =>
  [...dataFolders, ...appFiles, ...localEntries].includes(name) || isLock(name) || isTemporaryName(name);

/** Whether an entry of the data folder is moved with the data. */
export const isMigrated = (name: string): boolean =>
  !localEntries.includes(name) && !isLock(name) && !isTemporaryName(name);
