/** Evaluates a model on held-out puzzles as an experiment asks: accuracy over supervision steps, numbers of rollouts, amounts of damage or open cells. */
import { Readable } from 'node:stream';
import type { Dataset } from '../../../datasets/catalog';
import { openCells } from '../../../datasets/damage/open-cells';
import type { PuzzleKind } from '../../../datasets/kinds/puzzle-kind';
import { Random } from '../../../datasets/random';
import { SAMPLE_SEED, samplePuzzles } from '../../../datasets/sample';
import type { StoredModel } from '../../../models/checkpoint/model-folder';
import { BINS } from '../../../models/evaluate/calibration';
import type { ModelEvaluation } from '../../../models/evaluate/evaluation';
import { singleAttempt, type RolloutSettings } from '../../../models/evaluate/pick-rollout';
import type { EvalOptions } from '../../../models/train/forward';
import type { Condition, ExperimentPoint, ExperimentTest } from '../../contract/experiments';
import { MAX_SEED } from '../../contract/limits';
import { MessageError } from '../../../renderer/messages/message';
import { Job } from '../job';
import { evaluateDamaged } from '../models/damage';
import { evaluateModel, type EvaluatedPuzzle } from '../models/evaluate';

interface PointsPlan {
  readonly model: StoredModel;
  readonly dataset: Dataset;
  readonly test: Exclude<ExperimentTest, { type: 'final' }>;
  /** Of the condition: its damage, pick rule or confidence. */
  readonly source: Condition['source'];
  /** Draws the noise of rollouts, the damage and the open cells. The puzzles are the same for every condition and seed. */
  readonly seed: number;
}

/** @throws as `evaluateModel`; the reason of the job's signal */
export async function evaluatePoints(
  plan: PointsPlan,
  options: EvalOptions,
  job = new Job(),
): Promise<ExperimentPoint[]> {
  const { test } = plan;
  switch (test.type) {
    case 'steps':
      return evaluateSteps(plan, test.at, options, job);
    case 'rollouts':
      return evaluateRollouts(plan, test, options, job);
    case 'damage':
      return evaluateAmounts(plan, test.amounts, options, job);
    case 'openCells':
      return evaluateOpenCells(plan, test.counts, options, job);
    case 'confidence':
      return evaluateConfidence(plan, options, job);
  }
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
  { counts, noise, steps, ...test }: Extract<ExperimentTest, { type: 'rollouts' }>,
  options: EvalOptions,
  job: Job,
): Promise<ExperimentPoint[]> {
  const pick = ('pick' in plan.source && plan.source.pick) || test.pick;
  const points: ExperimentPoint[] = [];
  for (const x of counts) {
    const rollouts = { count: x, noise: x > 1 ? noise : 0, pick, seed: plan.seed };
    const { exactAccuracy, count } = await evaluate(plan, { steps, rollouts }, options, job);
    points.push({ x, exactAccuracy, count });
  }
  return points;
}

/** @throws RangeError for a condition without a damage; as `evaluateDamaged` */
async function evaluateAmounts(
  plan: PointsPlan,
  amounts: readonly number[],
  options: EvalOptions,
  job: Job,
): Promise<ExperimentPoint[]> {
  const { model, dataset, seed } = plan;
  const { damage } = plan.source;
  if (damage === undefined) throw new RangeError('the condition has no damage');
  const points: ExperimentPoint[] = [];
  for (const [index, x] of amounts.entries()) {
    const part = partOf(job, index, amounts.length);
    const puzzles = { ...(await drawPuzzles(plan, job)), kind: dataset.kind, dataset: dataset.spec.id };
    const damaged = { damage, amount: { count: x }, seed };
    const { accuracy } = await evaluateDamaged({ model, ...puzzles, ...damaged }, options, part);
    points.push({ x, exactAccuracy: accuracy.exactAccuracy, count: accuracy.count });
  }
  return points;
}

/** Any answer that obeys the rules counts: many open cells may have several solutions. More cells than a grid has are left out. */
async function evaluateOpenCells(
  plan: PointsPlan,
  counts: readonly number[],
  options: EvalOptions,
  job: Job,
): Promise<ExperimentPoint[]> {
  const { model, dataset, seed } = plan;
  const points: ExperimentPoint[] = [];
  const possible = counts.filter((x) => x <= dataset.kind.rows * dataset.kind.columns);
  for (const [index, x] of possible.entries()) {
    const { puzzles, ...drawn } = await drawPuzzles(plan, job);
    const opened = { ...drawn, puzzles: openAll(dataset.kind, puzzles, x, seed) };
    const evaluated = { model, kind: dataset.kind, dataset: dataset.spec.id, ...opened };
    const { exactAccuracy, ruleAccuracy, count } = await evaluateModel(
      evaluated,
      options,
      partOf(job, index, possible.length),
    );
    points.push({ x, exactAccuracy: ruleAccuracy ?? exactAccuracy, count });
  }
  return points;
}

/** Tenths of the confidence with their share of right answers; those without an answer are left out. */
async function evaluateConfidence(plan: PointsPlan, options: EvalOptions, job: Job): Promise<ExperimentPoint[]> {
  const { calibration } = await evaluate(plan, { steps: plan.model.config.haltMaxSteps }, options, job);
  const kind = ('confidence' in plan.source && plan.source.confidence) || 'answers';
  if (!calibration) throw new MessageError('models.fit.noAnswers', { dataset: plan.dataset.spec.id });
  return calibration[kind].bins.flatMap(({ count, accuracy }, index) =>
    accuracy === null ? [] : [{ x: (100 * (index + 0.5)) / BINS, exactAccuracy: accuracy, count }],
  );
}

async function* openAll(
  kind: PuzzleKind,
  puzzles: Iterable<EvaluatedPuzzle> | AsyncIterable<EvaluatedPuzzle>,
  count: number,
  seed: number,
): AsyncGenerator<EvaluatedPuzzle> {
  const seeds = Random.seeded(seed);
  for await (const puzzle of puzzles)
    yield { ...puzzle, ...openCells(kind, puzzle, count, seeds.integer(0, MAX_SEED)) };
}

/** One of several evaluations of a job. */
const partOf = (job: Job, index: number, parts: number): Job =>
  new Job(({ fraction, message }) => job.report({ fraction: (index + (fraction ?? 0)) / parts, message }), job.signal);

/** The puzzles of the test, with what an evaluation needs to know of them. */
async function drawPuzzles({ dataset, test }: PointsPlan, job: Job) {
  const { kind, identified } = dataset;
  const split = (identified ?? dataset).test;
  const { puzzles, total } = await samplePuzzles(kind, () => Readable.from(split), {
    size: test.puzzles,
    seed: SAMPLE_SEED,
    total: split.length,
    signal: job.signal,
  });
  return { puzzles, total, names: identified?.names };
}

async function evaluate(
  plan: PointsPlan,
  { steps, rollouts = singleAttempt }: { readonly steps: number; readonly rollouts?: RolloutSettings },
  options: EvalOptions,
  job: Job,
): Promise<ModelEvaluation> {
  const { model, dataset } = plan;
  const config = { ...model.config, haltMaxSteps: steps };
  const evaluated = { model: { ...model, config }, kind: dataset.kind, dataset: dataset.spec.id, rollouts };
  return evaluateModel({ ...evaluated, ...(await drawPuzzles(plan, job)) }, options, job);
}
