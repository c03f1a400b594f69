/** `run resume` and `run branch`: runs that go on, or others that go on from one of their checkpoints. */
import { basename, join, resolve } from 'node:path';
import { branchingStep, branchInto, goOn } from '../../compute/runs/resume';
import type { RunFolder } from '../../compute/runs/run-folder';
import type { RunRecord } from '../../compute/runs/run-record';
import { planAgain, requireSameData } from '../../compute/runs/run-record';
import { extended } from '../../compute/runs/runs';
import { TrainingRun } from '../../compute/runs/training-run';
import { dataFolder } from '../../compute/storage/data-folder';
import { sessionsOn } from '../devices';
import { drive } from '../run-report';
import { onInterrupt, UsageError } from '../exit';
import { loadDataset, namedRun } from '../find';

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
  if (state === 'finished' && step >= record.setup.config.maxSteps)
    throw new UsageError(`the run has made all its ${step} steps; --max-steps gives it more`);
  const model = id === null ? { path: folder.path, name } : { path: join(dataFolder(), 'models', id), name: id };
  await trainOn({ folder, record, model, out: name }, flags);
}

export async function branchCommand(name: string, flags: BranchFlags): Promise<void> {
  const { folder: source } = namedRun(name);
  const step = await branchingStep(source, flags.step);
  if (step === null)
    throw new UsageError(
      flags.step === undefined
        ? 'there is no checkpoint yet'
        : `there is no checkpoint of step ${flags.step}; there are ${(await source.checkpoints.steps()).join(', ')}`,
    );
  const parent = extended(await source.read(), flags);
  const runId = basename(resolve(flags.out)).slice(0, 120);
  const folder = await branchInto(resolve(flags.out), source, {
    record: { ...parent, run: { ...parent.run, runId, name: null } },
    step,
  });
  await trainOn(
    { folder, record: await folder.read(), model: { path: folder.path, name: flags.out }, out: flags.out },
    flags,
  );
}

interface GoingOn {
  readonly folder: RunFolder;
  readonly record: RunRecord;
  readonly model: { readonly path: string; readonly name: string };
  readonly out: string;
}

async function trainOn(
  { folder, record, model, out }: GoingOn,
  { acceptChangedData, device, json }: ResumeFlags,
): Promise<void> {
  const dataset = await loadDataset(record.run.dataset);
  requireSameData(record, dataset, acceptChangedData);
  const release = await folder.claim();
  const preparing = sessionsOn(device).then((sessions) => TrainingRun.prepare(planAgain(record, dataset), sessions));
  const ignoreInterrupts = onInterrupt(
    () =>
      void preparing.then(
        ({ control }) => control.stop(),
        () => undefined,
      ),
  );
  try {
    const training = await preparing;
    const gone = await goOn(training, folder, record);
    await folder.write(gone.record);
    await drive({ training, folder, release, ...gone }, { model, out, ...(json && { json }) });
  } finally {
    ignoreInterrupts();
    await release();
  }
}
