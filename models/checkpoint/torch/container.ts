/** What both containers of checkpoints give: the pickle, and the bytes of each storage by its key. */
import type { Storage } from './tensor-view';
import type { PickleValue } from './pickle-value';

export interface Container {
  readonly value: PickleValue;
  /** Exactly the storage's bytes. @throws FormatError when the file has others */
  readonly storage: (storage: Storage) => Promise<Uint8Array>;
}

/** A pickle is a list of names and shapes: a longer one than this is none. */
export const MOST_PICKLE_BYTES = 2 ** 26;
