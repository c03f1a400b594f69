/** The `queue` commands: add, list, move, remove and train queued runs of the data folder. */
import { join } from 'node:path';
import type { Command } from 'commander';
import { Option } from 'commander';
import { datasetSpecs } from '../../../datasets/catalog';
import { presets } from '../../../models/presets/presets';
import { Queue } from '../../compute/runs/queue';
import { dataFolder } from '../../compute/storage/data-folder';
import type { Queue as QueueMessage, RunRequest } from '../../contract/contract';
import {
  batchSize,
  commandGroup,
  learningRate,
  seconds,
  seed,
  step,
  steps,
  type AddCommand,
  type Examples,
  type JsonFlag,
} from '../args';
import { runQueueCommand } from './run-queue';

/** The queue of the data folder. Commands change it; `queue run` or a window trains its runs. */
export const openQueue = (): Queue =>
  new Queue({
    file: join(dataFolder(), 'queue.json'),
    start: () => Promise.resolve(),
    isBusy: () => true,
    onChange: () => undefined,
  });

const json = ['--json', 'print JSON'] as const;

export function addQueueCommands(program: Command, examples: Examples): void {
  const command = commandGroup(
    program,
    'queue',
    'Trainings that wait for their turn: listed, added, moved, removed, run one after the other.',
  );

  command('list', 'What waits, first to last.')
    .option(...json)
    .action(async (flags: JsonFlag) => printQueue(await openQueue().read(), flags));
  addEnqueue(command, examples);
  command('move', 'Put one elsewhere.')
    .argument('<id>', 'its id, as the list shows it')
    .requiredOption('--to <place>', 'required: place from 0', step)
    .option(...json)
    .action(async (queueId: string, { to, ...flags }: JsonFlag & { readonly to: number }) =>
      printQueue(await openQueue().move(queueId, to), flags),
    );
  command('remove', 'Take one out.')
    .argument('<id>', 'its id, as the list shows it')
    .option(...json)
    .action(async (queueId: string, flags: JsonFlag) => printQueue(await openQueue().remove(queueId), flags));
  command('pause', 'Let none begin, here and in the window; those that train go on.')
    .option(...json)
    .action(async (flags: JsonFlag) => printQueue(await openQueue().pause(true), flags));
  command('resume', 'Let them begin again.')
    .option(...json)
    .action(async (flags: JsonFlag) => printQueue(await openQueue().pause(false), flags));
  command(
    'run',
    'Train what waits, one after the other, until nothing is left; Ctrl-C ends after the step under way and keeps the rest.',
  )
    .option('--json', 'print one event a line')
    .action(runQueueCommand);
}

function addEnqueue(command: AddCommand, examples: Examples): void {
  command('add', 'Put a training at the end.')
    .requiredOption(
      '--dataset <set>',
      `required: ${datasetSpecs.map(({ id }) => id).join(', ')}, or one of the data folder`,
    )
    .addOption(new Option('--preset <id>', `settings (${presets.map(({ id }) => id).join(', ')})`).default('classroom'))
    .option('--seed <number>', 'fixes every random draw', seed, 1)
    .option('--max-seconds <seconds>', 'longest training time', seconds, 300)
    .option('--max-steps <steps>', "most training steps (default: the preset's)", steps)
    .option('--batch-size <puzzles>', "puzzles a step (default: the preset's)", batchSize)
    .option('--learning-rate <rate>', "base rate (default: the preset's)", learningRate)
    .option('--name <name>', 'what it is called')
    .option('--from <model>', 'id of a model to go on from')
    .option(...json)
    .addHelpText('after', examples('queue add --dataset sudoku-4x4 --seed 2'))
    .action(async ({ json: asJson, ...request }: RunRequest & JsonFlag) =>
      printQueue(await openQueue().add(request), { ...(asJson && { json: asJson }) }),
    );
}

function printQueue(state: QueueMessage, { json: asJson }: JsonFlag): void {
  const lines = state.waiting.map(
    ({ queueId, request: { dataset, preset, seed: number, name }, problem }, i) =>
      `${i}  ${queueId}  ${preset} on ${dataset}, seed ${number}${name === undefined ? '' : ` "${name}"`}${problem === null ? '' : `: cannot begin: ${problem}`}`,
  );
  const words = [
    ...(state.isPaused ? ['the queue is paused'] : []),
    ...(lines.length > 0 ? lines : ['nothing waits']),
  ].join('\n');
  process.stdout.write(`${asJson ? JSON.stringify(state) : words}\n`);
}
