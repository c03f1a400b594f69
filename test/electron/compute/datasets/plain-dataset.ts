import type { Dataset, IdentifiedPuzzle } from '../../../../datasets/catalog';

/** The dataset with puzzles as plain objects of their grids and identifiers, and its kind by id, to be compared. */
export function plainDataset({ train, test, identified, kind, ...dataset }: Dataset) {
  const grids = (puzzles: Dataset['train']) => puzzles.map(({ inputs, labels }) => ({ inputs, labels }));
  const withIdentifiers = (puzzles: readonly IdentifiedPuzzle[]) =>
    puzzles.map(({ inputs, labels, identifier, group }) => ({ inputs, labels, identifier, group }));
  return {
    ...dataset,
    // A test that registers a puzzle type clears the others, which are then created anew with other functions.
    kind: kind.id,
    train: grids(train),
    test: grids(test),
    identified: identified && {
      names: identified.names,
      train: withIdentifiers(identified.train),
      test: withIdentifiers(identified.test),
    },
  };
}
