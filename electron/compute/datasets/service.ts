/** The part of the contract that is about data sets. */
import { getKind } from '../../../datasets/kinds/registry';
import { getDifficulty } from '../../../datasets/generate-set';
import { openSource } from '../../../datasets/formats/puzzle-source';
import type { Puzzle } from '../../../datasets/kinds/puzzle-kind';
import { Random } from '../../../datasets/random';
import type { datasetRequests } from '../../contract/datasets';
import type { Handlers, Input, LabEvent, Output } from '../../contract/contract';
import type { Downloads } from '../downloads/downloads';
import type { Trash } from '../storage/trash';
import { Browsing } from './browsing';
import { exportSet } from './export-set';
import { Fetching } from './download-set';
import { generateInto } from './write-set';
import { Importer } from './import-set';
import { Job } from '../job';
import type { DatasetLibrary } from './library';

export interface DatasetServiceOptions {
  readonly library: DatasetLibrary;
  readonly downloads: Downloads;
  readonly trash: Trash;
  /** The data folder: what was deleted goes back into it. */
  readonly home: string;
  readonly emit: (event: LabEvent) => void;
}

type DatasetHandlers = Pick<Handlers, keyof typeof datasetRequests>;

export function datasetHandlers({ library, downloads, trash, home, emit }: DatasetServiceOptions): DatasetHandlers {
  const browsing = new Browsing(library);
  const importer = new Importer(library);
  const fetching = new Fetching(downloads, importer);
  /** Work that tells how far it is, where the asker gave it a name. */
  const jobOf = (name: string | undefined, signal: AbortSignal) =>
    new Job((progress) => name !== undefined && emit({ type: 'job/progress', job: name, ...progress }), signal);
  const waitOf = (name: string | undefined, signal: AbortSignal) => ({
    signal,
    onProgress: (done: number, total: number) =>
      name !== undefined &&
      emit({
        type: 'job/progress',
        job: name,
        share: total === 0 ? 1 : done / total,
        words: `${done.toLocaleString('en')} puzzles looked at`,
      }),
  });
  return {
    listDatasets: () => library.list(),
    readPuzzles: async ({ dataset, split, from, count }) => {
      const { total, rows } = await (await browsing.browser(dataset, split)).page({ from, count });
      return { total, puzzles: rows.map(messageOf) };
    },
    browsePuzzles: async ({ dataset, split, job, ...query }, signal) => {
      const { total, rows } = await (await browsing.browser(dataset, split)).page(query, waitOf(job, signal));
      return { total, rows: rows.map((row) => ({ ...messageOf(row), index: row.index, facets: { ...row.facets } })) };
    },
    readHistograms: async ({ dataset, split, filter, job }, signal) => {
      const { total, histograms } = await (
        await browsing.browser(dataset, split)
      ).histograms({ filter }, waitOf(job, signal));
      return {
        total,
        histograms: histograms.map((histogram) => ({ ...histogram, bins: histogram.bins.map((bin) => ({ ...bin })) })),
      };
    },
    previewPuzzles: (input) => preview(input),
    generateDataset: async ({ name, kind, job, ...plan }, signal) => {
      const { id, out } = await library.newFolder(name);
      await generateInto({ ...withoutUndefined(plan), name, out, kind: getKind(kind) }, jobOf(job, signal));
      return library.describe(id);
    },
    inspectFiles: ({ job, ...files }, signal) => importer.inspect(files, jobOf(job, signal)),
    importDataset: ({ job, ...plan }, signal) =>
      importer.import({ ...plan, origin: `imported from ${plan.path}` }, jobOf(job, signal)),
    exportDataset: async ({ dataset, job, ...plan }, signal) => {
      const source = await openSource(await library.place(dataset));
      const { out, train, test } = await exportSet(
        source,
        { ...plan, origin: `exported from ${dataset}` },
        jobOf(job, signal),
      );
      return { out, train, test };
    },
    deleteDataset: async ({ dataset }) => {
      await browsing.forget(dataset);
      return { token: await library.remove(dataset) };
    },
    restoreDeleted: async ({ token }) => {
      await trash.restore(token, home);
      return {};
    },
    listDownloads: () => fetching.list(),
    getDownloadSize: async ({ id }, signal) => ({ bytes: await downloads.sizes(id, signal) }),
    startDownload: ({ id, job }, signal) => fetching.fetch(id, jobOf(job, signal)),
    clearDownload: async ({ id }) => {
      await downloads.forget(id);
      return {};
    },
  };
}

function messageOf({ address, inputs, labels }: Puzzle & { readonly address: string }) {
  return { address, inputs: [...inputs], labels: [...labels] };
}

function preview({ kind: id, difficulty, count, seed }: Input<'previewPuzzles'>): Output<'previewPuzzles'> {
  const kind = getKind(id);
  const { generator } = kind;
  if (!generator) throw new RangeError(`${kind.name} has no generator`);
  const band = difficulty === undefined ? undefined : getDifficulty(kind, difficulty);
  const random = Random.seeded(seed);
  return Array.from({ length: count }, (_, i) => {
    const puzzle = generator.generate(random, band);
    return { ...messageOf({ address: `${id}/preview/${i}`, ...puzzle }), rating: generator.rate(puzzle.inputs) };
  });
}

/** zod gives `undefined` for what was left out; plans leave it out themselves. */
function withoutUndefined<Plan extends { readonly difficulty?: string | undefined }>({ difficulty, ...plan }: Plan) {
  return { ...plan, ...(difficulty !== undefined && { difficulty }) };
}
