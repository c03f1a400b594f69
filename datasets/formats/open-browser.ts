/** Opens a split for browsing: the lab's own sets by id, others in folders, read by offset. */
import { lstat } from 'node:fs/promises';
import { Browser } from '../browse/browser';
import { memoryRows, type Rows } from '../browse/scan';
import { datasetSpecs, loadDataset } from '../catalog';
import { ratingFacet } from '../kinds/facets';
import { UNKNOWN, type PuzzleKind } from '../kinds/puzzle-kind';
import { FormatError } from './format-error';
import { openSource, type SplitName } from './puzzle-source';
import { ReferenceSplit } from './reference-folder';

/** Rows are the examples; closing them closes the split. */
function referenceRows(split: ReferenceSplit, kind: PuzzleKind): Rows {
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

interface BrowsedSet {
  /** What addresses name the set by; of a set of the lab its id. */
  readonly set: string;
  readonly split: SplitName;
  /** Of the folder; `set` itself without it. */
  readonly path?: string;
  /** Id of the kind, where several have such grids. */
  readonly kind?: string;
}

/**
 * Opens a split without reading its rows; it holds the files open until it is closed.
 * @throws FormatError for what is no folder of a set, or has no such split; UnknownIdError for a kind there is not
 */
export async function openBrowser({ set, split, path = set, kind: kindId }: BrowsedSet): Promise<Browser> {
  if (datasetSpecs.some(({ id }) => id === path)) {
    const dataset = loadDataset(path);
    return new Browser(memoryRows(dataset.kind, dataset[split]), { set, split });
  }
  const stat = await lstat(path).catch(() => null);
  // A CSV file has no offsets to read by.
  if (!stat?.isDirectory())
    throw new FormatError(
      path,
      'a data set of the lab, or the folder of one that was imported',
      stat ? 'something else' : 'nothing of this name',
    );
  const { kind, counts } = await openSource(path, kindId);
  if (counts[split] === undefined) throw new FormatError(path, `a ${split} split`, 'none');
  return new Browser(referenceRows(await ReferenceSplit.open(path, split), kind), { set, split });
}
