/** Evaluates a model on held-out puzzles as an experiment asks: accuracy over supervision steps, or over numbers of rollouts. */
import { Readable } from 'node:stream';
import type { Dataset } from '../../../datasets/catalog';
import { SAMPLE_SEED, samplePuzzles } from '../../../datasets/sample';
import type { StoredModel } from '../../../models/checkpoint/model-folder';
import type { ModelEvaluation } from '../../../models/evaluate/evaluation';
import { singleAttempt, type RolloutSettings } from '../../../models/evaluate/pick-rollout';
import type { EvalOptions } from '../../../models/train/forward';
import type { ExperimentPoint, ExperimentTest } from '../../contract/experiments';
import { Job } from '../job';
import { evaluateModel } from '../models/evaluate';

interface PointsPlan {
  readonly model: StoredModel;
  readonly dataset: Dataset;
  readonly test: Exclude<ExperimentTest, { type: 'final' }>;
  /** Draws the noise of rollouts. The puzzles are the same for every condition and seed. */
  readonly seed: number;
}

/** @throws as `evaluateModel`; the reason of the job's signal */
export async function evaluatePoints(
  plan: PointsPlan,
  options: EvalOptions,
  job = new Job(),
): Promise<ExperimentPoint[]> {
  const { test } = plan;
  return test.type === 'steps'
    ? evaluateSteps(plan, test.at, options, job)
    : evaluateRollouts(plan, test, options, job);
}

/** One evaluation of the longest solve gives the answers after every earlier step. */
async function evaluateSteps(
  plan: PointsPlan,
  at: readonly number[],
  options: EvalOptions,
  job: Job,
): Promise<ExperimentPoint[]> {
  const { overSteps, count } = await evaluate(plan, { steps: Math.max(...at) }, options, job);
  return at.map((x) => ({ x, exactAccuracy: overSteps.exact[x - 1]!, count }));
}

async function evaluateRollouts(
  plan: PointsPlan,
  { counts, pick, noise, steps }: Extract<ExperimentTest, { type: 'rollouts' }>,
  options: EvalOptions,
  job: Job,
): Promise<ExperimentPoint[]> {
  const points: ExperimentPoint[] = [];
  for (const x of counts) {
    const rollouts = { count: x, noise: x > 1 ? noise : 0, pick, seed: plan.seed };
    const { exactAccuracy, count } = await evaluate(plan, { steps, rollouts }, options, job);
    points.push({ x, exactAccuracy, count });
  }
  return points;
}

async function evaluate(
  { model, dataset, test }: PointsPlan,
  { steps, rollouts = singleAttempt }: { readonly steps: number; readonly rollouts?: RolloutSettings },
  options: EvalOptions,
  job: Job,
): Promise<ModelEvaluation> {
  const { kind, identified } = dataset;
  const split = (identified ?? dataset).test;
  const { puzzles, total } = await samplePuzzles(kind, () => Readable.from(split), {
    size: test.puzzles,
    seed: SAMPLE_SEED,
    total: split.length,
    signal: job.signal,
  });
  const config = { ...model.config, haltMaxSteps: steps };
  const plan = { model: { ...model, config }, kind, puzzles, total, dataset: dataset.spec.id, rollouts };
  return evaluateModel({ ...plan, names: identified?.names }, options, job);
}
