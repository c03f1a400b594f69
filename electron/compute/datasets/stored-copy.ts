/** The stored copy of a built-in dataset. */
import { lstat } from 'node:fs/promises';
import type { GeneratedSpec } from '../../../datasets/catalog';
import { getKind } from '../../../datasets/kinds/registry';
import { hasDigests, verifyDigest, verifyDigests } from '../../../datasets/formats/digests';
import { readSourceFile } from '../../../datasets/formats/puzzle-source';

/** Bytes of the files besides the arrays. */
const OTHER_BYTES = 10_000;

/** Disk space of a stored dataset in bytes: tokens, and four numbers for each puzzle. */
export function estimateBytes({ kind: id, counts, testPuzzles }: GeneratedSpec): number {
  const { rows, columns } = getKind(id);
  return (counts.trainPuzzles + testPuzzles) * (2 * rows * columns + 16) + OTHER_BYTES;
}

/** `own`: a dataset of the user has the id, and is used instead. */
export type CopyState = 'ready' | 'missing' | 'damaged' | 'own';

/**
 * Checks the stored copy of a built-in dataset.
 * @returns `missing` also for a copy of another version of the lab
 */
export async function checkCopy(folder: string, { id, recipe }: GeneratedSpec): Promise<CopyState> {
  if ((await lstat(folder).catch(() => null)) === null) return 'missing';
  const source = await readSourceFile(folder).catch(() => null);
  if (source?.builtIn?.id !== id && (await isWhole(verifyDigest(folder, 'source.json')))) return 'own';
  if (source?.builtIn && source.builtIn.version !== recipe.version) return 'missing';
  return (await hasDigests(folder)) && (await isWhole(verifyDigests(folder))) ? 'ready' : 'damaged';
}

const isWhole = (verified: Promise<void>): Promise<boolean> =>
  verified.then(
    () => true,
    () => false,
  );
