/** Checks whether a folder can become the data folder. */
import { readdir, readFile, realpath, rm, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import type { Destination } from '../../contract/contract';
import { isMigrated, settingsFile } from './data-folder';
import { errorMessage } from '../../contract/error-message';
import { totalBytes, formatDiskSpace, freeBytesFor, readTree, type FreeBytes } from './disk-usage';

const NAME = 'TRM Puzzle Lab';

/** Disk space in bytes left for the file system and for the lab to continue. */
const SPARE = 64 << 20;

export interface DestinationOptions {
  readonly dataFolder: string;
  readonly freeBytes: FreeBytes;
  readonly signal?: AbortSignal;
}

export async function checkDestination(
  chosen: string,
  { dataFolder, freeBytes, signal }: DestinationOptions,
): Promise<Destination> {
  const folder = (await holdsLab(chosen)) || basename(chosen) === NAME ? resolve(chosen) : join(resolve(chosen), NAME);
  const holds = (await holdsLab(folder)) ? 'lab' : 'nothing';
  const bytes = totalBytes(await readTree(dataFolder, { wanted: isMigrated, ...(signal && { signal }) }));
  const free = await freeBytesFor(folder, freeBytes);
  const problem = await pathProblem(folder, dataFolder, holds);
  const copyProblem = problem ?? (holds === 'lab' ? 'data of a lab are there already' : spaceProblem(bytes, free));
  return { folder, holds, bytes, freeBytes: free, problem, copyProblem };
}

/** Whether a folder is a complete data folder: the settings are written last. */
async function holdsLab(folder: string): Promise<boolean> {
  try {
    return Object.hasOwn(JSON.parse(await readFile(join(folder, settingsFile), 'utf8')) as object, 'window');
  } catch {
    return false;
  }
}

async function pathProblem(folder: string, dataFolder: string, holds: Destination['holds']): Promise<string | null> {
  if (!isAbsolute(folder)) return `expected the whole path of a folder, found ${folder}`;
  const [target, present] = [await resolveLinks(folder), await resolveLinks(dataFolder)];
  if (target === present) return 'the data lie there already';
  if (isInside(target, present)) return `${folder} is inside the data folder itself`;
  if (holds === 'nothing' && (await readdir(folder).catch((): string[] => [])).length > 0)
    return `${folder} holds something else already`;
  return writeProblem(folder);
}

function spaceProblem(bytes: number, free: number | null): string | null {
  if (free === null || free >= bytes + SPARE) return null;
  return `expected ${formatDiskSpace(bytes + SPARE)} free there, found ${formatDiskSpace(free)}`;
}

/** Writes a probe file: permissions can be expressed in many ways. */
async function writeProblem(folder: string): Promise<string | null> {
  const above = await nearestExisting(folder);
  if (!(await stat(above)).isDirectory()) return `${above} is no folder`;
  const probe = join(above, `.trm-lab-${process.pid}-${Date.now()}.tmp`);
  try {
    await writeFile(probe, '', { flag: 'wx' });
    return null;
  } catch (error) {
    return errorMessage(Object.assign(error as NodeJS.ErrnoException, { path: above }));
  } finally {
    await rm(probe, { force: true }).catch(() => undefined);
  }
}

/** The path itself, or its nearest existing parent. */
async function nearestExisting(folder: string): Promise<string> {
  const isThere = await stat(folder).then(
    () => true,
    () => false,
  );
  return isThere || dirname(folder) === folder ? folder : nearestExisting(dirname(folder));
}

/** The path with links resolved, also where its last parts do not exist yet. */
async function resolveLinks(folder: string): Promise<string> {
  const above = await nearestExisting(folder);
  return join(await realpath(above), relative(above, folder));
}

function isInside(target: string, folder: string): boolean {
  const inside = relative(folder, target);
  return inside !== '' && inside !== '..' && !inside.startsWith(`..${sep}`) && !isAbsolute(inside);
}
