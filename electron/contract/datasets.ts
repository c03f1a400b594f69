/** Requests about datasets: browse, generate, import, export, download, delete. */
import { z } from 'zod';
import { facetUnits } from '../../datasets/kinds/puzzle-kind';
import { MAX_GENERATED } from './limits';
import { count, id, job, path, puzzleSchema, seed, share, splitName, text } from './shared-schemas';

/** Id of a puzzle kind in `datasets/kinds/registry.ts`, which knows symbols, rules and drawing. */
const kind = z.string().min(1).max(700);
const name = z.string().trim().min(1).max(100);

/** `classes` is null if they have not been counted. */
const splitSize = z.object({ puzzles: count, classes: count.nullable() });

export const datasetSchema = z.object({
  id,
  /** A message for built-in datasets; users name their own. */
  name: text,
  /** Description or origin, in one sentence. */
  summary: text,
  kind,
  source: z.enum(['built-in', 'user']),
  createdAt: z.string().nullable(),
  train: splitSize,
  test: splitSize,
  /** Why it cannot be read; null if it can. */
  problem: text.nullable(),
  /** A built-in dataset that must be generated before it can be used; null for others. */
  generation: z
    .object({
      /** Whether the stored copy is damaged, so that it is generated again. */
      isDamaged: z.boolean(),
      /** Estimated time on this machine. */
      seconds: z.number().nonnegative(),
      /** Disk space. */
      bytes: count,
    })
    .nullable(),
});

const bounds = z.object({ min: z.number().int(), max: z.number().int() });
const filter = z.object({ facets: z.record(z.string(), bounds).optional(), text: z.string().max(2000).optional() });
/** `by`: a facet, or `index`. */
const sort = z.object({ by: z.string(), descending: z.boolean().optional() });
/** Whole numbers; only a stored rating may have a fraction. */
const facetValues = z.record(z.string(), z.number());

export const pageSchema = z.object({
  /** Rows that pass the filter. */
  total: count,
  rows: z.array(puzzleSchema.extend({ index: count, facets: facetValues })),
});

export const histogramSchema = z.object({
  id: z.string(),
  name: text,
  unit: z.enum(facetUnits),
  bins: z.array(z.object({ min: z.number().int(), max: z.number().int(), count })),
  unknown: count,
});

/** Content and irregularities of a split; see `datasets/inspect.ts`. */
const splitSummarySchema = z.object({
  split: splitName,
  puzzles: count,
  classes: count,
  duplicates: count,
  symmetricCopies: count,
  contradictory: count,
  unsolvable: count,
  severalSolutions: count,
  undecided: count,
  inEarlierSplit: count,
  wrongAnswers: count,
  givens: z.record(z.string(), count),
  techniques: z.record(z.string(), count),
});

export const reportSchema = z.object({
  /** e.g. `CSV file` */
  form: text,
  kind,
  /** Empty for task files. */
  splits: z.array(splitSummarySchema),
  /** Whether a share can be held out: false where the source says which puzzles are held out. */
  takesTestShare: z.boolean(),
  /** What the import leaves out or adds, one sentence each: bad rows, ignored files, answers of the solver. */
  notes: z.array(text),
  /** `problems`: what is left out or repeated, one sentence each. */
  tasks: z.object({ tasks: count, pairs: count, problems: z.array(text) }).nullable(),
});

export const downloadSchema = z.object({
  id,
  name: z.string(),
  summary: text,
  homepage: z.string(),
  licence: text,
  kind,
  /** Whether the dataset is complete and verified. */
  isDownloaded: z.boolean(),
  /** Bytes of an unfinished download, from which the next one continues. */
  partialBytes: count,
});

/** `reference`: a folder for the PyTorch code; `csv`: one file for each split; `tasks`: files of ARC tasks. */
export const datasetExports = ['reference', 'csv', 'tasks'] as const;
export type DatasetExport = (typeof datasetExports)[number];

export const datasetRequests = {
  listDatasets: { readOnly: true, input: z.object({}), output: z.array(datasetSchema) },
  /** Consecutive puzzles of a split; empty past the end. */
  readPuzzles: {
    readOnly: true,
    input: z.object({ dataset: id, split: splitName, from: count, count: count.max(200) }),
    output: z.object({ total: count, puzzles: z.array(puzzleSchema) }),
  },
  /** Filtered and sorted puzzles of a split, with facets. The first filter of a large dataset reads every row once. */
  browsePuzzles: {
    readOnly: true,
    input: z.object({
      dataset: id,
      split: splitName,
      filter: filter.optional(),
      sort: sort.optional(),
      from: count,
      count: count.max(200),
      job,
    }),
    output: pageSchema,
  },
  /** A histogram of each facet, with the filters of all other facets applied. */
  readHistograms: {
    readOnly: true,
    input: z.object({ dataset: id, split: splitName, filter: filter.optional(), job }),
    output: z.object({ total: count, histograms: z.array(histogramSchema) }),
  },
  /** A few generated puzzles as examples of a difficulty; they are not saved. */
  previewPuzzles: {
    readOnly: true,
    input: z.object({ kind, difficulty: z.string().optional(), count: count.min(1).max(24), seed }),
    output: z.array(puzzleSchema.extend({ rating: z.number().nullable() })),
  },
  generateDataset: {
    input: z.object({
      name,
      kind,
      count: count.min(1).max(MAX_GENERATED),
      difficulty: z.string().optional(),
      heldOut: share,
      seed,
      job,
    }),
    output: datasetSchema,
  },
  /** Generates a built-in dataset; returns at once if it is stored. */
  prepareDataset: { input: z.object({ dataset: id, job }), output: datasetSchema },
  /** Inspects a file or folder without importing it. Rows that are no puzzles are skipped, counted and named. */
  inspectFiles: {
    readOnly: true,
    input: z.object({ path, kind: kind.optional(), limit: count.min(1).optional(), job }),
    output: reportSchema,
  },
  importDataset: {
    /** `augment`: copies of each task, for ARC; other kinds are augmented during training. */
    input: z.object({
      name,
      path,
      kind: kind.optional(),
      heldOut: share,
      /** Skips rows of a file that are no puzzles, which `inspectFiles` names. */
      skipBadRows: z.boolean().optional(),
      /** Skips puzzles whose answer breaks a rule. */
      skipWrongAnswers: z.boolean().optional(),
      augment: count.max(10_000).default(0),
      seed: seed.default(1),
      job,
    }),
    output: datasetSchema,
  },
  exportDataset: {
    readOnly: true,
    input: z.object({
      dataset: id,
      out: path,
      format: z.enum(datasetExports),
      augment: count.max(10_000),
      seed,
      job,
    }),
    output: z.object({ out: z.string(), train: count, test: count }),
  },
  renameDataset: { input: z.object({ dataset: id, name: z.string().trim().min(1).max(100) }), output: datasetSchema },
  /** `restoreFromTrash` restores it. */
  deleteDataset: { input: z.object({ dataset: id }), output: z.object({ trashId: z.string() }) },
  listDownloads: { readOnly: true, input: z.object({}), output: z.array(downloadSchema) },
  /** Size of a download; contacts the publisher's server. */
  getDownloadSize: { readOnly: true, input: z.object({ id }), output: z.object({ bytes: count.nullable() }) },
  /** Downloads, verifies and imports a dataset. */
  startDownload: { input: z.object({ id, job }), output: datasetSchema },
  clearDownload: { input: z.object({ id }), output: z.object({}) },
} as const;

export const datasetEvents = [
  /** About ten times a second; `fraction` is null where the total is unknown. */
  z.object({ type: z.literal('job/progress'), job: z.string(), fraction: share.nullable(), message: text }),
] as const;

export type Dataset = z.infer<typeof datasetSchema>;
export type Page = z.infer<typeof pageSchema>;
export type Histogram = z.infer<typeof histogramSchema>;
export type DatasetReport = z.infer<typeof reportSchema>;
export type Download = z.infer<typeof downloadSchema>;
