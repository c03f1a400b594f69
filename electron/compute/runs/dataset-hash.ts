/** What a data set is, whatever it is called: the same hash for the same puzzles in the same order. */
import { createHash } from 'node:crypto';
import type { Dataset } from '../../../datasets/catalog';

/** SHA-256 in hexadecimal over the kind and the tokens of both splits. */
export function hashOfDataset({ kind, train, test }: Dataset): string {
  const hash = createHash('sha256').update(`${kind.id}\n${train.length}\n${test.length}\n`);
  for (const split of [train, test]) for (const { inputs, labels } of split) hash.update(inputs).update(labels);
  return hash.digest('hex');
}
