/** Built-in datasets, and the user's datasets in the data folder. */
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { message, MessageError } from '../../../renderer/messages/message';
import type { SplitBrowser } from '../../../datasets/browse/browser';
import { datasetSpecs, getDatasetSpec, type Dataset } from '../../../datasets/catalog';
import {
  createMemorySource,
  openSource,
  readSourceFile,
  type PuzzleSource,
} from '../../../datasets/formats/puzzle-source';
import { createMemoryBrowser, loadDataset, openBrowser } from '../../../datasets/formats/open-dataset';
import type { SplitName } from '../../../datasets/puzzle-address';
import { UnknownIdError } from '../../../datasets/kinds/kind-family';
import type { Dataset as DatasetMessage } from '../../contract/contract';
import { errorText } from '../../contract/error-message';
import { newId, slugify, isId } from '../storage/ids';
import type { Trash } from '../storage/trash';

/** Loads all puzzles of a folder, or a built-in dataset by its id. @throws FormatError */
export type LoadDataset = (path: string, id: string) => Promise<Dataset>;

interface LoadedDataset {
  /** Time of the last change; 0 for built-in datasets. */
  readonly changed: number;
  readonly dataset: Promise<Dataset>;
}

export class DatasetLibrary {
  /** Built-in datasets, and the last of the user's: a run, its branches and its evaluations use the same. */
  private readonly loaded = new Map<string, LoadedDataset>();

  constructor(
    readonly folder: string,
    private readonly trash: Trash,
    private readonly loadDataset: LoadDataset = loadHere,
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
    const path = await this.resolve(id);
    return path === id ? createMemorySource(await this.load(id)) : openSource(path);
  }

  /** Opens a split for browsing. @throws UnknownIdError, FormatError */
  async openBrowser(dataset: string, split: SplitName): Promise<SplitBrowser> {
    const path = await this.resolve(dataset);
    return path === dataset
      ? createMemoryBrowser(await this.load(dataset), split)
      : openBrowser({ dataset, split, path });
  }

  /** Loads all puzzles, for training and evaluation. @throws UnknownIdError, FormatError */
  async load(id: string): Promise<Dataset> {
    const path = await this.resolve(id);
    const changed = path === id ? 0 : await getTimeOfChange(path);
    const known = this.loaded.get(id);
    if (known?.changed === changed) return known.dataset;
    const loading = { changed, dataset: this.loadDataset(path, id) };
    this.forgetOwn();
    this.loaded.set(id, loading);
    loading.dataset.catch(() => this.loaded.get(id) === loading && this.loaded.delete(id));
    return loading.dataset;
  }

  /** Frees the memory of the user's datasets. */
  private forgetOwn(): void {
    for (const id of [...this.loaded.keys()]) if (!isBuiltIn(id)) this.loaded.delete(id);
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
    this.loaded.delete(id);
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

const loadHere: LoadDataset = (path, id) => loadDataset(path, id);

const getTimeOfChange = (folder: string): Promise<number> =>
  stat(join(folder, 'identifiers.json')).then(
    ({ mtimeMs }) => mtimeMs,
    () => 0,
  );

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
