/** The `run` commands; a run is named by its folder or its id. */
import type { Command } from 'commander';
import { Option } from 'commander';
import { exportRun, readRunArchive } from '../compute/runs/export/export-run';
import type { Run } from '../contract/contract';
import { formatPercent } from '../contract/format';
import type { RunExport } from '../contract/runs';
import { runExports } from '../contract/runs';
import type { AddCommand, Examples, JsonFlag } from './args';
import {
  commandGroup,
  parseChoice,
  parsePath,
  parseLearningRate,
  parseSeconds,
  parseStep,
  parseSteps,
  parseCopies,
} from './args';
import { withProgress } from './output';
import { UsageError } from './exit';
import { findRun, getExportSource, openRunStore, openTrash } from './resolve-names';
import { branchCommand, resumeCommand } from './resume';

interface ExportRunFlags extends JsonFlag {
  readonly out: string;
  readonly format: RunExport;
  readonly augment?: number;
}

async function exportRunCommand(name: string, { json, ...plan }: ExportRunFlags): Promise<void> {
  if (plan.augment !== undefined && plan.format !== 'cluster')
    throw new UsageError('--augment goes with --format cluster');
  const source = getExportSource(findRun(name));
  const { out, notes } = await withProgress((job) => exportRun(source, plan, job));
  process.stdout.write(`${json ? JSON.stringify({ out, notes }) : [`wrote ${out}`, ...notes].join('\n')}\n`);
}

async function importRunCommand(path: string, { json }: JsonFlag): Promise<void> {
  const run = await readRunArchive(path, openRunStore());
  process.stdout.write(`${json ? JSON.stringify(run) : `run ${run.runId}, ${run.state} at step ${run.step}`}\n`);
}

async function deleteRunCommand(name: string, { json }: JsonFlag): Promise<void> {
  const { folder } = findRun(name);
  const release = await folder.lock();
  const trashId = await openTrash()
    .discard(folder.path)
    .catch(async (error: unknown) => {
      await release();
      throw error;
    });
  process.stdout.write(`${json ? JSON.stringify({ trashId }) : `moved to the trash of the lab as ${trashId}`}\n`);
}

async function listRunsCommand({ json }: JsonFlag): Promise<void> {
  const runs = await openRunStore().list();
  const lines = runs.length === 0 ? ['no runs yet'] : runs.map(formatRun);
  process.stdout.write(`${json ? JSON.stringify(runs) : lines.join('\n')}\n`);
}

async function showRunCommand(name: string, { json }: JsonFlag): Promise<void> {
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

const json = ['--json', 'print JSON: one event a line while training, else one object'] as const;
const run = ['<run>', 'the folder of a run, or the id of one of the lab'] as const;
const maxSteps = ['--max-steps <steps>', 'another end, e.g. for a run that has finished', parseSteps] as const;
const maxSeconds = [
  '--max-seconds <seconds>',
  'another limit of the training time, counted from the beginning of the run',
  parseSeconds,
] as const;
const rate = ['--learning-rate <rate>', 'another base rate from here on', parseLearningRate] as const;
const changed = ['--accept-changed-data', 'go on although the data set is no longer what it was'] as const;
const device = ['--device <name>', 'what computes'] as const;

export function addRunCommands(program: Command, examples: Examples): void {
  const command = commandGroup(program, 'run', 'List, show, go on with, branch, export and delete trainings.');

  command('list', "The runs of the lab's data folder, newest first.")
    .option(...json)
    .action(listRunsCommand);
  command('show', 'What a run is, how it was set up, and where it stands.')
    .argument(...run)
    .option(...json)
    .action(showRunCommand);
  addTraining(command, examples);
  addFiles(command, examples);
  command('delete', 'Move a run to the trash of the lab.')
    .argument(...run)
    .option(...json)
    .action(deleteRunCommand);
}

function addTraining(command: AddCommand, examples: Examples): void {
  command('resume', 'Go on with a run from its last checkpoint, bit for bit as if it had never ended.')
    .argument(...run)
    .option(...maxSteps)
    .option(...maxSeconds)
    .option(...rate)
    .option(...changed)
    .option(...device)
    .option(...json)
    .addHelpText('after', examples('run resume my-model', 'run resume my-model --max-steps 4000'))
    .action(resumeCommand);
  command('branch', 'Begin another run at a checkpoint of a run.')
    .argument(...run)
    .requiredOption('--out <folder>', 'required: new folder', parsePath)
    .option('--step <step>', 'of the checkpoint (default: the last)', parseStep)
    .option(...maxSteps)
    .option(...maxSeconds)
    .option(...rate)
    .option(...changed)
    .option(...device)
    .option(...json)
    .addHelpText('after', examples('run branch my-model --step 500 --learning-rate 0.0001 --out slower'))
    .action(branchCommand);
}

function addFiles(command: AddCommand, examples: Examples): void {
  command('export', 'Carry a run elsewhere: to another lab, a spreadsheet, TensorBoard, or a cluster.')
    .argument(...run)
    .addOption(
      new Option(
        '--format <format>',
        'archive: the run with its last and its best checkpoint in one file; csv and tensorboard: what it measured; cluster: a folder to go on with in PyTorch',
      )
        .choices(runExports)
        .argParser(parseChoice(runExports, { capsule: 'archive' }))
        .default('archive'),
    )
    .requiredOption('--out <path>', 'required: new file, for tensorboard and cluster a new folder', parsePath)
    .option(
      '--augment <copies>',
      'with cluster: symmetric copies of each puzzle to learn from (default: 100)',
      parseCopies,
    )
    .option(...json)
    .addHelpText(
      'after',
      examples('run export my-model --out my-model.zip', 'run export my-model --format cluster --out for-the-cluster'),
    )
    .action(exportRunCommand);
  command('import', 'Unpack a capsule as a run of the lab.')
    .argument('<file>', 'a file made by run export')
    .option(...json)
    .action(importRunCommand);
}
