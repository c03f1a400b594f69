/** A split of a reference folder by rows, read by offset. */
import type { Rows } from '../browse/rows';
import { ratingFacet, UNKNOWN } from '../facets';
import type { PuzzleKind } from '../kinds/puzzle-kind';
import type { ReferenceSplit } from './reference-folder';

/** Rows are the examples; closing them closes the split. */
export function referenceRows(split: ReferenceSplit, kind: PuzzleKind): Rows {
  const cells = split.meta.seq_len;
  return {
    kind,
    count: split.examples,
    facets: [
      ...kind.facets,
      ...(split.isRated && !kind.facets.some(({ isRating }) => isRating)
        ? [ratingFacet(kind.generator?.unit ?? '')]
        : []),
    ],
    async read(from, to) {
      const [{ inputs, labels }, ratings] = await Promise.all([split.grids(from, to), split.ratings(from, to)]);
      return Array.from({ length: to - from }, (_, i) => ({
        inputs: inputs.subarray(i * cells, (i + 1) * cells),
        labels: labels.subarray(i * cells, (i + 1) * cells),
        // One shape for all: a scan takes half the time of objects spread together.
        rating: ratings ? ratings[i]! : UNKNOWN,
      }));
    },
    close: () => split.close(),
  };
}
