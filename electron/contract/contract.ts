/**
 * What compute serves and what it tells: the one declaration of both.
 *
 * A request is a name with a schema for its input and its output; an event is one case of a
 * discriminated union. Types are inferred, so nothing is declared twice. `rpc.ts` carries this
 * over any message port; compute parses every input before it looks at it.
 */
import { z } from 'zod';
import { providers } from '../../models/runtime/providers';
import { accuracySchema } from '../../models/checkpoint/model-card';
import { datasetEvents, datasetRequests, datasetSchema } from './datasets';
import type { puzzleSchema } from './shared-schemas';
import { count, id, job, share, splitName, token } from './shared-schemas';
import { modelRequests } from './models';
import { runEvents, runRequestSchema, runRequests } from './runs';
import { storageRequests } from './storage';
import type { Preferences } from './preferences';

export const presetSchema = z.object({
  id,
  name: z.string(),
  summary: z.string(),
  /** e.g. `TRM-MLP`, `TRM-attention`. */
  family: z.string(),
  /** Number of weights for the puzzles of each data set, by its id: they depend on cells and tokens. */
  parameters: z.record(id, count),
  hiddenSize: count,
  hCycles: count,
  lCycles: count,
  haltMaxSteps: count,
  batchSize: count,
});

/** Something of this machine that can compute. */
export const deviceSchema = z.object({
  provider: z.enum(providers),
  name: z.string(),
  /** `passed`: it computes what the processor computes. The processor is never tested: it is what others are held against. */
  state: z.enum(['untested', 'passed', 'refused']),
  /** Why it was refused, in a sentence. */
  reason: z.string().nullable(),
  /** Of one train step of the classroom preset. */
  milliseconds: z.number().positive().nullable(),
  /** Runs and solves are computed here. */
  chosen: z.boolean(),
});

const operations = z.number().nonnegative();

/** What a run would take, and whether this machine has it. */
export const preflightSchema = z.object({
  /** Number of weights for these puzzles. */
  parameters: count,
  /** Floating-point operations of one train step, counted from its graph, and their parts. */
  stepFlop: operations,
  stepFlopByPart: z.record(z.string(), operations),
  /** Of one supervision step of a batch without learning. */
  answerFlop: operations,
  memoryBytes: operations,
  availableBytes: operations,
});

/** What the first steps and a look took on the device that would compute the run, and what follows for the whole of it. */
export const measuredPreflightSchema = z.object({
  /** What computed: the processor where the chosen device failed. */
  device: z.enum(providers),
  stepMilliseconds: z.number().positive(),
  lookMilliseconds: z.number().positive(),
  /** Expected until the run ends by its steps or its time, with looks at held-out puzzles in between; the last evaluation comes after. */
  steps: count,
  looks: count,
  seconds: z.number().positive(),
  /** The most memory that the process held, with everything in it. */
  peakBytes: count,
  checkpointBytes: count,
  /** The most that the run and its model take at any time. */
  diskBytes: count,
  /** Null where the disk does not tell. */
  freeDiskBytes: count.nullable(),
  /** Of the whole run, looks and last evaluation included. */
  flop: operations,
});

/** A state after one update, read by the model's heads. */
export const updateSchema = z.object({
  /** Decoded answer, and the probability of each answered token. */
  answer: z.array(token),
  confidence: z.array(share),
  /** ‖Δz‖ of the update (root mean square over the state). */
  change: z.number(),
  /** Halting logit here (less that of going on, in models that weigh the two): above 0 it would stop. The model itself looks at it only after the last cycle. */
  qHalt: z.number(),
  /** [block][position]: how the chosen head and cell spreads its attention; null where none was chosen. */
  attention: z.array(z.array(share)).nullable(),
});

/** One H cycle of one supervision step: the update of zH that closes it, and before it the lCycles updates of zL. */
export const cycleSchema = updateSchema.extend({ latent: z.array(updateSchema) });

export const traceSchema = z.object({
  model: id,
  inputs: z.array(token),
  /** Under which the puzzle was asked, of a model with puzzle embeddings; 0 is the blank one. */
  identifier: count,
  /** [supervision step][H cycle]; the carry starts from H_init, L_init before the first. */
  steps: z.array(z.object({ cycles: z.array(cycleSchema), qHalt: z.number() })),
  lCycles: count,
  /** First supervision step (1-based) after which the model would halt (qHalt > 0), null if never. */
  haltStep: count.nullable(),
  /** Heads of the model's attention; 0 where an MLP mixes the positions. */
  heads: count,
  /** Positions of the puzzle embedding: rows of attention begin with them. */
  frontPositions: count,
  /** Floating-point operations of the steps made, without those that only show them. */
  flop: operations,
  /** The whole state (zH and zL) after each update, on its first two principal components; null where it was not asked for. */
  path: z
    .object({
      points: z.array(z.tuple([z.number(), z.number()])),
      /** Of the variance, along each of the two. */
      shares: z.tuple([share, share]),
      /** The state was looked at here, evenly spread over all positions. */
      positions: count,
      allPositions: count,
    })
    .nullable(),
  /** Wall time of the whole solve in milliseconds. */
  milliseconds: z.number(),
});

export const labSchema = z.object({
  version: z.string(),
  runtime: z.object({ onnxruntime: z.string(), node: z.string(), electron: z.string().nullable() }),
  device: z.object({ name: z.string(), provider: z.string(), threads: count }),
  dataFolder: z.string(),
  /** Why nothing can be changed; null where everything can. */
  readOnly: z.string().nullable(),
  datasets: z.array(datasetSchema),
  presets: z.array(presetSchema),
});

export const requests = {
  describeLab: { input: z.object({}), output: labSchema },
  ...datasetRequests,
  ...modelRequests,
  traceSolve: {
    input: z.object({
      model: id,
      inputs: z.array(token).max(4096),
      /** Where it stands in a set, which names it to a model with puzzle embeddings that learnt from that set. */
      puzzle: z.object({ dataset: id, split: splitName, index: count }).optional(),
      /** Only the steps until the model would halt. */
      stopAtHalt: z.boolean().optional(),
      /** Whose attention weights to tell. */
      attention: z.object({ head: z.int().min(0), cell: z.int().min(0) }).optional(),
      /** Whether to follow the state through the solve. */
      path: z.boolean().optional(),
      job,
    }),
    output: traceSchema,
  },
  /** How good a model is on a split, all of it without a limit; also while a run trains, both then slower. */
  evaluateModel: {
    input: z.object({ model: id, dataset: id, split: splitName, limit: count.min(1).optional(), job }),
    output: accuracySchema,
  },
  /**
   * Before a run: what it takes, or why it cannot be started (`problem`). Counted from the graphs at once; `measure`
   * makes the first steps of it and keeps nothing, refused while a run trains and ended by one that begins.
   */
  preflight: {
    input: runRequestSchema.partial({ seed: true, maxSeconds: true }).extend({ measure: z.boolean().optional() }),
    output: z.object({
      account: preflightSchema.nullable(),
      measured: measuredPreflightSchema.nullable(),
      problem: z.string().nullable(),
    }),
  },
  listDevices: { input: z.object({}), output: z.array(deviceSchema) },
  /** Tries every device in a process of its own; takes seconds to minutes. */
  testDevices: { input: z.object({}), output: z.array(deviceSchema) },
  chooseDevice: { input: z.object({ provider: z.string() }), output: z.array(deviceSchema) },
  ...runRequests,
  ...storageRequests,
} as const;

export const eventSchema = z.discriminatedUnion('type', [...datasetEvents, ...runEvents]);

export type Requests = typeof requests;
export type RequestName = keyof Requests;
export type Input<Name extends RequestName> = z.infer<Requests[Name]['input']>;
export type Output<Name extends RequestName> = z.infer<Requests[Name]['output']>;
export type LabEvent = z.infer<typeof eventSchema>;
/** What is told of a run. */
export type RunEvent = Extract<LabEvent, { runId: string }>;

export type Device = z.infer<typeof deviceSchema>;
export type Lab = z.infer<typeof labSchema>;
export type MeasuredPreflight = z.infer<typeof measuredPreflightSchema>;
export type { Model } from './models';
export type { Alert, Best, Evaluation, Queue, Run, RunRequest, Sample, StepMetrics } from './runs';
export type { Destination, Storage } from './storage';
export type { Preferences } from './preferences';
export type { Dataset, DatasetReport, Download, Histogram, Page } from './datasets';
export type Preset = z.infer<typeof presetSchema>;
export type PuzzleMessage = z.infer<typeof puzzleSchema>;
export type Accuracy = z.infer<typeof accuracySchema>;
export type Cycle = z.infer<typeof cycleSchema>;
export type Trace = z.infer<typeof traceSchema>;

/** What compute implements: one function for each request. The signal is raised by a cancel message. */
export type Handlers = {
  readonly [Name in RequestName]: (input: Input<Name>, signal: AbortSignal) => Output<Name> | Promise<Output<Name>>;
};

/** Whether the compute process can be talked to; `reason` is for people. */
export type ComputeState =
  { readonly state: 'starting' } | { readonly state: 'ready' } | { readonly state: 'gone'; readonly reason: string };

/** Where the data lie, and what main knows of that. */
export interface DataPlace {
  readonly folder: string;
  /** Where they lie by themselves. */
  readonly usual: string;
  /** `TRM_LAB_DATA` says where, so the lab cannot move them. */
  readonly isFixed: boolean;
  /** Folders that the data were moved from and that still hold a copy. */
  readonly former: readonly string[];
}

/** Of this computer, for diagnostics. */
export interface Machine {
  readonly system: string;
  readonly processor: string;
  readonly logicalProcessors: number;
  readonly memoryBytes: number;
  readonly freeMemoryBytes: number;
  readonly electron: string;
  readonly chrome: string;
  readonly node: string;
  /** To be left out of what is copied: they name the person. */
  readonly home: string;
  readonly user: string;
}

/**
 * What the preload script exposes as `window.host`: the few calls that go to main.
 * `connect` makes main send a fresh port to compute, which arrives as a window message
 * `{ type: 'lab/port' }` with the port in `event.ports[0]`.
 */
export interface Host {
  connect(): Promise<void>;
  computeState(): Promise<ComputeState>;
  onComputeState(listener: (state: ComputeState) => void): () => void;
  restartCompute(): Promise<void>;
  readSettings(): Promise<Preferences>;
  /** All settings as they are then; kept at once. */
  changeSettings(changes: Partial<Preferences>): Promise<Preferences>;
  /** Changed elsewhere, e.g. in the menu. */
  onSettings(listener: (settings: Preferences) => void): () => void;
  /** How large everything is drawn; 1 is the size it was drawn for. */
  zoom(factor: number): Promise<void>;
  /** The lab was started a second time; this is the one that goes on. */
  onSecondStart(listener: () => void): () => void;
  describeMachine(): Promise<Machine>;
  dataPlace(): Promise<DataPlace>;
  /** The lab starts anew with the data of that folder. `copied`: they were copied there from the present one. */
  useDataFolder(request: { readonly folder: string; readonly copied: boolean }): Promise<void>;
  /** Deletes what was copied from former folders. */
  removeFormerData(): Promise<DataPlace>;
  /** A file or folder of the user's choosing; null when they thought better of it. */
  chooseOpen(request: {
    readonly title: string;
    readonly what: 'file' | 'folder';
    readonly extensions?: string[];
  }): Promise<string | null>;
  /** A new name of the user's choosing; null when they thought better of it. */
  chooseSave(request: {
    readonly title: string;
    readonly name: string;
    readonly extensions?: string[];
  }): Promise<string | null>;
  /** A file with this content, at a place of the user's choosing, which is told; null when they thought better of it. Text, or a PNG. */
  saveFile(request: {
    readonly title: string;
    readonly name: string;
    readonly content: string | Uint8Array;
  }): Promise<string | null>;
  /** Shows a folder of the lab in the system's file manager. */
  openFolder(request: { readonly place: 'data' | 'models' | 'runs' | 'datasets'; readonly id?: string }): Promise<void>;
  /** Where a file that was dropped on the window lies; empty for what is no file of this machine. */
  pathOf(file: File): string;
}
