/** The data sets there are: those of the lab, and the user's in their data folder. */
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { datasetSpecs, loadDataset, type Dataset } from '../../../datasets/catalog';
import { openSource, readSourceFile, type PuzzleSource } from '../../../datasets/formats/puzzle-source';
import { loadSet } from '../../../datasets/formats/stored-set';
import { UnknownIdError } from '../../../datasets/kinds/kind-family';
import type { Dataset as DatasetMessage } from '../../contract/contract';
import { errorMessage } from '../../contract/error-message';
import { newId, idOf, isId } from '../storage/new-id';
import type { Trash } from '../storage/trash';

export class DatasetLibrary {
  /** The one loaded last: a run, its branches and its evaluations read the same. */
  private loaded: { readonly id: string; readonly changed: number; readonly dataset: Promise<Dataset> } | null = null;

  constructor(
    readonly folder: string,
    private readonly trash: Trash,
  ) {}

  /** Those of the lab, then the user's, newest first. */
  async list(): Promise<DatasetMessage[]> {
    const ids = (await readdir(this.folder).catch(() => [])).filter((id) => isId(id) && !isLabEntry(id));
    const own = await Promise.all(ids.map((id) => this.described(id)));
    return [
      ...datasetSpecs.map(({ id }) => describeBuiltIn(id)),
      ...own.flat().sort((a, b) => (b.createdAt ?? '').localeCompare(a.createdAt ?? '')),
    ];
  }

  /** Where the puzzles of an id are: an id of the lab, or a folder. @throws UnknownIdError */
  async place(id: string): Promise<string> {
    if (isLabEntry(id)) return id;
    const path = join(this.folder, id);
    if (isId(id) && (await stat(path).catch(() => null))?.isDirectory()) return path;
    throw new UnknownIdError(
      `unknown dataset "${id}"; known: ${(await this.list()).map((known) => known.id).join(', ')}`,
    );
  }

  async open(id: string): Promise<PuzzleSource> {
    return openSource(await this.place(id));
  }

  /** All puzzles, to train and measure on. @throws UnknownIdError, FormatError */
  async load(id: string): Promise<Dataset> {
    const place = await this.place(id);
    if (place === id) return loadDataset(id);
    const { mtimeMs: changed } = await stat(join(place, 'identifiers.json')).catch(() => ({ mtimeMs: 0 }));
    if (this.loaded?.id !== id || this.loaded.changed !== changed)
      this.loaded = { id, changed, dataset: loadSet(place, id) };
    const { dataset } = this.loaded;
    dataset.catch(() => (this.loaded = null));
    return dataset;
  }

  /** Id and folder for a new dataset. */
  async newFolder(name: string): Promise<{ readonly id: string; readonly out: string }> {
    const wanted = idOf(name);
    const id = await newId(this.folder, isLabEntry(wanted) ? `${wanted}-own` : wanted);
    return { id, out: join(this.folder, id) };
  }

  /** @throws UnknownIdError; RangeError for a set of the lab */
  async remove(id: string): Promise<string> {
    const place = await this.place(id);
    if (place === id) throw new RangeError(`${id} comes with the lab and cannot be deleted`);
    this.loaded = null;
    return this.trash.discard(place);
  }

  /** @throws UnknownIdError */
  async describe(id: string): Promise<DatasetMessage> {
    const dataset = (await this.list()).find((known) => known.id === id);
    if (dataset) return dataset;
    throw new UnknownIdError(`unknown dataset "${id}"`);
  }

  /** A folder that cannot be read is told with the reason; what is no set at all is left out. */
  private async described(id: string): Promise<DatasetMessage[]> {
    const path = join(this.folder, id);
    const made = await stat(path).catch(() => null);
    if (!made?.isDirectory()) return [];
    const facts = { id, source: 'yours', createdAt: made.birthtime.toISOString() } as const;
    try {
      const { kind, counts } = await openSource(path);
      const { name = id, origin = 'added by hand' } = (await readSourceFile(path)) ?? {};
      const split = (puzzles: number | null | undefined) => ({ puzzles: puzzles ?? 0, classes: null });
      return [
        {
          ...facts,
          name,
          summary: origin,
          kind: kind.id,
          train: split(counts.train),
          test: split(counts.test),
          problem: null,
        },
      ];
    } catch (error) {
      const none = { puzzles: 0, classes: null };
      return [
        { ...facts, name: id, summary: '', kind: 'unknown', train: none, test: none, problem: errorMessage(error) },
      ];
    }
  }
}

const isLabEntry = (id: string): boolean => datasetSpecs.some((spec) => spec.id === id);

export function describeBuiltIn(id: string): DatasetMessage {
  const { spec, train, test, trainClasses, testClasses } = loadDataset(id);
  return {
    id,
    name: spec.name,
    summary: spec.summary,
    kind: spec.kind,
    source: 'lab',
    createdAt: null,
    problem: null,
    train: { puzzles: train.length, classes: trainClasses },
    test: { puzzles: test.length, classes: testClasses },
  };
}
