/** The command line: the same service code as the window, with progress bars for people and JSON for programs. */
import { Command, Option } from 'commander';
import { version } from '../package.json';
import { exitCodeOf, messageOf } from './commands/errors';
import { evaluateCommand } from './commands/evaluate';
import { solveCommand } from './commands/solve';
import { trainCommand } from './commands/train';
import { batchSize, limit, seconds, seed, steps } from './commands/values';

const program = new Command('lab')
  .description('Train, evaluate and run tiny recursive models on grid puzzles.')
  .version(version)
  .exitOverride()
  .showHelpAfterError('(add --help for the flags)');

/** Sub-commands inherit how errors end the program. */
const command = (name: string, description: string) =>
  program.command(name).description(description).option('--json', 'print JSON instead of text').copyInheritedSettings(program);

command('train', 'train a model and save it in a new folder')
  .requiredOption('--dataset <id>', 'what to learn from')
  .option('--preset <id>', 'settings of model and training', 'classroom')
  .option('--seed <number>', 'fixes every random draw', seed, 1)
  .option('--max-seconds <seconds>', 'longest training time', seconds, 300)
  .option('--max-steps <steps>', "longest training in steps, in place of the preset's", steps)
  .option('--batch-size <size>', "puzzles a step, in place of the preset's", batchSize)
  .requiredOption('--out <folder>', 'new folder for model.safetensors, config.json, card.json and metrics.jsonl')
  .action(trainCommand);

command('evaluate', 'measure a model on one split of a dataset')
  .requiredOption('--model <folder or id>', 'a model folder, or the id of a shipped or trained model')
  .requiredOption('--dataset <id>', 'what to measure on')
  .addOption(new Option('--split <name>', 'which part').choices(['train', 'test']).default('test'))
  .option('--limit <puzzles>', 'at most this many puzzles', limit, 500)
  .action(evaluateCommand);

command('solve', 'answer one puzzle and show every supervision step')
  .requiredOption('--model <folder or id>', 'a model folder, or the id of a shipped or trained model')
  .requiredOption('--puzzle <text>', 'one character a cell, . or 0 for a blank')
  .action(solveCommand);

program.parseAsync().catch((error: unknown) => {
  const message = messageOf(error);
  if (message !== null) process.stderr.write(`error: ${message}\n`);
  process.exitCode = exitCodeOf(error);
});
