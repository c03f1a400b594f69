/** Built-in datasets, and the user's datasets in the data folder. */
import { findWriter } from '../../../datasets/formats/atomic-write';
import { verifyDigest } from '../../../datasets/formats/digests';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { message, MessageError } from '../../../renderer/messages/message';
import type { SplitBrowser } from '../../../datasets/browse/browser';
import {
  datasetSpecs,
  findGeneratedSpec,
  isInMemory,
  type Dataset,
  type DatasetSpec,
  type GeneratedSpec,
} from '../../../datasets/catalog';
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
import { readdirIfExists } from '../storage/missing-files';
import type { Trash } from '../storage/trash';
import { Job } from '../job';
import type { BuiltInGenerator } from './built-in-generator';
import { renameDataset } from './rename-dataset';
import { checkCopy, estimateBytes, type CopyState } from './stored-copy';

/** Loads all puzzles of a folder, or a built-in dataset that is created in memory by its id. @throws FormatError */
export type LoadDataset = (path: string, id: string) => Promise<Dataset>;

interface LoadedDataset {
  /** Time of the last change; 0 for datasets that are created in memory. */
  readonly changed: number;
  readonly dataset: Promise<Dataset>;
}

interface LibraryOptions {
  /** Loads datasets; in the calling thread by default. */
  readonly loadDataset?: LoadDataset;
  /** Generates built-in datasets that are not stored yet; without it they are refused. */
  readonly generator?: BuiltInGenerator;
}

/** A built-in dataset that has to be generated before it can be used, or again. */
export class NotGeneratedError extends MessageError<'datasets.notGenerated' | 'datasets.damagedCopy'> {
  override readonly name = 'NotGeneratedError';
}

export class DatasetLibrary {
  /** Datasets that are created in memory, and the last of the others: a run, its branches and its evaluations use the same. */
  private readonly loaded = new Map<string, LoadedDataset>();

  constructor(
    readonly folder: string,
    private readonly trash: Trash,
    private readonly options: LibraryOptions = {},
  ) {}

  /** Built-in datasets, then the user's, newest first. @throws errors of the disk: datasets that cannot be read are not none */
  async list(): Promise<DatasetMessage[]> {
    const builtIn = await this.listBuiltIn();
    const ids = (await readdirIfExists(this.folder)).filter(
      (id) => isId(id) && findWriter(id) === null && !builtIn.some((dataset) => dataset.id === id),
    );
    const own = await Promise.all(ids.map((id) => this.tryDescribe(id)));
    return [...builtIn, ...own.flat().sort((a, b) => (b.createdAt ?? '').localeCompare(a.createdAt ?? ''))];
  }

  /** Without those whose id a dataset of the user has: it is older than the built-in one. */
  async listBuiltIn(): Promise<DatasetMessage[]> {
    const described = datasetSpecs.map(async (spec) => {
      if (!('recipe' in spec)) return describeBuiltIn(spec, null);
      const state = await this.check(spec);
      return state === 'own' ? null : describeBuiltIn(spec, this.describeGeneration(spec, state));
    });
    return (await Promise.all(described)).filter((dataset) => dataset !== null);
  }

  private check(spec: GeneratedSpec): Promise<CopyState> {
    return checkCopy(join(this.folder, spec.id), spec);
  }

  private describeGeneration(spec: GeneratedSpec, state: CopyState): DatasetMessage['generation'] {
    if (state === 'ready') return null;
    const seconds = this.options.generator?.estimateSeconds(spec) ?? 0;
    return { isDamaged: state === 'damaged', seconds, bytes: estimateBytes(spec) };
  }

  /**
   * Returns the folder of a dataset, or the id of one that is created in memory.
   * @throws UnknownIdError; NotGeneratedError
   */
  async resolve(id: string): Promise<string> {
    if (isInMemory(id)) return id;
    const spec = findGeneratedSpec(id);
    const state = spec && (await this.check(spec));
    if (state === 'missing') throw new NotGeneratedError('datasets.notGenerated', { dataset: id });
    if (state === 'damaged') throw new NotGeneratedError('datasets.damagedCopy', { dataset: id });
    const path = join(this.folder, id);
    if (isId(id) && (await stat(path).catch(() => null))?.isDirectory()) return path;
    throw unknownDataset(id, await this.list());
  }

  /** Generates a built-in dataset unless it is stored. @throws as `BuiltInGenerator.ensure` */
  async prepare(id: string, job = new Job()): Promise<void> {
    const spec = findGeneratedSpec(id);
    if (spec) await this.options.generator?.ensure(spec, join(this.folder, id), job);
  }

  /** @throws UnknownIdError, FormatError; errors of `prepare` */
  async open(id: string, job?: Job): Promise<PuzzleSource> {
    await this.prepare(id, job);
    const path = await this.resolve(id);
    return path === id ? createMemorySource(await this.load(id)) : openSource(path);
  }

  /** Opens a split for browsing. @throws UnknownIdError, NotGeneratedError, FormatError */
  async openBrowser(dataset: string, split: SplitName): Promise<SplitBrowser> {
    const path = await this.resolve(dataset);
    return path === dataset
      ? createMemoryBrowser(await this.load(dataset), split)
      : openBrowser({ dataset, split, path });
  }

  /** Loads all puzzles, for training and evaluation. @throws UnknownIdError, FormatError; errors of `prepare` */
  async load(id: string): Promise<Dataset> {
    await this.prepare(id);
    const path = await this.resolve(id);
    const changed = path === id ? 0 : await getTimeOfChange(path);
    const known = this.loaded.get(id);
    if (known?.changed === changed) return known.dataset;
    const loading = { changed, dataset: (this.options.loadDataset ?? loadHere)(path, id) };
    this.forgetStored();
    this.loaded.set(id, loading);
    loading.dataset.catch(() => this.loaded.get(id) === loading && this.loaded.delete(id));
    return loading.dataset;
  }

  /** Frees the memory of the datasets that are stored. */
  private forgetStored(): void {
    for (const id of [...this.loaded.keys()]) if (!isInMemory(id)) this.loaded.delete(id);
  }

  /** An unused id and folder for a new dataset. */
  async newFolder(name: string): Promise<{ readonly id: string; readonly out: string }> {
    const slug = slugify(name);
    const id = await newId(this.folder, isBuiltIn(slug) ? `${slug}-own` : slug);
    return { id, out: join(this.folder, id) };
  }

  /** @throws UnknownIdError; MessageError for a built-in dataset; FormatError for one that cannot be read */
  async rename(id: string, name: string): Promise<void> {
    const { source } = await this.describe(id);
    if (source === 'built-in') throw new MessageError('datasets.cannotRename', { id });
    await renameDataset(await this.resolve(id), name);
  }

  /** Moves a dataset to the trash. @returns the id that restores it @throws UnknownIdError; MessageError for a built-in dataset */
  async remove(id: string): Promise<string> {
    const { source } = await this.describe(id);
    if (source === 'built-in') throw new MessageError('datasets.cannotDelete', { id });
    const path = await this.resolve(id);
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
      await verifyDigest(path, SOURCE_FILE);
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
          generation: null,
        },
      ];
    } catch (error) {
      const none = { puzzles: 0, classes: null };
      return [
        {
          ...common,
          name: id,
          summary: '',
          kind: 'unknown',
          train: none,
          test: none,
          problem: errorText(error),
          generation: null,
        },
      ];
    }
  }
}

/** Has the kind and the name of a dataset: damaged ones would be shown as they are. The other files are verified when they are used. */
const SOURCE_FILE = 'source.json';

const loadHere: LoadDataset = (path, id) => loadDataset(path, id);

const getTimeOfChange = (folder: string): Promise<number> =>
  stat(join(folder, 'identifiers.json')).then(
    ({ mtimeMs }) => mtimeMs,
    () => 0,
  );

const unknownDataset = (id: string, known: readonly DatasetMessage[]): UnknownIdError =>
  new UnknownIdError('datasets.unknown', { id, known: known.map((dataset) => dataset.id) });

const isBuiltIn = (id: string): boolean => datasetSpecs.some((spec) => spec.id === id);

function describeBuiltIn(
  { id, name, summary, kind, testPuzzles, counts }: DatasetSpec,
  generation: DatasetMessage['generation'],
): DatasetMessage {
  return {
    id,
    name,
    summary,
    kind,
    source: 'built-in',
    createdAt: null,
    problem: null,
    generation,
    train: { puzzles: counts.trainPuzzles, classes: counts.trainClasses },
    test: { puzzles: testPuzzles, classes: counts.testClasses },
  };
}
