/** What a data set is, whatever it is called: the same hash for the same puzzles in the same order. */
import { createHash } from 'node:crypto';
import type { Dataset } from '../../../datasets/catalog';

/** SHA-256 in hexadecimal over the kind and the tokens of both splits, and where puzzles have identifiers over these, their names and groups. */
export function hashOfDataset({ kind, train, test, identified }: Dataset): string {
  const hash = createHash('sha256').update(`${kind.id}\n${train.length}\n${test.length}\n`);
  for (const split of [train, test]) for (const { inputs, labels } of split) hash.update(inputs).update(labels);
  if (identified) {
    hash.update(JSON.stringify(identified.names));
    for (const split of [identified.train, identified.test])
      for (const { identifier, group } of split) hash.update(Int32Array.of(identifier, group));
  }
  return hash.digest('hex');
}
