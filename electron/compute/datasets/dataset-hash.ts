/** The hash of a dataset, by which a run recognises the puzzles that it was trained on. */
import { createHash } from 'node:crypto';
import type { Dataset } from '../../../datasets/catalog';

const hashes = new WeakMap<Dataset, string>();

/**
 * SHA-256 in hexadecimal of the kind and the tokens of both splits, and of puzzle identifiers with their names and
 * groups. The name of the dataset does not matter; the order of puzzles does. Computed once for each loaded dataset.
 */
export function hashDataset(dataset: Dataset): string {
  const hash = hashes.get(dataset) ?? computeHash(dataset);
  hashes.set(dataset, hash);
  return hash;
}

/** Records the hash of a dataset that another thread has loaded. */
export function setHash(dataset: Dataset, hash: string): void {
  hashes.set(dataset, hash);
}

function computeHash({ kind, train, test, identified }: Dataset): string {
  const hash = createHash('sha256').update(`${kind.id}\n${train.length}\n${test.length}\n`);
  for (const split of [train, test]) for (const { inputs, labels } of split) hash.update(inputs).update(labels);
  if (identified) {
    hash.update(JSON.stringify(identified.names));
    for (const split of [identified.train, identified.test])
      for (const { identifier, group } of split) hash.update(Int32Array.of(identifier, group));
  }
  return hash.digest('hex');
}
