/** `evaluate`: a model on one split of a data set. */
import type { Precision } from '../../models/nn/precision';
import { Job } from '../compute/datasets/job';
import { evaluateModel } from '../compute/evaluate-model';
import { sessionsOn } from './devices';
import { findModel } from './models';
import { loadDataset } from './sets';
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

export async function evaluateCommand({ model: id, dataset: name, split, limit, precision, device, json }: EvaluateFlags): Promise<void> {
  const { kind, [split]: puzzles } = await loadDataset(name);
  const model = await findModel(id);
  const progress = new ProgressLine();
  const job = new Job(({ share, words }) => progress.show(share ?? 0, words));
  const plan = { model, kind, puzzles, total: puzzles.length, limit, dataset: name };
  const accuracy = await evaluateModel(plan, { precision, ...(await sessionsOn(device)) }, job).finally(() => progress.clear());
  const { exactAccuracy, accuracy: cells, ruleAccuracy, count, interval: [low, high] } = accuracy;
  const words = `exact ${percent(exactAccuracy)} (95 % interval ${percent(low)} to ${percent(high)}, n ${count}), cells ${percent(cells)}, legal ${percent(ruleAccuracy)}`;
  process.stdout.write(`${json ? JSON.stringify(accuracy) : words}\n`);
}
