/** `model demos`: chooses the puzzles that show best how a model thinks, and stores them with it. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { message } from '../../renderer/messages/message';
import { modelFiles, readModel, writeDemos } from '../../models/checkpoint/model-folder';
import { Evaluator } from '../../models/evaluate/evaluate';
import type { Job } from '../compute/job';
import { measureAnswers, selectDemos, type Demos } from '../../models/evaluate/demos';
import { formatInteger } from '../contract/format';
import type { AddCommand, ComputeFlags, Examples, JsonFlag } from './args';
import { addComputeOptions, parseLimit, parsePosition, parseSupervisionSteps } from './args';
import { UsageError } from './exit';
import { printResult, withProgress } from './output';
import { createEngineOptions, loadNamedDataset } from './resolve-names';

interface DemosFlags extends ComputeFlags, JsonFlag {
  readonly dataset: string;
  readonly steps: number;
  readonly limit: number;
  readonly each: number;
  readonly position: number;
}

/** Puzzles that are solved at the same time. */
const BATCH_SIZE = 32;

async function demosCommand(folder: string, flags: DemosFlags): Promise<void> {
  if (!existsSync(join(folder, modelFiles.card))) throw new UsageError(`${folder} is not the folder of a model`);
  const { dataset: name, steps, limit, each, position, json } = flags;
  const { config, state } = await readModel(folder);
  const { test, kind } = await loadNamedDataset(name);
  const evaluator = await Evaluator.create(config, { batchSize: BATCH_SIZE, ...(await createEngineOptions(flags)) });
  const puzzles = test.slice(0, limit);
  const measure = (job: Job) =>
    measureAnswers(evaluator, state, puzzles, {
      steps,
      onProgress: (done) =>
        job.show(done, puzzles.length, (solved) => message('models.demos.progress', { done: solved })),
    });
  const measured = await withProgress(async (job) => {
    try {
      return await measure(job);
    } finally {
      await evaluator.release();
    }
  });
  const demos = selectDemos(measured, each);
  await writeDemos(folder, { position, steps, puzzles: puzzles.length, demos });
  printResult(
    json,
    demos,
    demos.flatMap((demo) => describe(demo, kind.format(Uint8Array.from(demo.inputs)))),
  );
}

function describe({ reason, solvedAt, changes, standstill }: Demos['demos'][number], text: string): string[] {
  const end = solvedAt === null ? 'not solved' : `solved at step ${formatInteger(solvedAt)}`;
  return [
    `${reason}: ${end}, ${formatInteger(changes)} cells changed, no progress for at most ${formatInteger(standstill)} steps`,
    ...text.split('\n').map((row) => `  ${row}`),
  ];
}

export function addDemosCommand(command: AddCommand, examples: Examples): Command {
  return addComputeOptions(
    command(
      'demos',
      'Choose the test puzzles that show best how a model thinks: many steps, many changed answers, a recovery after steps without progress, no solution. They are stored in the folder of the model; Home shows those of built-in models.',
    ),
  )
    .argument('<folder>', 'model folder')
    .requiredOption('--dataset <dataset>', 'required: dataset whose test puzzles are solved')
    .option('--steps <number>', 'supervision steps', parseSupervisionSteps, 64)
    .option('--limit <puzzles>', 'maximum number of puzzles to solve', parseLimit, 400)
    .option('--each <number>', 'puzzles of each kind to choose', parseLimit, 3)
    .option('--position <number>', 'place among the models on Home', parsePosition, 0)
    .option('--json', 'print JSON')
    .addHelpText('after', examples('model demos my-model --dataset sudoku-9x9'))
    .action(demosCommand);
}
