/** The `model` commands: list, show, compare, download, import, export and delete models. */
import { basename, dirname, join, resolve } from 'node:path';
import type { Command } from 'commander';
import { InvalidArgumentError, Option } from 'commander';
import { requireNew } from '../../datasets/formats/atomic-write';
import { exportFormats, includesOptimiser, type ExportFormat } from '../../models/checkpoint/export/export-format';
import type { ModelCard } from '../../models/checkpoint/model-card';
import { tokenTypes, type TokenType } from '../../models/onnx/token-type';
import { weightStorages, type WeightStorage } from '../../models/onnx/weight-storage';
import { formatEnglish } from '../../renderer/messages/english';
import { message } from '../../renderer/messages/message';
import { exportEvaluated } from '../compute/models/export-sample';
import { importToLibrary } from '../compute/models/import-to-library';
import { ModelLibrary } from '../compute/models/library';
import { dataFolder } from '../compute/storage/data-folder';
import { formatInteger, formatInterval, formatPercent } from '../contract/format';
import { formatSampling } from './evaluation-report';
import type { AddCommand, Examples, JsonFlag } from './args';
import { parseBatchSize, commandGroup, parsePath } from './args';
import { downloadModelCommand } from './download-model';
import { UsageError } from './exit';
import { addDemosCommand } from './model-demos';
import { printJson, printLines, printNotice, printResult } from './output';
import {
  findModel,
  findTrainableModel,
  loadNamedDataset,
  openModelLibrary,
  openTrash,
  builtInModels,
  requireModelId,
} from './resolve-names';

interface ImportModelFlags extends JsonFlag {
  readonly out?: string;
  readonly name?: string;
  readonly kind?: string;
  readonly config?: string;
  readonly set?: Record<string, number | boolean | string>;
}

async function importModelCommand(
  path: string,
  { out, name, kind, config: configFile, set: settings, json }: ImportModelFlags,
): Promise<void> {
  if (out !== undefined) await requireNew(out);
  // The parent of --out serves as the library.
  const into =
    out === undefined ? openModelLibrary() : new ModelLibrary({ builtIn: builtInModels, user: dirname(resolve(out)) });
  const as = out === undefined ? {} : { id: basename(resolve(out)) };
  const { model, notes, missing } = await importToLibrary(into, { path, name, kind, configFile, settings }, as);
  if (missing || !model)
    throw new UsageError(
      `${formatEnglish(missing?.message ?? 'no model')} (use --config, or --set ${missing?.settings[0] ?? ''}=…)`,
    );
  const folder = out ?? join(dataFolder(), 'models', model.id);
  const lines = [
    `${model.name}: ${model.family}, ${formatInteger(model.parameters)} parameters, saved in ${folder}`,
    ...notes.map((note) => `  ${formatEnglish(note)}`),
  ];
  printResult(json, { model, notes, folder }, lines);
}

interface ExportModelFlags extends JsonFlag {
  readonly format: ExportFormat;
  readonly out: string;
  readonly batchSize?: number;
  readonly tokenType?: TokenType;
  readonly weights?: WeightStorage;
}

async function exportModelCommand(name: string, { format, out, json, ...options }: ExportModelFlags): Promise<void> {
  await requireNew(out);
  const isOnnx = format === 'onnx-step' || format === 'onnx-solve';
  if (!isOnnx && (options.batchSize ?? options.tokenType ?? options.weights) !== undefined)
    throw new UsageError('--batch-size, --token-type and --weights require an ONNX format');
  const model = await (includesOptimiser(format) ? findTrainableModel(name) : findModel(name));
  const { files, notes } = await exportEvaluated(model, { format, out, ...options }, loadNamedDataset);
  printResult(json, { files, notes }, [...files.map((file) => `Wrote ${file}`), ...notes.map(formatEnglish)]);
}

async function deleteModelCommand(id: string, { json }: JsonFlag): Promise<void> {
  await requireModelId(id);
  const library = openModelLibrary();
  if ((await library.describe(id)).source === 'built-in')
    throw new UsageError(formatEnglish(message('models.library.builtIn', { id })));
  const trashId = await openTrash().discard(await library.getUserFolder(id));
  printResult(json, { trashId }, [`Moved to the trash as ${trashId}`]);
}

async function listModelsCommand({ json }: JsonFlag): Promise<void> {
  const library = openModelLibrary();
  const [models, problems] = [await library.list(), await library.listProblems()];
  const lines = models.map(({ id, source, ...card }) => `${id} (${source}): ${card.name}, ${formatAccuracy(card)}`);
  printResult(json, models, lines);
  for (const { folder, reason } of problems) printNotice(`${folder}: ${formatEnglish(reason)}`);
}

async function showModelCommand(name: string, { json }: JsonFlag): Promise<void> {
  const { card, config } = await findModel(name);
  const lines = [card.name, ...listProperties(card).map(([label, value]) => `  ${label.padEnd(18)} ${value}`)];
  printResult(json, { ...card, config }, lines);
}

async function compareModelsCommand(one: string, other: string, { json }: JsonFlag): Promise<void> {
  const [first, second] = await Promise.all([findModel(one), findModel(other)]);
  if (json) return printJson([first.card, second.card]);
  const [left, right] = [listProperties(first.card), listProperties(second.card)];
  const width = Math.max(...left.map(([, value]) => value.length), first.card.name.length);
  const lines = [
    `  ${''.padEnd(18)} ${first.card.name.padEnd(width)}  ${second.card.name}`,
    ...left.map(
      ([label, value], i) =>
        `${value === right[i]![1] ? ' ' : '≠'} ${label.padEnd(18)} ${value.padEnd(width)}  ${right[i]![1]}`,
    ),
  ];
  printLines(lines);
}

function listProperties({
  family,
  parameters,
  hCycles,
  lCycles,
  haltMaxSteps,
  kind,
  dataset,
  data,
  training,
  ...card
}: ModelCard): [string, string][] {
  const { steps, seconds, samples, areSamplesCounted = false, seed, flop } = training;
  const heldOut =
    data.testClasses === null
      ? `${formatInteger(data.testPuzzles)} puzzles`
      : `${formatInteger(data.testPuzzles)} puzzles in ${formatInteger(data.testClasses)} symmetry classes`;
  return [
    ['family', family],
    ['parameters', formatInteger(parameters)],
    ['recursion', `${haltMaxSteps} supervision steps × ${hCycles} H cycles × ${lCycles} L updates`],
    ['puzzles', kind === undefined || kind === dataset ? dataset : `${kind}, ${dataset}`],
    ['training set', `${formatInteger(data.trainPuzzles)} puzzles`],
    ['test set', heldOut],
    [
      'training',
      `${formatInteger(steps)} steps, ${areSamplesCounted ? '' : 'at most '}${formatInteger(samples)} samples, ${formatInteger(seconds)} s, seed ${seed}`,
    ],
    ['compute', flop > 0 ? `${(flop / 1e12).toFixed(2)} TFLOP` : 'unknown'],
    ...(card.optimizer
      ? [['optimizer state', `stored, after ${formatInteger(card.optimizer.step)} steps`] as [string, string]]
      : []),
    ['exact accuracy', formatAccuracy(card)],
    [
      'start',
      card.parent === null
        ? 'new model'
        : `${card.parent.kind} ${card.parent.id}${card.parent.step === null ? '' : `, step ${formatInteger(card.parent.step)}`}`,
    ],
    ...describeSource(card.published),
    ['command', card.command],
  ];
}

const describeSource = (published: ModelCard['published']): [string, string][] =>
  published ? [['source', `${published.homepage}, licence: ${published.licence ?? 'not verified'}`]] : [];

function formatAccuracy({ accuracy, published }: Pick<ModelCard, 'accuracy' | 'published'>): string {
  if (accuracy === null) return published ? 'published, not evaluated here' : 'not evaluated';
  return `${formatPercent(accuracy.exactAccuracy)} % on the test set (95 % CI ${formatInterval(accuracy.interval)} %, n = ${formatInteger(accuracy.count)})${formatSampling(
    accuracy,
  )
    .map((note) => `; ${note}`)
    .join('')}`;
}

const json = ['--json', 'print one JSON object'] as const;
const model = ['<model>', 'model folder or id'] as const;

/** Collects options such as `num_heads=4` by name. */
function parseSetting(
  text: string,
  before: Readonly<Record<string, number | boolean | string>> = {},
): Record<string, number | boolean | string> {
  const [, name, value] = /^(\w{1,40})=(.{1,100})$/u.exec(text) ?? [];
  if (name === undefined) throw new InvalidArgumentError('expected <name>=<value>, e.g. num_heads=4');
  const asNumber = Number(value);
  return {
    ...before,
    [name]: value! === 'true' || value! === 'false' ? value === 'true' : Number.isNaN(asNumber) ? value! : asNumber,
  };
}

export function addModelCommands(program: Command, examples: Examples): void {
  const command = commandGroup(program, 'model', 'List, show, compare, download, import, export and delete models.');

  command('list', 'List the models.')
    .option(...json)
    .action(listModelsCommand);
  command('show', 'Show the model card: architecture, training data and accuracy.')
    .argument(...model)
    .option(...json)
    .action(showModelCommand);
  command('compare', 'Compare two models side by side.')
    .argument('<one>', model[1])
    .argument('<other>', model[1])
    .option(...json)
    .action(compareModelsCommand);
  command(
    'download',
    'Download and import a model that others have published; without an id, list what is available. Only this command and dataset download use the network.',
  )
    .argument('[id]', 'e.g. trm-sudoku-gao')
    .option(...json)
    .addHelpText('after', examples('model download', 'model download trm-sudoku-gao'))
    .action(downloadModelCommand);
  addImportAndExport(command, examples);
  addDemosCommand(command, examples);
  command('delete', 'Move a model to the trash of the data folder.')
    .argument('<id>', 'id of a trained or imported model')
    .option(...json)
    .action(deleteModelCommand);
}

function addImportAndExport(command: AddCommand, examples: Examples): void {
  command(
    'import',
    'Import a PyTorch checkpoint, a safetensors file, or a folder with one. Pickles are parsed, never executed.',
  )
    .argument('<path>', 'file or folder')
    .option('--out <folder>', 'new folder (default: a new model of the data folder)', parsePath)
    .option('--name <name>', 'model name (default: the file name)')
    .option('--kind <id>', 'puzzle type, if it cannot be detected')
    .option('--config <file>', 'settings file, YAML or JSON (default: the one next to the weights)')
    .option('--set <name=value>', 'a setting that no file contains, e.g. num_heads=8; repeatable', parseSetting)
    .option(...json)
    .addHelpText(
      'after',
      examples('model import step_50000', 'model import weights.safetensors --set num_heads=8 --set halt_max_steps=16'),
    )
    .action(importModelCommand);
  command('export', 'Export a model for other programs.')
    .argument(...model)
    .addOption(
      new Option(
        '--format <format>',
        'required: pt, safetensors: for PyTorch; onnx-step: one supervision step; onnx-solve: all steps until halting',
      )
        .choices(exportFormats)
        .makeOptionMandatory(),
    )
    .requiredOption('--out <file>', 'required: new file', parsePath)
    .option('--batch-size <puzzles>', 'fixed batch size of an ONNX file (default: any)', parseBatchSize)
    .addOption(
      new Option('--token-type <type>', 'ONNX: type of puzzles and answers (default: int32)').choices(tokenTypes),
    )
    .addOption(
      new Option('--weights <type>', 'ONNX: type of the stored weights (default: float32)').choices(weightStorages),
    )
    .option(...json)
    .addHelpText('after', examples('model export sudoku-4x4 --format pt --out sudoku.pt'))
    .action(exportModelCommand);
}
