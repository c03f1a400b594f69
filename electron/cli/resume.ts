/** `run resume` continues a run; `run branch` starts a new one from a checkpoint. */
import { basename, join, resolve } from 'node:path';
import type { Dataset } from '../../datasets/catalog';
import { FormatError } from '../../datasets/formats/format-error';
import { formatEnglish } from '../../renderer/messages/english';
import { MessageError } from '../../renderer/messages/message';
import { createBranch, openBranchPoint, requireWhole, withLimits, type BranchPoint } from '../compute/runs/resume';
import { describeDamage } from '../compute/runs/metrics/metrics-log';
import { reopenRun } from '../compute/runs/run-loop';
import type { RunFolder } from '../compute/runs/run-store';
import type { RunRecord } from '../compute/runs/run-record';
import { planFromRecord, requireSameData } from '../compute/runs/run-record';
import { Trainer } from '../compute/runs/trainer';
import { dataFolder } from '../compute/storage/data-folder';
import { formatInteger } from '../contract/format';
import { trainAndReport } from './run-report';
import type { ComputeFlags } from './args';
import { stopOnInterrupt, UsageError } from './exit';
import { printNotice } from './output';
import { createEngineOptions, findReadableRun, loadNamedDataset } from './resolve-names';

export interface ResumeFlags extends ComputeFlags {
  /** The dataset of the run, where it has another name here. */
  readonly dataset?: string;
  readonly maxSteps?: number;
  readonly maxSeconds?: number;
  readonly learningRate?: number;
  readonly acceptChangedData?: true;
  readonly json?: true;
}

export interface BranchFlags extends ResumeFlags {
  readonly out: string;
  readonly step?: number;
}

export async function resumeCommand(name: string, flags: ResumeFlags): Promise<void> {
  const { folder, id } = findReadableRun(name);
  const record = withLimits(await folder.read(), flags);
  requireStepsLeft(record, flags.maxSteps);
  const model = id === null ? { path: folder.path, name } : { path: join(dataFolder(), 'models', id), name: id };
  await continueRun({ folder, record, model, out: name }, flags);
}

export async function branchCommand(name: string, flags: BranchFlags): Promise<void> {
  const { folder: source } = findReadableRun(name);
  const point = await openBranchPoint(source, flags.step);
  if (point === null)
    throw new UsageError(
      flags.step === undefined
        ? 'the run has no checkpoint yet'
        : `there is no checkpoint at step ${flags.step}; available steps: ${(await source.checkpoints.steps()).join(', ')}`,
    );
  const folder = await createNamedBranch(source, point, flags);
  await continueRun(
    { folder, record: await folder.read(), model: { path: folder.path, name: flags.out }, out: flags.out },
    flags,
  );
}

async function createNamedBranch(source: RunFolder, point: BranchPoint, flags: BranchFlags): Promise<RunFolder> {
  try {
    await requireWhole(source, point);
    const parent = withLimits(await source.read(), flags);
    const out = resolve(flags.out);
    const run = { ...parent.run, runId: basename(out).slice(0, 120), name: null };
    return await createBranch(out, source, { record: { ...parent, run }, ...point });
  } finally {
    await point.checkpoint.close();
  }
}

/** A run that has all its steps but did not finish may resume: its final evaluation is missing. @throws UsageError */
function requireStepsLeft({ run: { step, state }, setup: { config } }: RunRecord, maxSteps: number | undefined): void {
  const isFinished = state === 'finished' && step >= config.maxSteps;
  if (isFinished && maxSteps === undefined)
    throw new UsageError(`the run has finished all ${formatInteger(step)} steps: use --max-steps to extend it`);
  if (maxSteps !== undefined && (isFinished || maxSteps < step))
    throw new UsageError(
      `--max-steps must be greater than ${formatInteger(step)}, the last step of the run, got ${formatInteger(maxSteps)}`,
    );
}

interface ContinuedRun {
  readonly folder: RunFolder;
  readonly record: RunRecord;
  readonly model: { readonly path: string; readonly name: string };
  readonly out: string;
}

/** Also records the name of another dataset. @throws UsageError where the dataset of the run is not found; as `loadNamedDataset` */
async function loadRunDataset(
  record: RunRecord,
  name: string | undefined,
): Promise<{ readonly dataset: Dataset; readonly record: RunRecord }> {
  const { run } = record;
  if (name !== undefined)
    return { dataset: await loadNamedDataset(name), record: { ...record, run: { ...run, dataset: name } } };
  try {
    return { dataset: await loadNamedDataset(run.dataset), record };
  } catch (error) {
    // A damaged dataset is found.
    if (!(error instanceof MessageError) || error instanceof FormatError) throw error;
    throw new UsageError(
      `the run was trained on “${run.dataset}”: ${formatEnglish(error.text)}; if it has another name or path on this computer, pass it with --dataset <dataset>`,
    );
  }
}

async function continueRun(
  { folder, record: recorded, model, out }: ContinuedRun,
  { dataset: name, acceptChangedData, json, ...flags }: ResumeFlags,
): Promise<void> {
  const { dataset, record } = await loadRunDataset(recorded, name);
  requireSameData(record, dataset, acceptChangedData);
  const plan = planFromRecord(record, dataset);
  const preparing = createEngineOptions(flags).then((sessionOptions) => Trainer.prepare(plan, sessionOptions));
  const ignoreInterrupts = stopOnInterrupt(preparing);
  try {
    const opened = await reopenRun(await preparing, { folder, record });
    await folder.write(opened.record);
    const [alert] = opened.resumePoint?.damage ? opened.record.run.alerts.slice(-1) : [];
    if (alert) printNotice(formatEnglish(alert.text));
    for (const text of opened.logDamage ? describeDamage(opened.logDamage) : []) printNotice(formatEnglish(text));
    await trainAndReport(opened, { model, out, ...(json && { json }) });
  } finally {
    ignoreInterrupts();
  }
}
