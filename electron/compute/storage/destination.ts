/** Whether the data could lie in a folder that somebody chose. */
import { readdir, readFile, realpath, rm, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import type { Destination } from '../../contract/contract';
import { isMigrated, settingsFile } from './data-folder';
import { errorMessage } from '../../contract/error-message';
import { bytesOf, formatDiskSpace, freeBytesFor, readTree, type FreeBytes } from './disk-usage';

const NAME = 'TRM Puzzle Lab';

/** A file system needs room for its books, and the lab some to go on. */
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
  const bytes = bytesOf(await readTree(dataFolder, { wanted: isMigrated, ...(signal && { signal }) }));
  const free = await freeBytesFor(folder, freeBytes);
  const problem = await placeProblem(folder, dataFolder, holds);
  const copyProblem = problem ?? (holds === 'lab' ? 'data of a lab are there already' : spaceProblem(bytes, free));
  return { folder, holds, bytes, freeBytes: free, problem, copyProblem };
}

/** Whether a folder is a lab's data folder: the settings are written last. */
async function holdsLab(folder: string): Promise<boolean> {
  try {
    return Object.hasOwn(JSON.parse(await readFile(join(folder, settingsFile), 'utf8')) as object, 'window');
  } catch {
    return false;
  }
}

async function placeProblem(folder: string, dataFolder: string, holds: Destination['holds']): Promise<string | null> {
  if (!isAbsolute(folder)) return `expected the whole path of a folder, found ${folder}`;
  const [place, present] = [await realPlace(folder), await realPlace(dataFolder)];
  if (place === present) return 'the data lie there already';
  if (isInside(place, present)) return `${folder} is inside the data folder itself`;
  if (holds === 'nothing' && (await readdir(folder).catch((): string[] => [])).length > 0)
    return `${folder} holds something else already`;
  return writeProblem(folder);
}

function spaceProblem(bytes: number, free: number | null): string | null {
  if (free === null || free >= bytes + SPARE) return null;
  return `expected ${formatDiskSpace(bytes + SPARE)} free there, found ${formatDiskSpace(free)}`;
}

/** Rights are told in many ways; a file that is written is certain. */
async function writeProblem(folder: string): Promise<string | null> {
  const above = await nearest(folder);
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

/** What is there of a path: all of it, or as much as there is. */
async function nearest(folder: string): Promise<string> {
  const isThere = await stat(folder).then(
    () => true,
    () => false,
  );
  return isThere || dirname(folder) === folder ? folder : nearest(dirname(folder));
}

/** With every link followed, also where its last parts are not there yet. */
async function realPlace(folder: string): Promise<string> {
  const above = await nearest(folder);
  return join(await realpath(above), relative(above, folder));
}

function isInside(place: string, folder: string): boolean {
  const inside = relative(folder, place);
  return inside !== '' && inside !== '..' && !inside.startsWith(`..${sep}`) && !isAbsolute(inside);
}
