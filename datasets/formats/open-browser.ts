/** Browsing the sets there are: the lab's own by id, others in folders. */
import { lstat } from 'node:fs/promises';
import { Browser } from '../browse/browser';
import { memoryRows } from '../browse/rows';
import { datasetSpecs, loadDataset } from '../catalog';
import { FormatError } from './format-error';
import { openSource, type SplitName } from './puzzle-source';
import { ReferenceSplit } from './reference-folder';
import { referenceRows } from './reference-rows';

export interface BrowsedSet {
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
export async function openBrowser({ set, split, path = set, kind: asked }: BrowsedSet): Promise<Browser> {
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
  const { kind, counts } = await openSource(path, asked);
  if (counts[split] === undefined) throw new FormatError(path, `a ${split} split`, 'none');
  return new Browser(referenceRows(await ReferenceSplit.open(path, split), kind), { set, split });
}
