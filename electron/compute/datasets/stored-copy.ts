/**
 * The stored copy of a built-in dataset: a folder in the reference's format with a digest of every file, by which damage
 * is noticed.
 */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { lstat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { GeneratedSpec } from '../../../datasets/catalog';
import { getKind } from '../../../datasets/kinds/registry';
import { readSourceFile } from '../../../datasets/formats/puzzle-source';
import { readJson } from '../../../datasets/formats/reference-folder';
import { readTree } from '../storage/disk-usage';

/** Bytes of the files besides the arrays. */
const OTHER_BYTES = 10_000;

/** Disk space of a stored dataset in bytes: tokens, and four numbers for each puzzle. */
export function estimateBytes({ kind: id, counts, testPuzzles }: GeneratedSpec): number {
  const { rows, columns } = getKind(id);
  return (counts.trainPuzzles + testPuzzles) * (2 * rows * columns + 16) + OTHER_BYTES;
}

/** `own`: a dataset of the user has the id, and is used instead. */
export type CopyState = 'ready' | 'missing' | 'damaged' | 'own';

const digestFile = 'digests.json';

/** SHA-256 in hexadecimal by path, with `/` between folders. */
const digestsSchema = z.record(z.string().max(200), z.string().regex(/^[0-9a-f]{64}$/u));
type Digests = z.infer<typeof digestsSchema>;

/** Writes the digests of all files of a folder. */
export async function writeDigests(folder: string): Promise<void> {
  const digests: Digests = {};
  for (const { path } of (await readTree(folder)).files)
    digests[path.replaceAll('\\', '/')] = await computeDigest(join(folder, path));
  await writeFile(join(folder, digestFile), `${JSON.stringify(digests, null, 2)}\n`);
}

async function computeDigest(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const bytes of createReadStream(path)) hash.update(bytes as Buffer);
  return hash.digest('hex');
}

/** Checks stored copies. A copy is read once, and again when the size or time of a file has changed. */
export class CopyChecker {
  /** By folder: sizes and times of the files of a copy that was read and found whole. */
  private readonly whole = new Map<string, string>();

  async check(folder: string, { id, recipe }: GeneratedSpec): Promise<CopyState> {
    const stat = await lstat(folder).catch(() => null);
    if (stat === null) return 'missing';
    const source = await readSourceFile(folder).catch(() => null);
    const hasDigests = (await lstat(join(folder, digestFile)).catch(() => null)) !== null;
    if (source?.builtIn?.id !== id && !hasDigests) return 'own';
    // Of another version of the lab.
    if (source?.builtIn && source.builtIn.version !== recipe.version) return 'missing';
    return (await this.isWhole(folder).catch(() => false)) ? 'ready' : 'damaged';
  }

  /** @throws FormatError, errors of the disk */
  private async isWhole(folder: string): Promise<boolean> {
    const digests = Object.entries(await readJson(folder, digestFile, digestsSchema));
    const stats = await Promise.all(digests.map(([path]) => lstat(join(folder, path))));
    const stamp = stats.map(({ size, mtimeMs }) => `${size} ${mtimeMs}`).join();
    if (this.whole.get(folder) === stamp) return true;
    for (const [path, digest] of digests) if ((await computeDigest(join(folder, path))) !== digest) return false;
    this.whole.set(folder, stamp);
    return true;
  }
}
