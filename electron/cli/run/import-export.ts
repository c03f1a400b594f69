/** `run export`, `run import` and `run delete` */
import { readCapsule } from '../../compute/runs/capsule';
import { exportRun } from '../../compute/runs/export/export-run';
import type { RunExport } from '../../contract/runs';
import { withProgress } from '../dataset/report';
import { UsageError } from '../errors';
import { namedRun, runStore, trash } from './find-run';
import { partsOfRun } from './args';

interface Json {
  readonly json?: true;
}

export interface ExportRunFlags extends Json {
  readonly out: string;
  readonly format: RunExport;
  readonly augment?: number;
}

export async function exportRunCommand(name: string, { json, ...plan }: ExportRunFlags): Promise<void> {
  if (plan.augment !== undefined && plan.format !== 'cluster')
    throw new UsageError('--augment goes with --format cluster');
  const parts = partsOfRun(namedRun(name));
  const { out, notes } = await withProgress((job) => exportRun(parts, plan, job));
  process.stdout.write(`${json ? JSON.stringify({ out, notes }) : [`wrote ${out}`, ...notes].join('\n')}\n`);
}

export async function importRunCommand(path: string, { json }: Json): Promise<void> {
  const run = await readCapsule(path, runStore());
  process.stdout.write(`${json ? JSON.stringify(run) : `run ${run.runId}, ${run.state} at step ${run.step}`}\n`);
}

export async function deleteRunCommand(name: string, { json }: Json): Promise<void> {
  const { folder } = namedRun(name);
  const release = await folder.claim();
  const token = await trash()
    .discard(folder.path)
    .catch(async (error: unknown) => {
      await release();
      throw error;
    });
  process.stdout.write(`${json ? JSON.stringify({ token }) : `moved to the trash of the lab as ${token}`}\n`);
}
