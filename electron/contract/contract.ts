/**
 * The contract between the compute process and its clients: every request and every event, declared once.
 *
 * A request is a name with a schema for its input and its output, and `readOnly: true` where it does not change the data
 * folder: a read-only instance refuses all others. An event is one case of a discriminated union.
 * Types are inferred. `rpc.ts` transports the contract over any message port; compute validates every input.
 */
import { z } from 'zod';
import { experimentEvents, experimentRequests } from './experiment-requests';
import { datasetEvents, datasetRequests } from './datasets';
import { damageRequests } from './damage';
import { appEvents, appRequests } from './app-info';
import { modelRequests, solveEvents, solveRequests } from './models';
import { runEvents, runRequests } from './runs';
import type { puzzleSchema } from './shared-schemas';
import { storageRequests } from './storage';

export const requests = {
  ...appRequests,
  ...datasetRequests,
  ...modelRequests,
  ...solveRequests,
  ...damageRequests,
  ...runRequests,
  ...experimentRequests,
  ...storageRequests,
} as const;

export const eventSchema = z.discriminatedUnion('type', [
  ...appEvents,
  ...datasetEvents,
  ...solveEvents,
  ...runEvents,
  ...experimentEvents,
]);

export type Requests = typeof requests;
export type RequestName = keyof Requests;
export type Input<Name extends RequestName> = z.infer<Requests[Name]['input']>;
export type Output<Name extends RequestName> = z.infer<Requests[Name]['output']>;
export type ComputeEvent = z.infer<typeof eventSchema>;
/** Events of one run. */
export type RunEvent = Extract<ComputeEvent, { runId: string }>;

export type PuzzleMessage = z.infer<typeof puzzleSchema>;
export type { Dataset, DatasetExport, DatasetReport, Download, Histogram, Page } from './datasets';
export type { Device, AppInfo, FamilyInfo, Preset, PresetResult } from './app-info';
export type { Model, PublishedModel } from './models';
export type { Evaluation, StepMetrics } from '../../models/train/metrics';
export type { Alert, Benchmark, Best, MeanMetrics, Queue, Run, RunExport, RunRequest, Sample } from './runs';
export type {
  Accuracy,
  Calibration,
  CalibrationBin,
  Cycle,
  Failure,
  Failures,
  ModelEvaluation,
  PickRule,
  Reliability,
  RolloutResult,
  Rollouts,
  Step,
  Trace,
} from './models';
export type { DamagedExample } from './damage';
export type { Destination, DiskUsage, TrashEntry } from './storage';

/** Implementation of the contract: one function for each request. A cancel message aborts the signal. */
export type Handlers = {
  readonly [Name in RequestName]: (input: Input<Name>, signal: AbortSignal) => Output<Name> | Promise<Output<Name>>;
};
