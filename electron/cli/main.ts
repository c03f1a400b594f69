/** Entry point of the command line. Commands print text with a progress line, or JSON with --json. */
import { Command, Option } from 'commander';
import { version } from '../../package.json';
import { datasetSpecs } from '../../datasets/catalog';
import { precisions } from '../../models/runtime/execution';
import { presets } from '../../models/presets/presets';
import { settingNames } from '../../models/train/run-settings';
import { curriculumChoices } from '../../models/train/curriculum';
import { optimizerStateChoices } from '../contract/runs';
import { formatEnglish } from '../../renderer/messages/english';
import { dataFolder } from '../compute/storage/data-folder';
import { removePartialFolders } from '../compute/storage/partial-folders';
import { addDatasetCommands } from './dataset/commands';
import { devicesCommand } from './devices';
import { addExperimentCommands } from './experiment';
import { getExitCode, formatError, interrupt } from './exit';
import { evaluateCommand } from './evaluate';
import { addMessCommand } from './mess';
import { addModelCommands } from './model';
import { printNotice } from './output';
import { watchParentProcesses } from './parent-processes';
import { addQueueCommands } from './queue';
import { addRunCommands } from './run';
import { parseSetting } from './parse-setting';
import { receiptCommand } from './receipt';
import { solveCommand } from './solve';
import { trainCommand } from './train';
import {
  parseBatchSize,
  parseName,
  parsePath,
  parseCarbon,
  parsePower,
  formatUsageError,
  parseLearningRate,
  parseLimit,
  parseSeconds,
  parseShare,
  parseSeed,
  parseSteps,
  parseSupervisionSteps,
  parseCopies,
  addComputeOptions,
  addRolloutOptions,
  checkpointsOption,
} from './args';

const COMMAND = 'npm run lab --';
const datasets = datasetSpecs.map(({ id }) => id).join(', ');

const program = new Command(COMMAND)
  .usage('<command> [options]')
  .description('Train, evaluate and run tiny recursive models on grid puzzles.')
  .version(version, '-V, --version', 'print the version')
  .helpOption('-h, --help', 'show help; also after a command')
  .helpCommand(false)
  .exitOverride()
  .hook('preAction', reportPartialFolders)
  .configureOutput({ outputError: (text, write) => write(formatUsageError(text)) })
  .addHelpText(
    'after',
    examples(
      'train --dataset sudoku-4x4 --max-seconds 180 --out my-model',
      'evaluate --model my-model --dataset sudoku-4x4',
      'solve --model sudoku-4x4 --puzzle "1.....3..2.....4"',
    ),
  );

/** Sub-commands inherit the error handling. */
const command = (name: string, description: string) =>
  program
    .command(name)
    .usage('[options]')
    .description(description)
    .helpOption('-h, --help', 'show this help')
    .copyInheritedSettings(program);

const model = [
  '--model <folder or id>',
  'required: model folder, or id of a built-in, trained or imported model',
] as const;

const augment = [
  '--augment <copies>',
  'ARC task files only: augmented copies of each task (default: 20)',
  parseCopies,
] as const;

const precision = (suffix: string, choices: readonly string[]) =>
  new Option(
    '--precision <type>',
    `precision of matrix products with weights; int8 is faster in large models, but less exact${suffix}`,
  ).choices(choices);

const supervisionSteps = [
  '--steps <number>',
  'supervision steps of each puzzle, 1 to 1,024 (default: those of the model)',
  parseSupervisionSteps,
] as const;

/** `mixed` concerns gradients, which evaluation does not compute. */
const evalPrecision = () => precision('', ['float32', 'int8']).default('float32');

addComputeOptions(command('train', 'Train a model and save it in a new folder.'))
  .requiredOption(
    '--dataset <dataset>',
    `required: training dataset (${datasets}, a dataset folder or id, or a .json file of ARC tasks)`,
  )
  .option(...augment)
  .requiredOption(
    '--out <folder>',
    'required: new folder for model.safetensors, config.json, card.json and metrics.jsonl',
    parsePath,
  )
  .option(
    '--preset <id>',
    `model and training settings (${presets.map(({ id }) => id).join(', ')}; default: the one that is known to learn the puzzles)`,
  )
  .option('--name <name>', 'name of the run and of its model (default: the dataset and the preset)', parseName)
  .option('--seed <number>', 'random seed', parseSeed, 1)
  .option(
    '--max-seconds <seconds>',
    'maximum training time in seconds, without the final evaluation (default: 300; no limit where the steps that the preset needs are known)',
    parseSeconds,
  )
  .option(
    '--max-steps <steps>',
    "maximum training steps (default: those the preset needs for the puzzle type if known, else the preset's)",
    parseSteps,
  )
  .option('--batch-size <puzzles>', "puzzles per step (default: the preset's)", parseBatchSize)
  .option('--learning-rate <rate>', "base learning rate (default: the preset's)", parseLearningRate)
  .addOption(precision(" (default: the preset's)", precisions))
  .option(
    '--extra-clues <share>',
    "share of the training puzzles that show further cells of their solution (default: the preset's)",
    parseShare,
  )
  .addOption(
    new Option(
      '--curriculum <choice>',
      'recursion curriculum: the preset has its own; on: one cycle for a fifth of the steps, one H cycle until half of them; off: none',
    ).choices(curriculumChoices),
  )
  .option(
    '--max-eval-samples <puzzles>',
    'test puzzles of each evaluation, at most (default: 128 during training, 500 at the end)',
    parseLimit,
  )
  .option(
    '--set <name=value>',
    `another setting of the model or the training, e.g. hCycles=1 or ema=0; may be repeated (${settingNames.join(', ')})`,
    parseSetting,
  )
  .option('--checkpoint-every <steps>', 'steps between checkpoints (default: every 20 seconds)', parseSteps)
  .option(
    '--keep-every <steps>',
    'steps between checkpoints that are never removed (default: only the last and the best are kept)',
    parseSteps,
  )
  .option('--from <model>', 'fine-tune a model (folder or id), at a tenth of the learning rate')
  .addOption(
    new Option('--trainable <weights>', 'with --from: train all weights, or only the puzzle embeddings')
      .choices(['all', 'puzzle-embeddings'])
      .default('all'),
  )
  .addOption(
    new Option(
      '--optimizer-state <choice>',
      'with --from: reset: a new optimizer; keep: continue with the moments and the step that the model was imported with',
    )
      .choices(optimizerStateChoices)
      .default('reset'),
  )
  .addOption(new Option('--learn <what>').choices(['everything', 'embeddings']).hideHelp())
  .option('--dry-run', 'print the cost estimate of a step and whether it fits in memory; do not train')
  .option('--benchmark', 'with --dry-run: time the first steps and estimate the whole run; saves nothing')
  .addOption(new Option('--measure').hideHelp())
  .option('--json', 'print one JSON event per line; the last has the type "finished"')
  .addHelpText('after', '\nPress Ctrl-C once to stop training and save the model, twice to quit at once.')
  .addHelpText(
    'after',
    examples(
      'train --dataset sudoku-4x4 --seed 1 --max-seconds 180 --out my-model',
      'train --dataset sudoku-4x4 --set hCycles=1 --set lCycles=1 --out less-recursion',
      'train --dataset task.json --augment 20 --from arc-model --trainable puzzle-embeddings --out task-model',
    ),
  )
  .action(trainCommand);

addRolloutOptions(
  addComputeOptions(command('evaluate', 'Evaluate a model on a dataset: the share of puzzles it solves.')),
)
  .requiredOption(...model)
  .requiredOption(
    '--dataset <dataset>',
    `required: dataset to evaluate on (${datasets}, a dataset folder or id, or a .json file of ARC tasks)`,
  )
  .option(...augment)
  .addOption(
    new Option('--split <split>', 'test set (held out) or training set').choices(['test', 'train']).default('test'),
  )
  .option(
    '--limit <puzzles>',
    'maximum number of puzzles, drawn at random in proportion to their difficulties (default: 500); of ARC tasks, whose copies vote, some of each task (default: all)',
    parseLimit,
  )
  .option('--sample-seed <number>', 'random seed of that draw', parseSeed, 1)
  .option(...supervisionSteps)
  .option(
    '--checkpoint <step>',
    'step of a checkpoint of the run that --model names (default: its saved model, or its last checkpoint without one)',
    parseSteps,
  )
  .addOption(checkpointsOption())
  .addOption(
    new Option(
      '--puzzle-embeddings <which>',
      'embedding of each puzzle, for models with puzzle embeddings: its own, or none (the blank one for all)',
    )
      .choices(['own', 'none'])
      .default('own'),
  )
  .option('--submission <file>', 'ARC: write two attempts for each test to a new .json file', parsePath)
  .addOption(evalPrecision())
  .option('--save', "store the result, with the accuracy after every step, in the model's card")
  .option('--json', 'print the result as JSON')
  .addHelpText(
    'after',
    examples(
      'evaluate --model sudoku-4x4 --dataset sudoku-4x4',
      'evaluate --model my-model --dataset sudoku-4x4 --steps 64 --rollouts 16 --pick rules',
      'evaluate --model my-model --dataset sudoku-4x4 --limit 100 --json',
      'evaluate --model my-run --checkpoint 1000 --dataset sudoku-4x4',
      'evaluate --model my-run --checkpoints last:4 --dataset sudoku-4x4',
      'evaluate --model arc-model --dataset task.json --submission attempts.json',
    ),
  )
  .action(evaluateCommand);

addRolloutOptions(
  addComputeOptions(command('solve', 'Solve one puzzle and print the answer after each supervision step.')),
)
  .requiredOption(...model)
  .requiredOption(
    '--puzzle <text>',
    'required: the cells row by row, one character each, . or 0 for a blank; or a .json file with one ARC task',
  )
  .option(...supervisionSteps)
  .addOption(checkpointsOption())
  .addOption(evalPrecision())
  .option('--json', 'print the answers as JSON')
  .addHelpText(
    'after',
    examples(
      'solve --model sudoku-4x4 --puzzle "1.....3..2.....4"',
      'solve --model sudoku-4x4 --puzzle "1.....3..2.....4" --steps 32 --rollouts 8 --pick rules',
      'solve --model my-run --checkpoints last:4 --puzzle "1.....3..2.....4"',
    ),
  )
  .addHelpText('after', '\nExits with code 3 if the last (or picked) answer breaks a rule or is incomplete.')
  .action(solveCommand);

addMessCommand(
  command('mess', 'Damage the test puzzles of a dataset more and more, and print how many a model still solves.'),
  examples,
);

command(
  'receipt',
  'Print what a model cost: its training, one of its answers, energy, and the same of a language model.',
)
  .requiredOption(...model)
  .option(...supervisionSteps)
  .option('--power <watts>', 'assumed power of this computer while it computes (default: 15-65)', parsePower)
  .option('--carbon <grams>', 'grams of CO₂ per kilowatt-hour (default: 475, the world average)', parseCarbon)
  .option('--json', 'print the receipt as JSON')
  .addHelpText('after', examples('receipt --model sudoku-9x9', 'receipt --model my-model --power 40'))
  .action(receiptCommand);

command('devices', 'List the devices of this computer: CPU and GPUs.')
  .option('--test', 'test each device: speed, and whether its results match the CPU')
  .option('--json', 'print the devices as JSON')
  .addHelpText('after', examples('devices --test'))
  .action(devicesCommand);

addModelCommands(program, examples);
addRunCommands(program, examples);
addQueueCommands(program, examples);
addExperimentCommands(program, examples);
addDatasetCommands(program, examples);

function examples(...lines: string[]): string {
  return `\n${lines.length > 1 ? 'Examples' : 'Example'}:\n${lines.map((line) => `  ${COMMAND} ${line}`).join('\n')}`;
}

/** Removes what killed processes have left in the data folder, and says so. A missing data folder is reported by commands that need it. */
async function reportPartialFolders(): Promise<void> {
  const removed = await Promise.resolve()
    .then(() => removePartialFolders(dataFolder()))
    .catch(() => []);
  for (const { folder, reason } of removed) printNotice(`${folder}: ${formatEnglish(reason)}`);
}

function fail(error: unknown): void {
  const message = formatError(error);
  if (message !== null) printNotice(`error: ${message}`);
  process.exitCode = getExitCode(error);
}

// A closed output pipe (`| head -1`) is not an error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => error.code !== 'EPIPE' && fail(error));
process.stderr.on('error', () => undefined);

watchParentProcesses(interrupt);
program.parseAsync().catch(fail);
