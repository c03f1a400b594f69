/** The commands `run export`, `run import` and `run delete`. */
import type { JsonFlag } from '../args';
import { exportRun, readCapsule } from '../../compute/runs/export/export-run';
import type { RunExport } from '../../contract/runs';
import { withProgress } from '../dataset/report';
import { UsageError } from '../exit';
import { findRun, getRunParts, runStore, trash } from '../find';

export interface ExportRunFlags extends JsonFlag {
  readonly out: string;
  readonly format: RunExport;
  readonly augment?: number;
}

export async function exportRunCommand(name: string, { json, ...plan }: ExportRunFlags): Promise<void> {
  if (plan.augment !== undefined && plan.format !== 'cluster')
    throw new UsageError('--augment goes with --format cluster');
  const parts = getRunParts(findRun(name));
  const { out, notes } = await withProgress((job) => exportRun(parts, plan, job));
  process.stdout.write(`${json ? JSON.stringify({ out, notes }) : [`wrote ${out}`, ...notes].join('\n')}\n`);
}

export async function importRunCommand(path: string, { json }: JsonFlag): Promise<void> {
  const run = await readCapsule(path, runStore());
  process.stdout.write(`${json ? JSON.stringify(run) : `run ${run.runId}, ${run.state} at step ${run.step}`}\n`);
}

export async function deleteRunCommand(name: string, { json }: JsonFlag): Promise<void> {
  const { folder } = findRun(name);
  const release = await folder.lock();
  const token = await trash()
    .discard(folder.path)
    .catch(async (error: unknown) => {
      await release();
      throw error;
    });
  process.stdout.write(`${json ? JSON.stringify({ token }) : `moved to the trash of the lab as ${token}`}\n`);
}
