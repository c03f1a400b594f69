/**
 * The contract between the compute process and its clients: every request and every event, declared once.
 *
 * A request is a name with a schema for its input and its output; an event is one case of a discriminated union.
 * Types are inferred. `rpc.ts` transports the contract over any message port; compute validates every input.
 */
import { z } from 'zod';
import { datasetEvents, datasetRequests } from './datasets';
import { labRequests } from './lab';
import { modelRequests, solveRequests } from './models';
import { runEvents, runRequests } from './runs';
import type { puzzleSchema } from './shared-schemas';
import { storageRequests } from './storage';

export const requests = {
  ...labRequests,
  ...datasetRequests,
  ...modelRequests,
  ...solveRequests,
  ...runRequests,
  ...storageRequests,
} as const;

export const eventSchema = z.discriminatedUnion('type', [...datasetEvents, ...runEvents]);

export type Requests = typeof requests;
export type RequestName = keyof Requests;
export type Input<Name extends RequestName> = z.infer<Requests[Name]['input']>;
export type Output<Name extends RequestName> = z.infer<Requests[Name]['output']>;
export type LabEvent = z.infer<typeof eventSchema>;
/** Events of one run. */
export type RunEvent = Extract<LabEvent, { runId: string }>;

export type PuzzleMessage = z.infer<typeof puzzleSchema>;
export type { Dataset, DatasetReport, Download, Histogram, Page } from './datasets';
export type { Device, Lab, Preset } from './lab';
export type { Model } from './models';
export type { Evaluation, StepMetrics } from '../../models/train/metrics';
export type { Alert, Benchmark, Best, MeanMetrics, Queue, Run, RunExport, RunRequest, Sample } from './runs';
export type { Accuracy, Cycle, Trace } from './models';
export type { Destination, Storage } from './storage';

/** Implementation of the contract: one function for each request. A cancel message aborts the signal. */
export type Handlers = {
  readonly [Name in RequestName]: (input: Input<Name>, signal: AbortSignal) => Output<Name> | Promise<Output<Name>>;
};
