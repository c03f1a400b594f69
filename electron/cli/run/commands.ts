/** The `run` commands; a run is named by its folder or its id. */
import { Option, type Command } from 'commander';
import { runExports } from '../../contract/runs';
import {
  commandGroup,
  folder,
  learningRate,
  seconds,
  step,
  steps,
  variants,
  type AddCommand,
  type Examples,
} from '../args';
import { deleteRunCommand, exportRunCommand, importRunCommand } from './import-export';
import { listRunsCommand, showRunCommand } from './show';
import { branchCommand, resumeCommand } from './resume';

const json = ['--json', 'print JSON: one event a line while training, else one object'] as const;
const run = ['<run>', 'the folder of a run, or the id of one of the lab'] as const;
const maxSteps = ['--max-steps <steps>', 'another end, e.g. for a run that has finished', steps] as const;
const maxSeconds = [
  '--max-seconds <seconds>',
  'another limit of the training time, counted from the beginning of the run',
  seconds,
] as const;
const rate = ['--learning-rate <rate>', 'another base rate from here on', learningRate] as const;
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
    .requiredOption('--out <folder>', 'required: new folder', folder)
    .option('--step <step>', 'of the checkpoint (default: the last)', step)
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
        'capsule: the run with its last and its best checkpoint in one file; csv and tensorboard: what it measured; cluster: a folder to go on with in PyTorch',
      )
        .choices(runExports)
        .default('capsule'),
    )
    .requiredOption('--out <path>', 'required: new file, for tensorboard and cluster a new folder', folder)
    .option(
      '--augment <copies>',
      'with cluster: symmetric copies of each puzzle to learn from (default: 100)',
      variants,
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
