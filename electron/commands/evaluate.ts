/** `evaluate`: a model on one split of a data set. */
import { testBatches } from '../../datasets/batches';
import { loadSet } from '../../datasets/formats/stored-set';
import type { Precision } from '../../models/nn/precision';
import type { Answer } from '../../models/training/evaluate';
import { accuracyOf, Examiner } from '../../models/training/evaluate';
import { sessionsOn } from './devices';
import { UsageError } from './errors';
import { findModel } from './models';
import { percent, ProgressLine } from './terminal';

export interface EvaluateFlags {
  readonly model: string;
  readonly dataset: string;
  readonly split: 'train' | 'test';
  readonly limit: number;
  readonly precision: Precision;
  readonly device?: string;
  readonly json?: true;
}

const BATCH = 128;

export async function evaluateCommand({ model: id, dataset: datasetId, split, limit, precision, device, json }: EvaluateFlags): Promise<void> {
  const { kind, ...dataset } = await loadSet(datasetId);
  const { config, state } = await findModel(id);
  if (config.seqLen !== kind.rows * kind.columns || config.vocabSize !== kind.symbols.length)
    throw new UsageError(`this model reads ${config.seqLen} cells of ${config.vocabSize} tokens, which ${datasetId} does not have`);
  const puzzles = dataset[split].slice(0, limit);
  const examiner = await Examiner.create(config, { batchSize: BATCH, precision, ...(await sessionsOn(device)) });
  const progress = new ProgressLine();
  const answers: Answer[] = [];
  for (const batch of testBatches(puzzles, BATCH)) {
    answers.push(...(await examiner.answer(state, batch)));
    progress.show(answers.length / puzzles.length, `${answers.length} of ${puzzles.length} puzzles`);
  }
  progress.clear();
  const accuracy = accuracyOf(answers, (inputs, answer) => kind.check(inputs, answer).legal);
  const { exactAccuracy, accuracy: cells, ruleAccuracy, count, interval: [low, high] } = accuracy;
  const words = `exact ${percent(exactAccuracy)} (95 % interval ${percent(low)} to ${percent(high)}, n ${count}), cells ${percent(cells)}, legal ${percent(ruleAccuracy)}`;
  process.stdout.write(`${json ? JSON.stringify(accuracy) : words}\n`);
}
