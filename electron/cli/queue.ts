/** The `queue` commands: add, list, move, remove and train queued runs of the data folder. */
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Command } from 'commander';
import { Option } from 'commander';
import { datasetSpecs } from '../../datasets/catalog';
import { formatEnglish } from '../../renderer/messages/english';
import { MessageError } from '../../renderer/messages/message';
import type { RunSettings } from '../../models/train/run-settings';
import { getPreset, presets } from '../../models/presets/presets';
import { lockDataFolder } from '../compute/storage/lock-file';
import { Queue } from '../compute/runs/queue';
import { createService } from '../compute/service';
import { dataFolder } from '../compute/storage/data-folder';
import type { Handlers, ComputeEvent, Queue as QueueMessage, RunRequest } from '../contract/contract';
import { formatInteger, formatPercent } from '../contract/format';
import { repeatWithSeeds } from '../contract/seeds';
import { parseSetting } from './parse-setting';
import type { AddCommand, Examples, JsonFlag } from './args';
import {
  parseBatchSize,
  commandGroup,
  parseLearningRate,
  parseLimit,
  parseSeconds,
  parseSeed,
  parseSeedCount,
  parseStep,
  parseSteps,
} from './args';
import { onInterrupt, UsageError } from './exit';
import { builtInModels, openDatasetLibrary, requireModelId } from './resolve-names';
import { ProgressLine, printJson, printLines, printNotice, printResult } from './output';

const neverCancelled = new AbortController().signal;
/** Milliseconds between two checks whether anything is left. */
const POLL_INTERVAL = 200;

/** `queue run`: trains queued runs in this process, with the service of the window. */
async function runQueueCommand({ json }: { readonly json?: true }): Promise<void> {
  const reason = await lockDataFolder(dataFolder());
  if (reason !== null) throw new MessageError('storage.readOnly.refused', { reason });
  if ((await openQueue().read()).isPaused) throw new UsageError('the queue is paused: resume it with queue resume');
  const line = new ProgressLine();
  const service = createService({
    dataFolder: dataFolder(),
    builtInModels,
    emit: (event) => (json ? printEvent : showEvent)(event, line),
  });
  let isStopped = false;
  const ignoreInterrupts = onInterrupt(() => {
    isStopped = true;
    void stopAll(service);
  });
  try {
    await service.setQueuePaused({ isPaused: false }, neverCancelled);
    while (await isTraining(service, isStopped)) await delay(POLL_INTERVAL);
  } finally {
    line.clear();
    ignoreInterrupts();
    // The next call continues with the queued runs.
    if (isStopped) await openQueue().pause(false);
  }
  const left = (await openQueue().read()).waiting.length;
  if (left > 0 && !isStopped)
    throw new Error(`${left} queued ${left === 1 ? 'run' : 'runs'} could not start; see the reasons with: queue list`);
}

async function isTraining(service: Handlers, isStopped: boolean): Promise<boolean> {
  const { waiting } = await service.getQueue({}, neverCancelled);
  const runs = await service.listRuns({}, neverCancelled);
  return (
    runs.some(({ state }) => state === 'running' || state === 'paused') ||
    (!isStopped && waiting.some((entry) => entry.problem === null))
  );
}

/** Stops and saves the current run, and starts no other. */
async function stopAll(service: Handlers): Promise<void> {
  await service.setQueuePaused({ isPaused: true }, neverCancelled);
  const active = (await service.listRuns({}, neverCancelled)).find(
    ({ state }) => state === 'running' || state === 'paused',
  );
  if (active) await service.stopRun({ runId: active.runId }, neverCancelled);
}

function printEvent(event: ComputeEvent): void {
  if (event.type !== 'run/sample' && event.type !== 'queue/changed') printJson(event);
}

function showEvent(event: ComputeEvent, line: ProgressLine): void {
  if (event.type === 'run/started')
    line.print(`${event.run.preset} on ${event.run.dataset}, seed ${event.run.seed}: ${event.runId}`);
  if (event.type === 'run/step') {
    const left = event.secondsLeft === null ? '' : `, ${Math.round(event.secondsLeft)} s left`;
    line.show(0, `step ${event.points[event.points.length - 1]?.step}${left}`);
  }
  if (event.type !== 'run/finished' && event.type !== 'run/stopped' && event.type !== 'run/failed') return;
  const {
    run: { runId, state, failure, accuracy },
  } = event;
  line.clear();
  printLines([
    `${runId}: ${failure === null ? state : formatEnglish(failure)}${accuracy ? `, test accuracy ${formatPercent(accuracy.exactAccuracy)} % (n = ${formatInteger(accuracy.count)})` : ''}`,
  ]);
}

/** The queue of the data folder. Commands change it; `queue run` or a window trains its runs. */
const openQueue = (): Queue =>
  new Queue({
    file: join(dataFolder(), 'queue.json'),
    start: () => Promise.resolve(),
    isBusy: () => true,
    onChange: () => undefined,
  });

const json = ['--json', 'print JSON'] as const;

export function addQueueCommands(program: Command, examples: Examples): void {
  const command = commandGroup(program, 'queue', 'List, add, move, remove and train queued runs.');

  command('list', 'List the queued runs in order.')
    .option(...json)
    .action(async (flags: JsonFlag) => printQueue(await openQueue().read(), flags));
  addEnqueue(command, examples);
  command('move', 'Move a queued run.')
    .argument('<id>', 'id of the queued run, see queue list')
    .requiredOption('--to <position>', 'required: new position, from 0', parseStep)
    .option(...json)
    .action(async (queueId: string, { to, ...flags }: JsonFlag & { readonly to: number }) =>
      printQueue(await openQueue().move(await requireQueued(queueId), to), flags),
    );
  command('remove', 'Remove a queued run.')
    .argument('<id>', 'id of the queued run, see queue list')
    .option(...json)
    .action(async (queueId: string, flags: JsonFlag) =>
      printQueue(await openQueue().remove(await requireQueued(queueId)), flags),
    );
  command('pause', 'Pause the queue; the current run continues.')
    .option(...json)
    .action(async (flags: JsonFlag) => printQueue(await openQueue().pause(true), flags));
  command('resume', 'Resume the queue.')
    .option(...json)
    .action(async (flags: JsonFlag) => printQueue(await openQueue().pause(false), flags));
  command(
    'run',
    'Train the queued runs one after another. Ctrl-C stops and saves the current run; the others stay queued.',
  )
    .option('--json', 'print one JSON event per line')
    .action(runQueueCommand);
}

interface AddFlags {
  readonly set: RunSettings;
  readonly seeds: number;
}

function addEnqueue(command: AddCommand, examples: Examples): void {
  command('add', 'Add a run to the end of the queue.')
    .requiredOption(
      '--dataset <dataset>',
      `required: training dataset (${datasetSpecs.map(({ id }) => id).join(', ')}, or the id of another one)`,
    )
    .addOption(
      new Option('--preset <id>', `model and training settings (${presets.map(({ id }) => id).join(', ')})`).default(
        'classroom',
      ),
    )
    .option('--seed <number>', 'random seed', parseSeed, 1)
    .option(
      '--max-seconds <seconds>',
      'maximum training time in seconds, without the final evaluation',
      parseSeconds,
      300,
    )
    .option('--max-steps <steps>', "maximum training steps (default: the preset's)", parseSteps)
    .option('--batch-size <puzzles>', "puzzles per step (default: the preset's)", parseBatchSize)
    .option('--learning-rate <rate>', "base learning rate (default: the preset's)", parseLearningRate)
    .option(
      '--max-eval-samples <puzzles>',
      'test puzzles of each evaluation, at most (default: 128 during training, 500 at the end)',
      parseLimit,
    )
    .option(
      '--set <name=value>',
      'another setting that replaces that of the preset, e.g. hCycles=1; can be given several times',
      parseSetting,
      {},
    )
    .option('--seeds <count>', 'runs to add, with this many seeds from --seed on', parseSeedCount, 1)
    .option('--name <name>', 'name of the run')
    .option('--from <model>', 'id of a model to fine-tune')
    .option(...json)
    .addHelpText('after', examples('queue add --dataset sudoku-4x4 --seed 2'))
    .action(async ({ json: asJson, set, seeds, ...flags }: RunRequest & AddFlags & JsonFlag) => {
      const requests = repeatWithSeeds({ ...set, ...flags }, seeds);
      await requireKnownNames(flags);
      printQueue(await openQueue().add(...requests), { ...(asJson && { json: asJson }) });
    });
}

/** The id of a queued run. @throws UsageError where no queued run has it */
async function requireQueued(id: string): Promise<string> {
  const { waiting } = await openQueue().read();
  if (waiting.some(({ queueId }) => queueId === id)) return id;
  throw new UsageError(`queued run “${id}” not found; see queue list`);
}

/** @throws UnknownIdError for an unknown dataset or preset, UsageError for an unknown model */
async function requireKnownNames({ dataset, preset, from }: RunRequest): Promise<void> {
  getPreset(preset);
  await openDatasetLibrary().describe(dataset);
  if (from !== undefined) await requireModelId(from);
}

function printQueue(state: QueueMessage, { json: asJson }: JsonFlag): void {
  if (state.damagedFile !== null)
    printNotice(`The queue was damaged and is now empty; the damaged file is kept: ${state.damagedFile}`);
  const lines = state.waiting.map(
    ({ queueId, request: { dataset, preset, seed: number, name }, problem }, i) =>
      `${i}  ${queueId}  ${preset} on ${dataset}, seed ${number}${name === undefined ? '' : ` “${name}”`}${problem === null ? '' : `: cannot start: ${formatEnglish(problem)}`}`,
  );
  printResult(asJson, state, [
    ...(state.isPaused ? ['The queue is paused.'] : []),
    ...(lines.length > 0 ? lines : ['The queue is empty.']),
  ]);
}
