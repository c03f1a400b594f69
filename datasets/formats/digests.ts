/**
 * The SHA-256 of every file of a dataset folder, in `digests.json` beside them, so that damage is noticed before a puzzle is used.
 * Folders of other programs and of earlier versions have no such file and are not checked.
 */
import { lstat, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import QuickLRU from 'quick-lru';
import { z } from 'zod';
import { message } from '../../renderer/messages/message';
import { FormatError } from './format-error';
import { writeAtomically } from './atomic-write';
import { hashFile } from './hash-file';
import { readJson } from './reference-folder';

const digestFile = 'digests.json';

/** SHA-256 in hexadecimal by path inside the folder, with `/` between folders. */
const digestsSchema = z.record(
  // No path leads out of the folder.
  z.string().regex(/^(?:\w[\w.-]{0,99}\/){0,3}\w[\w.-]{0,99}$/u),
  z.string().regex(/^[0-9a-f]{64}$/u),
);

/** Writes the digests of all files of a folder. @throws errors of the disk */
export async function writeDigests(folder: string): Promise<void> {
  const digests: Record<string, string> = {};
  for (const path of await listFiles(folder)) digests[path] = await hashFile(join(folder, path));
  await writeFile(join(folder, digestFile), formatDigests(digests));
}

/** Makes the digest of one file that of its present content; a folder without digests stays so. @throws as `verifyDigests` */
export async function writeDigest(folder: string, path: string): Promise<void> {
  const digests = await readDigests(folder);
  if (digests) await saveDigests(folder, { ...digests, [path]: await hashFile(join(folder, path)) });
}

/** Removes the digest of one file, which then is not checked. @throws as `verifyDigests` */
export async function removeDigest(folder: string, path: string): Promise<void> {
  const { [path]: removed, ...others } = (await readDigests(folder)) ?? {};
  if (removed !== undefined) await saveDigests(folder, others);
}

const saveDigests = (folder: string, digests: Record<string, string>): Promise<void> =>
  writeAtomically(join(folder, digestFile), formatDigests(digests));

const formatDigests = (digests: Record<string, string>): string => `${JSON.stringify(digests, null, 2)}\n`;

/** Null for a folder without digests. */
const readDigests = async (folder: string): Promise<Record<string, string> | null> =>
  (await hasDigests(folder)) ? readJson(folder, digestFile, digestsSchema) : null;

async function listFiles(folder: string, inside = ''): Promise<string[]> {
  const entries = await readdir(join(folder, inside), { withFileTypes: true });
  const paths = entries
    .filter(({ name }) => inside !== '' || name !== digestFile)
    .sort((one, other) => (one.name < other.name ? -1 : 1))
    .map(async (entry) => {
      const path = `${inside}${entry.name}`;
      if (entry.isDirectory()) return listFiles(folder, `${path}/`);
      return entry.isFile() ? [path] : [];
    });
  return (await Promise.all(paths)).flat();
}

/** Whether a folder has digests. */
export const hasDigests = (folder: string): Promise<boolean> =>
  lstat(join(folder, digestFile)).then(
    () => true,
    () => false,
  );

/**
 * Compares all files of a folder with their digests; accepts a folder without digests. Files are read once, and again when they have
 * changed on the disk.
 * @throws FormatError that names a file that is missing or has other content; errors of the disk
 */
export async function verifyDigests(folder: string): Promise<void> {
  for (const [path, digest] of Object.entries((await readDigests(folder)) ?? {}))
    await verifyFile(folder, path, digest);
}

/** Compares one file with its digest; accepts a file without one. @throws as `verifyDigests` */
export async function verifyDigest(folder: string, path: string): Promise<void> {
  const digest = (await readDigests(folder))?.[path];
  if (digest !== undefined) await verifyFile(folder, path, digest);
}

async function verifyFile(folder: string, path: string, digest: string): Promise<void> {
  const found = await readDigest(join(folder, path));
  if (found !== digest)
    throw new FormatError(
      path,
      message('formats.digest.expected'),
      message(found === null ? 'formats.digest.missing' : 'formats.digest.changed'),
    );
}

interface KnownDigest {
  /** Size, time of the last change and inode. */
  readonly stamp: string;
  readonly digest: Promise<string>;
}

/** By path; a dataset has about fifteen files. */
const known = new QuickLRU<string, KnownDigest>({ maxSize: 500 });

/** Null unless the path is a regular file. */
async function readDigest(path: string): Promise<string | null> {
  const stat = await lstat(path).catch(() => null);
  if (!stat?.isFile()) return null;
  const stamp = `${stat.size} ${stat.mtimeMs} ${stat.ino}`;
  const earlier = known.get(path);
  if (earlier?.stamp === stamp) return earlier.digest;
  const digest = hashFile(path);
  known.set(path, { stamp, digest });
  digest.catch(() => known.delete(path));
  return digest;
}
