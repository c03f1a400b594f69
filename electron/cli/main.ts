/** Entry point of the command line. Commands print text with a progress line, or JSON with --json. */
import { Command, Option } from 'commander';
import { version } from '../../package.json';
import { datasetSpecs } from '../../datasets/catalog';
import { precisions } from '../../models/runtime/execution';
import { presets } from '../../models/presets/presets';
import { addDatasetCommands } from './dataset/commands';
import { devicesCommand } from './devices';
import { getExitCode, formatError } from './exit';
import { evaluateCommand } from './evaluate';
import { addModelCommands } from './model';
import { addQueueCommands } from './queue';
import { addRunCommands } from './run';
import { solveCommand } from './solve';
import { trainCommand } from './train';
import {
  parseBatchSize,
  parsePath,
  inOneLine,
  parseLearningRate,
  parseLimit,
  parseSeconds,
  parseSeed,
  parseSteps,
  parseCopies,
} from './args';

const COMMAND = 'npm run lab --';
const datasets = datasetSpecs.map(({ id }) => id).join(', ');

const program = new Command(COMMAND)
  .usage('<command> [options]')
  .description('Train, evaluate and run tiny recursive models on grid puzzles.')
  .version(version, '-V, --version', 'print the version')
  .helpOption('-h, --help', 'show this help; after a command, its own')
  .helpCommand(false)
  .exitOverride()
  .configureOutput({ outputError: (text, write) => write(`${inOneLine(text)} (--help shows the flags)\n`) })
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

const model = ['--model <folder or id>', 'required: a model folder, or the id of a shipped or trained model'] as const;

const device = [
  '--device <name>',
  'what computes (default: the fastest of the tested devices, or the one chosen)',
] as const;

const augment = [
  '--augment <copies>',
  'of a file of ARC tasks: augmented copies of each task (default: 20)',
  parseCopies,
] as const;

const precision = (suffix: string, choices: readonly string[]) =>
  new Option(
    '--precision <numbers>',
    `of the products with weights: 8 bits are faster in large models and round${suffix}`,
  ).choices(choices);

/** `mixed` concerns gradients, which evaluation does not compute. */
const evalPrecision = () => precision('', ['float32', 'int8']).default('float32');

command('train', 'Train a model and save it in a new folder.')
  .requiredOption(
    '--dataset <set>',
    `required: what to learn from (${datasets}, a folder made by dataset generate or import, or a .json file of ARC tasks)`,
  )
  .option(...augment)
  .requiredOption(
    '--out <folder>',
    'required: new folder for model.safetensors, config.json, card.json and metrics.jsonl',
    parsePath,
  )
  .option(
    '--preset <id>',
    `settings of model and training (${presets.map(({ id }) => id).join(', ')}; default: classroom, of ARC arc)`,
  )
  .option('--seed <number>', 'fixes every random draw', parseSeed, 1)
  .option('--max-seconds <seconds>', 'longest training time; the last measurement comes after it', parseSeconds, 300)
  .option('--max-steps <steps>', "most training steps (default: the preset's)", parseSteps)
  .option('--batch-size <puzzles>', "puzzles a step (default: the preset's)", parseBatchSize)
  .option('--learning-rate <rate>', "base rate of the schedule (default: the preset's)", parseLearningRate)
  .addOption(precision(" (default: the preset's)", precisions))
  .option('--checkpoint-every <steps>', 'steps between two checkpoints (default: 20 seconds)', parseSteps)
  .option(
    '--keep-every <steps>',
    'keep the checkpoints of every so many steps, beside the last and the best',
    parseSteps,
  )
  .option('--from <model>', 'go on from a model (a folder or an id), with a tenth of the learning rate')
  .addOption(
    new Option('--trainable <what>', 'with --from: all weights, or the puzzle embeddings only')
      .choices(['all', 'puzzle-embeddings'])
      .default('all'),
  )
  .addOption(new Option('--learn <what>').choices(['everything', 'embeddings']).hideHelp())
  .option(...device)
  .option('--dry-run', 'only tell what a step takes, and whether it fits')
  .option('--benchmark', 'with --dry-run: make the first steps, and tell what the whole run will take; nothing is kept')
  .addOption(new Option('--measure').hideHelp())
  .option('--json', 'print one event a line as JSON; the last has the type "finished"')
  .addHelpText('after', '\nThe first Ctrl-C ends the training and saves what was learnt; a later one kills.')
  .addHelpText(
    'after',
    examples(
      'train --dataset sudoku-4x4 --seed 1 --max-seconds 180 --out my-model',
      'train --dataset task.json --augment 20 --from arc-model --trainable puzzle-embeddings --out task-model',
    ),
  )
  .action(trainCommand);

command('evaluate', 'Measure how many puzzles of a dataset a model answers right.')
  .requiredOption(...model)
  .requiredOption(
    '--dataset <set>',
    `required: what to measure on (${datasets}, a folder, or a .json file of ARC tasks)`,
  )
  .option(...augment)
  .addOption(
    new Option('--split <part>', 'held-out puzzles, or those to learn from').choices(['test', 'train']).default('test'),
  )
  .option('--limit <puzzles>', 'at most so many puzzles (default: 500; of ARC all, for they vote)', parseLimit)
  .option('--submission <file>', 'ARC: write two attempts at every test to a new .json file', parsePath)
  .addOption(evalPrecision())
  .option(...device)
  .option('--json', 'print the figures as JSON')
  .addHelpText(
    'after',
    examples(
      'evaluate --model sudoku-4x4 --dataset sudoku-4x4',
      'evaluate --model my-model --dataset sudoku-4x4 --limit 100 --json',
      'evaluate --model arc-model --dataset task.json --submission attempts.json',
    ),
  )
  .action(evaluateCommand);

command('solve', 'Answer one puzzle and show the answer after every supervision step.')
  .requiredOption(...model)
  .requiredOption('--puzzle <text>', 'required: row by row, one character a cell, . or 0 for a blank')
  .addOption(evalPrecision())
  .option(...device)
  .option('--json', 'print the answers as JSON')
  .addHelpText('after', examples('solve --model sudoku-4x4 --puzzle "1.....3..2.....4"'))
  .action(solveCommand);

command('devices', 'What this machine can compute on.')
  .option('--test', 'try each device: whether it computes what the processor computes, and how fast')
  .option('--json', 'print the devices as JSON')
  .addHelpText('after', examples('devices --test'))
  .action(devicesCommand);

addModelCommands(program, examples);
addRunCommands(program, examples);
addQueueCommands(program, examples);
addDatasetCommands(program, examples);

function examples(...lines: string[]): string {
  return `\n${lines.length > 1 ? 'Examples' : 'Example'}:\n${lines.map((line) => `  ${COMMAND} ${line}`).join('\n')}`;
}

function fail(error: unknown): void {
  const message = formatError(error);
  if (message !== null) process.stderr.write(`error: ${message}\n`);
  process.exitCode = getExitCode(error);
}

// A closed output pipe (`| head -1`) is not an error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => error.code !== 'EPIPE' && fail(error));
process.stderr.on('error', () => undefined);

program.parseAsync().catch(fail);
