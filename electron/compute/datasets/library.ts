/** Built-in datasets, and the user's datasets in the data folder. */
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { message, MessageError } from '../../../renderer/messages/message';
import { datasetSpecs, getDatasetSpec, loadBuiltInDataset, type Dataset } from '../../../datasets/catalog';
import { openSource, readSourceFile, type PuzzleSource } from '../../../datasets/formats/puzzle-source';
import { loadDataset } from '../../../datasets/formats/open-dataset';
import { UnknownIdError } from '../../../datasets/kinds/kind-family';
import type { Dataset as DatasetMessage } from '../../contract/contract';
import { errorText } from '../../contract/error-message';
import { newId, slugify, isId } from '../storage/ids';
import type { Trash } from '../storage/trash';

export class DatasetLibrary {
  /** Cache of the last dataset, since a run, its branches and its evaluations use the same. */
  private loaded: { readonly id: string; readonly changed: number; readonly dataset: Promise<Dataset> } | null = null;

  constructor(
    readonly folder: string,
    private readonly trash: Trash,
  ) {}

  /** Built-in datasets, then the user's, newest first. */
  async list(): Promise<DatasetMessage[]> {
    const ids = (await readdir(this.folder).catch(() => [])).filter((id) => isId(id) && !isBuiltIn(id));
    const own = await Promise.all(ids.map((id) => this.tryDescribe(id)));
    return [
      ...datasetSpecs.map(({ id }) => describeBuiltInDataset(id)),
      ...own.flat().sort((a, b) => (b.createdAt ?? '').localeCompare(a.createdAt ?? '')),
    ];
  }

  /** Returns the folder of one of the user's datasets, or the id of a built-in dataset. @throws UnknownIdError */
  async resolve(id: string): Promise<string> {
    if (isBuiltIn(id)) return id;
    const path = join(this.folder, id);
    if (isId(id) && (await stat(path).catch(() => null))?.isDirectory()) return path;
    throw unknownDataset(id, await this.list());
  }

  async open(id: string): Promise<PuzzleSource> {
    return openSource(await this.resolve(id));
  }

  /** Loads all puzzles, for training and evaluation. @throws UnknownIdError, FormatError */
  async load(id: string): Promise<Dataset> {
    const path = await this.resolve(id);
    if (path === id) return loadBuiltInDataset(id);
    const { mtimeMs: changed } = await stat(join(path, 'identifiers.json')).catch(() => ({ mtimeMs: 0 }));
    if (this.loaded?.id !== id || this.loaded.changed !== changed)
      this.loaded = { id, changed, dataset: loadDataset(path, id) };
    const { dataset } = this.loaded;
    dataset.catch(() => (this.loaded = null));
    return dataset;
  }

  /** An unused id and folder for a new dataset. */
  async newFolder(name: string): Promise<{ readonly id: string; readonly out: string }> {
    const slug = slugify(name);
    const id = await newId(this.folder, isBuiltIn(slug) ? `${slug}-own` : slug);
    return { id, out: join(this.folder, id) };
  }

  /** Moves a dataset to the trash. @returns the id that restores it @throws UnknownIdError; MessageError for a built-in dataset */
  async remove(id: string): Promise<string> {
    const path = await this.resolve(id);
    if (path === id) throw new MessageError('datasets.cannotDelete', { id });
    this.loaded = null;
    return this.trash.discard(path);
  }

  /** @throws UnknownIdError */
  async describe(id: string): Promise<DatasetMessage> {
    const datasets = await this.list();
    const dataset = datasets.find((known) => known.id === id);
    if (dataset) return dataset;
    throw unknownDataset(id, datasets);
  }

  /** Describes a folder, with the reason if it cannot be read; empty for other entries. */
  private async tryDescribe(id: string): Promise<DatasetMessage[]> {
    const path = join(this.folder, id);
    const made = await stat(path).catch(() => null);
    if (!made?.isDirectory()) return [];
    const common = { id, source: 'user', createdAt: made.birthtime.toISOString() } as const;
    try {
      const { kind, counts } = await openSource(path);
      const { name = id, origin = message('datasets.origin.added') } = (await readSourceFile(path)) ?? {};
      const split = (puzzles: number | null | undefined) => ({ puzzles: puzzles ?? 0, classes: null });
      return [
        {
          ...common,
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
        { ...common, name: id, summary: '', kind: 'unknown', train: none, test: none, problem: errorText(error) },
      ];
    }
  }
}

const unknownDataset = (id: string, known: readonly DatasetMessage[]): UnknownIdError =>
  new UnknownIdError('datasets.unknown', { id, known: known.map((dataset) => dataset.id) });

export const isBuiltIn = (id: string): boolean => datasetSpecs.some((spec) => spec.id === id);

export function describeBuiltInDataset(id: string): DatasetMessage {
  const { name, summary, kind, testPuzzles, counts } = getDatasetSpec(id);
  return {
    id,
    name,
    summary,
    kind,
    source: 'built-in',
    createdAt: null,
    problem: null,
    train: { puzzles: counts.trainPuzzles, classes: counts.trainClasses },
    test: { puzzles: testPuzzles, classes: counts.testClasses },
  };
}
