/** The `run` commands; a run is named by its folder or its id. */
import type { Command } from 'commander';
import { Option } from 'commander';
import { formatEnglish } from '../../renderer/messages/english';
import { message } from '../../renderer/messages/message';
import { exportRun } from '../compute/runs/export/export-run';
import { readRunArchive } from '../compute/runs/export/read-archive';
import { renameModelOfRun } from '../compute/runs/rename-model';
import { freeBytes } from '../compute/storage/disk-usage';
import type { Run } from '../contract/contract';
import { formatInteger, formatPercent } from '../contract/format';
import type { RunExport } from '../contract/runs';
import { runExports } from '../contract/runs';
import type { AddCommand, Examples, JsonFlag } from './args';
import {
  addComputeOptions,
  commandGroup,
  parseChoice,
  parsePath,
  parseLearningRate,
  parseName,
  parseSeconds,
  parseStep,
  parseSteps,
  parseCopies,
} from './args';
import { printJson, printLines, printNotice, printResult, printUnreadable, withProgress } from './output';
import { UsageError } from './exit';
import {
  findReadableRun,
  findRun,
  getExportSource,
  getModelFolder,
  openModelLibrary,
  openRunStore,
  openTrash,
} from './resolve-names';
import { branchCommand, resumeCommand } from './resume';

interface ExportRunFlags extends JsonFlag {
  readonly out: string;
  readonly format: RunExport;
  readonly augment?: number;
}

async function exportRunCommand(name: string, { json, ...plan }: ExportRunFlags): Promise<void> {
  if (plan.augment !== undefined && plan.format !== 'cluster')
    throw new UsageError('--augment requires --format cluster');
  const source = getExportSource(findReadableRun(name));
  const { out, notes } = await withProgress((job) => exportRun(source, plan, job));
  printResult(json, { out, notes }, [`Wrote ${out}`, ...notes.map(formatEnglish)]);
}

async function importRunCommand(path: string, { json }: JsonFlag): Promise<void> {
  const { notes, ...run } = await withProgress((job) =>
    readRunArchive(path, openRunStore(), job, freeBytes, openModelLibrary()),
  );
  printResult(json, { ...run, notes }, [
    `Imported run ${run.runId}: ${run.state} at step ${run.step}`,
    ...notes.map(formatEnglish),
  ]);
}

async function deleteRunCommand(name: string, { json }: JsonFlag): Promise<void> {
  const { folder } = findRun(name);
  const trashId = await folder.discard(openTrash());
  printResult(json, { trashId }, [`Moved to the trash as ${trashId}`]);
}

async function renameRunCommand(name: string, newName: string, { json }: JsonFlag): Promise<void> {
  const { folder, id } = findReadableRun(name);
  const before = await folder.read();
  await folder.update((record) => ({ ...record, run: { ...record.run, name: newName } }));
  const isModelRenamed = await renameModelOfRun(before, newName, getModelFolder({ folder, id }));
  printResult(json, { name: newName, isModelRenamed }, [
    `Renamed the run${isModelRenamed ? ' and its model' : ''} to “${newName}”`,
  ]);
}

async function listRunsCommand({ json }: JsonFlag): Promise<void> {
  const store = openRunStore();
  const [runs, unreadable] = [await store.list(), await store.listUnreadable()];
  const lines = runs.length === 0 ? ['No runs yet.'] : runs.map(formatRun);
  printResult(json, runs, lines);
  printUnreadable(unreadable);
}

async function showRunCommand(name: string, { json }: JsonFlag): Promise<void> {
  const { folder } = findReadableRun(name);
  const { run: recorded, setup, version } = await folder.read();
  if (await folder.areNotesChanged()) printNotice(`warning: ${formatEnglish(message('run.notesChanged'))}`);
  const [run, steps, notes] = [
    await folder.withState(recorded),
    await folder.checkpoints.steps(),
    await folder.notes(),
  ];
  if (json) return printJson({ ...run, setup, version, checkpoints: steps, notes });
  const best = run.best
    ? `best test accuracy ${formatPercent(run.best.exactAccuracy)} % at step ${run.best.step}`
    : 'no best checkpoint yet';
  const lines = [
    formatRun(run),
    `  ${setup.command}`,
    `  ${best}`,
    `  checkpoints: ${steps.join(', ') || 'none'}`,
    ...(run.parent
      ? [`  from ${run.parent.kind} ${run.parent.id}${run.parent.step === null ? '' : `, step ${run.parent.step}`}`]
      : []),
    ...(run.tags.length > 0 ? [`  tags: ${run.tags.join(', ')}`] : []),
    ...(run.failure === null ? [] : [`  failed: ${formatEnglish(run.failure)}`]),
    ...(notes === '' ? [] : ['', ...notes.split('\n')]),
  ];
  printLines(lines);
}

function formatRun({ runId, name, state, dataset, preset, step, maxSteps, accuracy }: Run): string {
  const measured = accuracy
    ? `, test accuracy ${formatPercent(accuracy.exactAccuracy)} % (n = ${formatInteger(accuracy.count)})`
    : '';
  return `${runId}${name === null ? '' : ` “${name}”`}: ${state}, ${preset} on ${dataset}, step ${formatInteger(step)} of ${formatInteger(maxSteps)}${measured}`;
}

const json = ['--json', 'print JSON: one event per line while training, otherwise one object'] as const;
const run = ['<run>', 'run folder, or id of a run'] as const;
const maxSteps = [
  '--max-steps <steps>',
  'new maximum number of steps, e.g. to extend a finished run',
  parseSteps,
] as const;
const maxSeconds = [
  '--max-seconds <seconds>',
  'new maximum training time, counted from the start of the run',
  parseSeconds,
] as const;
const rate = ['--learning-rate <rate>', 'new base learning rate from this step on', parseLearningRate] as const;
const dataset = [
  '--dataset <dataset>',
  'the dataset of the run, if it has another name or path on this computer',
] as const;
const changed = ['--accept-changed-data', 'continue although the dataset has changed since the run started'] as const;

export function addRunCommands(program: Command, examples: Examples): void {
  const command = commandGroup(program, 'run', 'List, show, resume, branch, rename, export, import and delete runs.');

  command('list', 'List the runs of the data folder, newest first.')
    .option(...json)
    .action(listRunsCommand);
  command('show', 'Show the setup, state and results of a run.')
    .argument(...run)
    .option(...json)
    .action(showRunCommand);
  addTraining(command, examples);
  addFiles(command, examples);
  command('rename', 'Rename a run, and its model where it has the name that the run gave it.')
    .argument(...run)
    .argument('<name>', 'new name', parseName)
    .option(...json)
    .addHelpText('after', examples('run rename my-model "First try"'))
    .action(renameRunCommand);
  command('delete', 'Move a run to the trash of the data folder.')
    .argument(...run)
    .option(...json)
    .action(deleteRunCommand);
}

function addTraining(command: AddCommand, examples: Examples): void {
  addComputeOptions(
    command(
      'resume',
      'Resume a run from its last checkpoint, with the same results, bit for bit, as a run without interruption.',
    ),
  )
    .argument(...run)
    .option(...maxSteps)
    .option(...maxSeconds)
    .option(...rate)
    .option(...dataset)
    .option(...changed)
    .option(...json)
    .addHelpText('after', examples('run resume my-model', 'run resume my-model --max-steps 4000'))
    .action(resumeCommand);
  addComputeOptions(command('branch', 'Start a new run from a checkpoint of another run.'))
    .argument(...run)
    .requiredOption('--out <folder>', 'required: new folder', parsePath)
    .option('--step <step>', 'step of the checkpoint (default: the last)', parseStep)
    .option(...maxSteps)
    .option(...maxSeconds)
    .option(...rate)
    .option(...dataset)
    .option(...changed)
    .option(...json)
    .addHelpText('after', examples('run branch my-model --step 500 --learning-rate 0.0001 --out slower'))
    .action(branchCommand);
}

function addFiles(command: AddCommand, examples: Examples): void {
  command('export', 'Export a run to another computer, a spreadsheet, TensorBoard or a cluster.')
    .argument(...run)
    .addOption(
      new Option(
        '--format <format>',
        'archive: one file with the run and its last and best checkpoints; csv, tensorboard: metrics; cluster: job folder for the PyTorch code',
      )
        .choices(runExports)
        .argParser(parseChoice(runExports, { capsule: 'archive' }))
        .default('archive'),
    )
    .requiredOption('--out <path>', 'required: new file; for tensorboard and cluster a new folder', parsePath)
    .option('--augment <copies>', 'with cluster: augmented copies of each training puzzle (default: 100)', parseCopies)
    .option(...json)
    .addHelpText(
      'after',
      examples('run export my-model --out my-model.zip', 'run export my-model --format cluster --out for-the-cluster'),
    )
    .action(exportRunCommand);
  command('import', 'Import a run archive into the data folder.')
    .argument('<file>', 'file written by run export --format archive')
    .option(...json)
    .action(importRunCommand);
}
