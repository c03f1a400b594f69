/** The commands `run list` and `run show`. */
import type { JsonFlag } from '../args';
import type { Run } from '../../contract/contract';
import { formatPercent } from '../../contract/format';
import { findRun, runStore } from '../find';

export async function listRunsCommand({ json }: JsonFlag): Promise<void> {
  const runs = await runStore().list();
  const lines = runs.length === 0 ? ['no runs yet'] : runs.map(formatRun);
  process.stdout.write(`${json ? JSON.stringify(runs) : lines.join('\n')}\n`);
}

export async function showRunCommand(name: string, { json }: JsonFlag): Promise<void> {
  const { folder } = findRun(name);
  const [{ run, setup, version }, steps, notes] = [
    await folder.read(),
    await folder.checkpoints.steps(),
    await folder.notes(),
  ];
  if (json)
    return void process.stdout.write(`${JSON.stringify({ ...run, setup, version, checkpoints: steps, notes })}\n`);
  const best = run.best
    ? `best held-out exact ${formatPercent(run.best.exactAccuracy)} % at step ${run.best.step}`
    : 'not measured yet';
  const lines = [
    formatRun(run),
    `  ${setup.command}`,
    `  ${best}`,
    `  checkpoints: ${steps.join(', ') || 'none'}`,
    ...(run.parent
      ? [`  from ${run.parent.kind} ${run.parent.id}${run.parent.step === null ? '' : `, step ${run.parent.step}`}`]
      : []),
    ...(run.tags.length > 0 ? [`  tags: ${run.tags.join(', ')}`] : []),
    ...(run.failure === null ? [] : [`  failed: ${run.failure}`]),
    ...(notes === '' ? [] : ['', notes]),
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
}

function formatRun({ runId, name, state, dataset, preset, step, maxSteps, accuracy }: Run): string {
  const measured = accuracy ? `, exact ${formatPercent(accuracy.exactAccuracy)} % (n ${accuracy.count})` : '';
  return `${runId}${name === null ? '' : ` "${name}"`}: ${state}, ${preset} on ${dataset}, step ${step} of ${maxSteps}${measured}`;
}
