/** `run list` and `run show` */
import type { Run } from '../../contract/contract';
import { percent } from '../terminal';
import { namedRun, runStore } from './find-run';

interface Json {
  readonly json?: true;
}

export async function listRunsCommand({ json }: Json): Promise<void> {
  const runs = await runStore().list();
  const lines = runs.length === 0 ? ['no runs yet'] : runs.map(spoken);
  process.stdout.write(`${json ? JSON.stringify(runs) : lines.join('\n')}\n`);
}

export async function showRunCommand(name: string, { json }: Json): Promise<void> {
  const { folder } = namedRun(name);
  const [{ run, setup, version }, steps, notes] = [
    await folder.read(),
    await folder.checkpoints.steps(),
    await folder.notes(),
  ];
  if (json)
    return void process.stdout.write(`${JSON.stringify({ ...run, setup, version, checkpoints: steps, notes })}\n`);
  const best = run.best
    ? `best held-out exact ${percent(run.best.exactAccuracy)} at step ${run.best.step}`
    : 'not measured yet';
  const lines = [
    spoken(run),
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

function spoken({ runId, name, state, dataset, preset, step, maxSteps, accuracy }: Run): string {
  const measured = accuracy ? `, exact ${percent(accuracy.exactAccuracy)} (n ${accuracy.count})` : '';
  return `${runId}${name === null ? '' : ` "${name}"`}: ${state}, ${preset} on ${dataset}, step ${step} of ${maxSteps}${measured}`;
}
