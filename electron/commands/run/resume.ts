/** `run resume` and `run branch`: runs that go on, or others that go on from one of their checkpoints. */
import { basename, join, resolve } from 'node:path';
import { cp } from 'node:fs/promises';
import { writeFolder } from '../../../datasets/formats/atomic';
import { restoreNewest } from '../../compute/runs/going-on';
import { RunFolder } from '../../compute/runs/run-folder';
import type { RunRecord } from '../../compute/runs/run-record';
import { planAgain, requireSameData } from '../../compute/runs/run-start';
import { extended } from '../../compute/runs/runs';
import { TrainingRun } from '../../compute/runs/training-run';
import { dataFolder } from '../../folders';
import { sessionsOn } from '../devices';
import { drive } from '../drive';
import { UsageError } from '../errors';
import { onInterrupt } from '../interruption';
import { loadDataset } from '../sets';
import { namedRun } from './named-run';

export interface ResumeFlags {
  readonly maxSteps?: number;
  readonly maxSeconds?: number;
  readonly learningRate?: number;
  readonly acceptChangedData?: true;
  readonly device?: string;
  readonly json?: true;
}

export interface BranchFlags extends ResumeFlags {
  readonly out: string;
  readonly step?: number;
}

export async function resumeCommand(name: string, flags: ResumeFlags): Promise<void> {
  const { folder, id } = namedRun(name);
  const record = extended(await folder.read(), flags);
  const { step, state } = record.run;
  if (state === 'finished' && step >= record.setup.config.maxSteps) throw new UsageError(`the run has made all its ${step} steps; --max-steps gives it more`);
  const model = id === null ? { path: folder.path, name } : { path: join(dataFolder(), 'models', id), name: id };
  await goOn({ folder, record, model, out: name }, flags);
}

export async function branchCommand(name: string, flags: BranchFlags): Promise<void> {
  const { folder: source } = namedRun(name);
  const parent = await source.read();
  const steps = await source.checkpoints.steps();
  const step = flags.step ?? steps[steps.length - 1];
  if (step === undefined || !steps.includes(step)) throw new UsageError(`there is no checkpoint ${step === undefined ? 'yet' : `of step ${step}; there are ${steps.join(', ')}`}`);
  const branch = extended(parent, flags);
  const runId = basename(resolve(flags.out)).slice(0, 120);
  const record: RunRecord = { ...branch, run: { ...branch.run, runId, name: null, parent: { kind: 'run', id: parent.run.runId, step }, startedAt: new Date().toISOString(), model: null, accuracy: null, alerts: [] } };
  await writeFolder(flags.out, async (temporary) => {
    const copy = new RunFolder(temporary);
    await cp(source.metricsFile, copy.metricsFile);
    await cp(source.checkpoints.file(step), copy.checkpoints.file(step));
    await copy.write(record);
  });
  const folder = new RunFolder(resolve(flags.out));
  await goOn({ folder, record, model: { path: folder.path, name: flags.out }, out: flags.out }, flags);
}

interface GoingOn {
  readonly folder: RunFolder;
  readonly record: RunRecord;
  readonly model: { readonly path: string; readonly name: string };
  readonly out: string;
}

async function goOn({ folder, record, model, out }: GoingOn, { acceptChangedData, device, json }: ResumeFlags): Promise<void> {
  const dataset = await loadDataset(record.run.dataset);
  requireSameData(record, dataset, acceptChangedData);
  const release = await folder.claim();
  const preparing = sessionsOn(device).then((sessions) => TrainingRun.prepare(planAgain(record, dataset), sessions));
  const ignoreInterrupts = onInterrupt(() => void preparing.then(({ control }) => control.stop(), () => undefined));
  try {
    const training = await preparing;
    const standing = await restoreNewest(training, folder);
    const { updates: step, control: { seconds }, provider } = training;
    const run = { ...record.run, state: 'running' as const, step, seconds, best: standing.best, failure: null, alert: null, device: provider, notice: null };
    await folder.write({ ...record, run });
    await drive({ training, folder, record: { ...record, run }, standing, release }, { model, out, ...(json && { json }) });
  } finally {
    ignoreInterrupts();
    await release();
  }
}
