/** The `experiment` commands: list, show, run, resume and export experiments. */
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Command } from 'commander';
import { Option } from 'commander';
import { requireNew, writeNewFile } from '../../datasets/formats/atomic-write';
import { getPreset } from '../../models/presets/presets';
import type { RunSettings } from '../../models/train/run-settings';
import { formatEnglish } from '../../renderer/messages/english';
import { builtInExperiments, getExperiment } from '../compute/experiments/built-in';
import { ExperimentFolder, RECORD_FILE } from '../compute/experiments/experiment-folder';
import {
  createExperiment,
  formatExperimentCommand,
  OwnExperimentError,
} from '../compute/experiments/experiment-choice';
import { exportExperiment } from '../compute/experiments/export-experiment';
import { expectMinutes, makeThorough } from '../compute/experiments/thorough';
import { estimateExperiment, requireFittingSettings } from '../compute/experiments/estimate';
import {
  createRecord,
  runExperiment,
  type ExperimentContext,
  type TrialProgress,
} from '../compute/experiments/run-experiment';
import { describeAxis } from '../contract/experiment-axis';
import { conclude, countTrials, summarise } from '../contract/experiment-conclusion';
import {
  experimentExports,
  type ExperimentChoice,
  type ExperimentExport,
  type OwnExperiment,
  type Variation,
} from '../contract/experiment-requests';
import type { Experiment, ExperimentRecord, TrialResult } from '../contract/experiments';
import { formatDuration, formatInteger, formatInterval, formatOperations, formatPercent } from '../contract/format';
import { addComputeOptions, commandGroup, parsePath, parseSeconds, parseSeed, parseSeedCount } from './args';
import type { ComputeFlags, Examples, JsonFlag } from './args';
import { onInterrupt, UsageError } from './exit';
import { ProgressLine, printJson, printLines, printNotice, printResult } from './output';
import { parseSetting, parseVariation } from './parse-setting';
import { createEngineOptions, findModel, loadNamedDataset } from './resolve-names';

const json = ['--json', 'print JSON'] as const;
const DEFAULT_SEEDS = 3;
const DEFAULT_SECONDS = 600;

export function addExperimentCommands(program: Command, examples: Examples): void {
  const command = commandGroup(program, 'experiment', 'Test claims about tiny recursive models on this computer.');
  command('list', 'List the built-in experiments.')
    .option(...json)
    .action(listCommand);
  command('show', 'Show an experiment: its question, conditions and results.')
    .argument('<experiment>', 'id of a built-in experiment, or folder of one that was run')
    .option(...json)
    .action(showCommand);
  addComputeOptions(command('run', 'Run an experiment in a new folder. Ctrl-C keeps what is there.'))
    .argument('[id]', 'id of a built-in experiment, see experiment list; none with --vary')
    .requiredOption('--out <folder>', 'required: new folder for the results and the runs', parsePath)
    .option('--seeds <number>', 'number of seeds (default: those of the experiment)', parseSeedCount)
    .option('--seed <number>', 'first of the seeds, which follow each other (default: 1)', parseSeed)
    .option(
      '--vary <name=value,value>',
      'an experiment of your own: a setting and the values to compare, e.g. hCycles=1,2; at most twice',
      parseVariation,
    )
    .option('--dataset <dataset>', 'with --vary: dataset of all runs')
    .option('--preset <id>', 'with --vary: preset of all runs (default: the one that is known to learn the puzzles)')
    .option('--set <name=value>', 'with --vary: a setting of all runs; may be repeated', parseSetting)
    .option('--max-seconds <seconds>', 'with --vary: maximum training time of each run (default: 600)', parseSeconds)
    .option('--thorough', 'the size for a night: more seeds, steps and puzzles; see experiment show')
    .option('--dry-run', 'time the first steps of each condition and estimate the training; saves nothing')
    .option('--json', 'print one JSON event per line')
    .addHelpText(
      'after',
      examples(
        'experiment run gradient --out gradient',
        'experiment run --dataset sudoku-4x4 --vary hCycles=1,2,3 --seeds 3 --out cycles',
        'experiment run seeds --dry-run --out seeds',
        'experiment run gradient --thorough --out gradient-night',
      ),
    )
    .action(runCommand);
  addComputeOptions(command('resume', 'Continue an experiment that was interrupted.'))
    .argument('<folder>', 'folder of the experiment')
    .option('--json', 'print one JSON event per line')
    .action((folder: string, flags: ComputeFlags & JsonFlag) => runIn(new ExperimentFolder(resolve(folder)), flags));
  command('export', 'Export the results.')
    .argument('<folder>', 'folder of the experiment')
    .addOption(
      new Option('--format <format>', 'report: one printable page; csv: one row per result')
        .choices(experimentExports)
        .makeOptionMandatory(),
    )
    .requiredOption('--out <file>', 'required: new file', parsePath)
    .option(...json)
    .action(exportCommand);
}

function listCommand({ json: asJson }: JsonFlag): void {
  const lines = builtInExperiments.map(({ id, question, conditions, seeds }) => {
    const trials = formatInteger(conditions.length * seeds.length);
    return `${id.padEnd(14)} ${formatEnglish(question)} (${conditions.length} × ${seeds.length} = ${trials})`;
  });
  printResult(asJson, builtInExperiments, [...lines, 'In brackets: conditions × seeds.']);
}

async function showCommand(name: string, { json: asJson }: JsonFlag): Promise<void> {
  if (existsSync(join(name, RECORD_FILE))) {
    const record = await new ExperimentFolder(resolve(name)).read();
    return printResult(asJson, { ...record, conclusion: conclude(record) }, describeRecord(record));
  }
  const experiment = getExperiment(name);
  const expectedMinutes = expectMinutes(experiment);
  printResult(asJson, { ...experiment, expectedMinutes }, [
    ...describeExperiment(experiment),
    describeSize('Size', experiment, expectedMinutes?.usual),
    describeSize('With --thorough', makeThorough(experiment), expectedMinutes?.thorough),
  ]);
}

function describeSize(name: string, { seeds, test }: Experiment, minutes?: number): string {
  const puzzles = test.type === 'final' ? '' : `, ${formatInteger(test.puzzles)} puzzles`;
  const time = minutes === undefined ? '' : `, about ${formatDuration(60 * minutes)} on one core`;
  return `${name}: ${formatInteger(seeds.length)} ${seeds.length === 1 ? 'seed' : 'seeds'}${puzzles}${time}`;
}

function describeExperiment({ question, claim, limits, conditions, seeds, published }: Experiment): string[] {
  return [
    formatEnglish(question),
    ...describeClaim(claim),
    ...(limits === null ? [] : [`Limits: ${formatEnglish(limits)}`]),
    `Conditions, each with seeds ${seeds.join(', ')}:`,
    ...conditions.map(({ id, label, source }) => {
      const what = 'preset' in source ? `${source.preset} on ${source.dataset}` : `model ${source.model}`;
      return `  ${id.padEnd(18)} ${formatEnglish(label)} (${what})`;
    }),
    ...(published.length > 0 ? ['Published, elsewhere and at another size:'] : []),
    ...published.map(({ label, exactAccuracy, source, readOn, isSecondHand }) => {
      const origin = `${source.title}, ${isSecondHand ? 'second-hand, ' : ''}${readOn}`;
      return `  ${formatPercent(exactAccuracy)} %  ${formatEnglish(label)} (${origin})`;
    }),
  ];
}

const describeClaim = (claim: Experiment['claim']): string[] =>
  claim === null ? [] : [`Claim: ${formatEnglish(claim)}`];

function describeRecord(record: ExperimentRecord): string[] {
  const axis = describeAxis(record.experiment.test);
  const rows = summarise(record).flatMap(({ condition, points }) =>
    points.map(({ x, mean, values }) => {
      const at = x === null || axis === null ? '' : `, ${formatEnglish(axis)} ${formatInteger(x)}`;
      const each = values.map(({ exactAccuracy }) => formatPercent(exactAccuracy)).join(', ');
      return `  ${formatEnglish(condition.label)}${at}: ${formatPercent(mean.mean)} % (95 % CI ${formatInterval(mean.interval)}; seeds: ${each})`;
    }),
  );
  const done = `${formatInteger(record.results.length)} of ${formatInteger(countTrials(record))} trials`;
  return [
    formatEnglish(record.experiment.question),
    ...describeClaim(record.experiment.claim),
    `Exact accuracy on held-out puzzles, ${done}:`,
    ...rows,
    ...conclude(record).map(formatEnglish),
  ];
}

interface RunFlags extends ComputeFlags, JsonFlag {
  readonly out: string;
  readonly seeds?: number;
  readonly seed?: number;
  readonly vary?: readonly Variation[];
  readonly dataset?: string;
  readonly preset?: string;
  readonly set?: RunSettings;
  readonly maxSeconds?: number;
  readonly thorough?: true;
  readonly dryRun?: true;
}

async function runCommand(id: string | undefined, { out, dryRun, ...flags }: RunFlags): Promise<void> {
  const context = await createContext(flags);
  const choice = await chooseExperiment(id, flags, context);
  const experiment = tryCreate(choice);
  if (dryRun) return printEstimate(experiment, context, flags);
  await requireFittingSettings(experiment, context);
  if (existsSync(join(out, RECORD_FILE)))
    throw new UsageError(`--out: ${out} has an experiment already; continue it with: experiment resume ${out}`);
  await requireNew(out);
  const folder = await ExperimentFolder.create(
    resolve(out),
    await createRecord(experiment, formatExperimentCommand(choice, experiment), context),
  );
  await runIn(folder, flags, context);
}

/** @throws UsageError for neither or both kinds of experiment, or options of the other kind; as `loadDataset` */
async function chooseExperiment(
  id: string | undefined,
  flags: Omit<RunFlags, 'out'>,
  context: ExperimentContext,
): Promise<ExperimentChoice> {
  const { vary, dataset, preset, set, maxSeconds, seeds, seed: firstSeed, thorough } = flags;
  if (id === undefined && vary === undefined)
    throw new UsageError('expected the id of a built-in experiment (see experiment list), or --vary');
  if (id !== undefined && vary !== undefined)
    throw new UsageError(`expected the id of a built-in experiment or --vary, got both: ${id} and --vary`);
  if (id === undefined && thorough) throw new UsageError('--thorough belongs to a built-in experiment');
  if (id === undefined) return { own: await createVaried(flags, context) };
  if ([dataset, preset, set, maxSeconds].some((flag) => flag !== undefined))
    throw new UsageError('--dataset, --preset, --set and --max-seconds belong to --vary');
  return {
    builtIn: id,
    ...(seeds !== undefined && { seeds }),
    ...(firstSeed !== undefined && { firstSeed }),
    ...(thorough && { isThorough: true }),
  };
}

async function createVaried(
  {
    vary: variations = [],
    set: settings = {},
    seeds = DEFAULT_SEEDS,
    seed: firstSeed = 1,
    maxSeconds = DEFAULT_SECONDS,
    ...flags
  }: Omit<RunFlags, 'out'>,
  { loadDataset }: ExperimentContext,
): Promise<OwnExperiment> {
  if (flags.dataset === undefined) throw new UsageError('--vary requires --dataset');
  const both = variations.find(({ name }) => name in settings);
  if (both) throw new UsageError(`${both.name} is both set and varied`);
  // The experiment may be resumed from another folder.
  const dataset = existsSync(flags.dataset) ? resolve(flags.dataset) : flags.dataset;
  const { kind } = await loadDataset(dataset);
  const preset = getPreset(flags.preset ?? kind.defaultPreset).id;
  return { dataset, preset, settings, variations: [...variations], seeds, firstSeed, maxSeconds };
}

/** @throws UsageError for an experiment of the user's own that cannot be; UnknownIdError */
function tryCreate(choice: ExperimentChoice): Experiment {
  try {
    return createExperiment(choice);
  } catch (error) {
    const option = 'own' in choice ? '--vary' : '--seed';
    if (error instanceof OwnExperimentError) throw new UsageError(`${option}: ${formatEnglish(error.text)}`);
    throw error;
  }
}

/** Datasets are loaded once. */
async function createContext(flags: ComputeFlags): Promise<ExperimentContext> {
  const datasets = new Map<string, ReturnType<typeof loadNamedDataset>>();
  const loadDataset = (id: string) => {
    const known = datasets.get(id) ?? loadNamedDataset(id);
    datasets.set(id, known);
    return known;
  };
  return { engineOptions: await createEngineOptions(flags), loadDataset, findModel };
}

async function runIn(
  folder: ExperimentFolder,
  flags: ComputeFlags & JsonFlag,
  given?: ExperimentContext,
): Promise<void> {
  const context = given ?? (await createContext(flags));
  const controller = new AbortController();
  const stop = () => controller.abort(new Error(`Interrupted. Continue with: experiment resume ${folder.path}`));
  const ignoreInterrupts = onInterrupt(stop);
  const line = new ProgressLine();
  try {
    const record = await runExperiment(folder, {
      ...context,
      signal: controller.signal,
      onProgress: (progress) => line.show(progress.share, describeProgress(progress)),
      onResult: (result) =>
        flags.json ? printJson({ type: 'result', ...result }) : line.print(describeResult(result)),
    });
    line.clear();
    if (flags.json) printJson({ type: 'finished', conclusion: conclude(record) });
    else printLines(describeRecord(record));
  } finally {
    line.clear();
    ignoreInterrupts();
  }
}

const describeProgress = ({ condition, seed, done, total }: TrialProgress): string =>
  `trial ${done + 1} of ${total}: ${formatEnglish(condition.label)}, seed ${seed}`;

function describeResult({ condition, seed, points, seconds, failure }: TrialResult): string {
  if (failure !== null) return `${condition}, seed ${seed}: failed, ${formatEnglish(failure)}`;
  const shares = points.map(({ exactAccuracy }) => formatPercent(exactAccuracy)).join(', ');
  return `${condition}, seed ${seed}: ${shares} % (${formatDuration(seconds)})`;
}

async function printEstimate(
  experiment: Experiment,
  context: ExperimentContext,
  { json: asJson }: JsonFlag,
): Promise<void> {
  if (experiment.conditions.every(({ source }) => !('preset' in source))) return printTestOnly(experiment, asJson);
  printNotice('Timing the first steps of each condition …');
  const estimate = await estimateExperiment(experiment, context);
  printResult(asJson, estimate, [
    ...estimate.conditions.map(
      ({ condition, seconds, flop: each }) =>
        `  ${condition.padEnd(18)} ${formatDuration(seconds)}, ${formatOperations(each)} for each seed`,
    ),
    `Training: about ${formatDuration(estimate.seconds)} and ${formatOperations(estimate.flop)} for ${experiment.conditions.length} conditions × ${experiment.seeds.length} seeds.`,
  ]);
}

function printTestOnly(experiment: Experiment, asJson: true | undefined): void {
  const minutes = expectMinutes(experiment)?.usual ?? null;
  const time = minutes === null ? '' : ` The tests take about ${formatDuration(60 * minutes)} on one core.`;
  printResult(asJson, { conditions: [], seconds: 0, flop: 0 }, [`Nothing is trained: the models exist.${time}`]);
}

async function exportCommand(
  name: string,
  { format, out, json: asJson }: JsonFlag & { readonly format: ExperimentExport; readonly out: string },
): Promise<void> {
  const record = await new ExperimentFolder(resolve(name)).read();
  await writeNewFile(out, [exportExperiment(record, format)]);
  printResult(asJson, { out }, [`Wrote ${out}`]);
}
