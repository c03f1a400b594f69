/** `evaluate`: evaluates a model on one split of a dataset. */
import { access, constants } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Readable } from 'node:stream';
import { findGeneratedSpec, type Dataset } from '../../datasets/catalog';
import { requireNew, writeNewFile } from '../../datasets/formats/atomic-write';
import { getKind } from '../../datasets/kinds/registry';
import type { Precision } from '../../models/runtime/execution';
import type { StoredModel } from '../../models/checkpoint/model-folder';
import type { Accuracy } from '../../models/evaluate/accuracy';
import type { EvalOptions } from '../../models/train/forward';
import type { Job } from '../compute/job';
import { evaluateArc, type ArcAccuracy, type ArcEvaluationPlan } from '../compute/models/evaluate-arc';
import { evaluateSample } from '../compute/models/evaluate-sample';
import { requireFit } from '../compute/models/model-fit';
import type { ComputeFlags } from './args';
import { formatCalibration, formatConfidentFailures } from './calibration-report';
import {
  formatByDifficulty,
  formatOverlap,
  formatOverSteps,
  formatRolloutCounts,
  formatSampling,
  saveEvaluation,
} from './evaluation-report';
import { UsageError } from './exit';
import { readTrainingClasses } from './evaluated-model';
import {
  chooseEmbeddings,
  describeWeights,
  findWeights,
  getAttempts,
  listWeights,
  requireOneChoice,
  requireSaving,
  type WeightFlags,
  type Weights,
} from './evaluated-weights';
import { createEngineOptions, loadNamedDataset } from './resolve-names';
import { printNotice, printResult, withProgress } from './output';
import { formatInteger, formatInterval, formatPercent } from '../contract/format';

export interface EvaluateFlags extends ComputeFlags, WeightFlags {
  readonly dataset: string;
  /** Augmented copies of each task, for a file of ARC tasks. */
  readonly augment?: number;
  readonly split: 'train' | 'test';
  readonly limit?: number;
  readonly sampleSeed: number;
  readonly precision: Precision;
  /** Output file with two attempts at each ARC test. */
  readonly submission?: string;
  /** Stores the result in the model's card. */
  readonly save?: true;
  readonly json?: true;
}

/** Maximum puzzles by default; all for ARC, where all copies of a test vote. */
const DEFAULT_LIMIT = 500;

export async function evaluateCommand(flags: EvaluateFlags): Promise<void> {
  const { dataset: name, augment, split, submission, save, json } = flags;
  if (submission !== undefined && flags.limit !== undefined)
    throw new UsageError('--submission requires all tests with all their copies; omit --limit');
  if (save) await requireSaving(flags);
  requireOneChoice(flags);
  const found = await findWeights(flags);
  requireFitBeforeGenerating(found, name);
  const dataset = await loadNamedDataset(name, augment, []);
  requireSplit(dataset, flags);
  const model = chooseEmbeddings(found, dataset, flags);
  const isVote = hasVote(dataset) && split === 'test';
  if (save && isVote) throw new UsageError('--save requires a dataset that is evaluated without a vote over copies');
  if (submission !== undefined) await requireSubmission(submission, isVote);
  const result = isVote ? await evaluateByVote(model, dataset, flags) : await evaluateEachPuzzle(model, dataset, flags);
  printResult(json, result.json, result.lines);
}

/** A built-in dataset may take minutes to generate: what is wrong with the model is said before. @throws ConfigError */
export function requireFitBeforeGenerating(model: Pick<StoredModel, 'config'>, dataset: string): void {
  const spec = findGeneratedSpec(dataset);
  if (spec) requireFit({ model, kind: getKind(spec.kind), dataset });
}

/** @throws UsageError for a split without puzzles */
function requireSplit(dataset: Dataset, { dataset: name, split }: Pick<EvaluateFlags, 'dataset' | 'split'>): void {
  const puzzlesOf = (each: EvaluateFlags['split']) => (dataset.identified ?? dataset)[each].length;
  if (puzzlesOf(split) > 0) return;
  const other = split === 'test' ? 'train' : 'test';
  const hint = puzzlesOf(other) > 0 ? `; use --split ${other}` : '';
  throw new UsageError(`--split ${split}: ${name} has no puzzles in this split${hint}`);
}

interface Output {
  readonly json: object;
  readonly lines: readonly string[];
}

const hasVote = (dataset: Dataset): dataset is ArcEvaluationPlan['dataset'] =>
  dataset.kind.augmentation === 'copies' && dataset.identified !== null;

/** Checks the submission path before computing. @throws UsageError, ExistsError, errors of the disk */
async function requireSubmission(file: string, isVote: boolean): Promise<void> {
  if (!isVote) throw new UsageError('--submission requires the test split of a dataset of ARC tasks');
  await requireNew(file);
  await access(dirname(file), constants.W_OK);
}

async function evaluateEachPuzzle(model: Weights, dataset: Dataset, flags: EvaluateFlags): Promise<Output> {
  const { kind, identified } = dataset;
  const puzzles = (identified ?? dataset)[flags.split];
  requireFit({ model, kind, dataset: flags.dataset });
  const training = await withProgress((job) => readTrainingClasses(model.record, dataset, job));
  const accuracy = await withEvalOptions(flags, (options, job) =>
    evaluateSample(
      {
        model,
        kind,
        read: () => Readable.from(puzzles),
        total: puzzles.length,
        sample: { size: flags.limit ?? DEFAULT_LIMIT, seed: flags.sampleSeed },
        dataset: flags.dataset,
        names: identified?.names,
        rollouts: getAttempts(model.checkpoints, flags),
        states: model.states,
        training,
        keepsPartial: true,
      },
      options,
      job,
    ),
  );
  if (flags.save && accuracy.cancelled) printNotice('Cancelled: the model card was not changed.');
  else if (flags.save) await saveEvaluation(flags, accuracy);
  return {
    json: { ...accuracy, ...listWeights(model, flags) },
    lines: [
      `${formatAccuracy(accuracy)}${formatRuleAccuracy(accuracy)}`,
      ...describeWeights(model, flags),
      ...formatSampling(accuracy),
      formatOverlap(accuracy, training),
      ...formatByDifficulty(accuracy),
      ...formatRolloutCounts(accuracy, model.states ? 'checkpoints' : 'rollouts'),
      ...formatOverSteps(accuracy),
      ...formatCalibration(accuracy),
      ...(accuracy.calibration ? formatConfidentFailures(accuracy.failures, flags.split) : []),
    ],
  };
}

async function evaluateByVote(
  model: Weights,
  dataset: ArcEvaluationPlan['dataset'],
  flags: EvaluateFlags,
): Promise<Output> {
  const { limit, submission: file } = flags;
  const { states } = model;
  const rollouts = getAttempts(model.checkpoints, flags);
  const { accuracy, submission } = await withEvalOptions(flags, (options, job) =>
    evaluateArc({ model, dataset, limit, rollouts, states, keepsPartial: true }, options, job),
  );
  const isWritten = file !== undefined && !accuracy.cancelled;
  if (isWritten) await writeNewFile(file, [JSON.stringify(submission)]);
  else if (file !== undefined) printNotice(`Cancelled: ${file} was not written.`);
  return {
    json: { ...accuracy.rows, ...listWeights(model, flags), arc: accuracy },
    lines: [
      ...formatArcAccuracy(accuracy),
      ...describeWeights(model, flags),
      ...(isWritten ? [`Wrote two attempts for each test to ${file}`] : []),
    ],
  };
}

/** Computes with a progress line. */
async function withEvalOptions<T>(
  { precision, ...flags }: EvaluateFlags,
  compute: (options: EvalOptions, job: Job) => Promise<T>,
): Promise<T> {
  const options = { precision, ...(await createEngineOptions(flags)) };
  return withProgress((job) => compute(options, job));
}

function formatAccuracy({ exactAccuracy, accuracy, count, interval }: Accuracy): string {
  return `exact accuracy ${formatPercent(exactAccuracy)} % (95 % CI ${formatInterval(interval)} %, n = ${formatInteger(count)}), cell accuracy ${formatPercent(accuracy)} %`;
}

/** Nothing for kinds without rules. */
const formatRuleAccuracy = ({ ruleAccuracy }: Accuracy): string =>
  ruleAccuracy === null ? '' : `, valid answers ${formatPercent(ruleAccuracy)} %`;

const formatCounted = (count: number, what: string) => `${formatInteger(count)} ${what}${count === 1 ? '' : 's'}`;

const formatCancelled = ({ evaluated, planned }: NonNullable<ArcAccuracy['cancelled']>): string =>
  `cancelled after ${formatInteger(evaluated)} of ${formatCounted(planned, 'task')}`;

function formatArcAccuracy({
  tasks,
  tests,
  answers,
  passAt,
  rows,
  originals,
  unknown,
  placeholders,
  ...accuracy
}: ArcAccuracy): string[] {
  const cancelled = accuracy.cancelled ? [formatCancelled(accuracy.cancelled)] : [];
  if (!rows)
    return [`${formatCounted(unknown, 'test')} answered; no output is known, so there is no accuracy`, ...cancelled];
  const shares = Object.entries(passAt).map(([k, share]) => `pass@${k} ${formatPercent(share)} %`);
  return [
    `${shares.join(', ')} on ${formatCounted(tasks, 'task')} with ${formatCounted(tests, 'test')}, by vote over ${formatCounted(answers, 'answer')}`,
    ...cancelled,
    ...(originals ? [`without augmentation: ${formatAccuracy(originals)}`, ...formatSampling(originals)] : []),
    `each copy separately: exact accuracy ${formatPercent(rows.exactAccuracy)} % (n = ${formatInteger(rows.count)}), cell accuracy ${formatPercent(rows.accuracy)} %`,
    ...(unknown > 0 ? [`${formatCounted(unknown, 'test')} without a known output: answered but not scored`] : []),
    ...(placeholders > 0
      ? [
          `${formatInteger(placeholders)} of ${formatInteger(tests)} expected outputs are a single black cell, the placeholder for an unknown output; they are scored as given`,
        ]
      : []),
  ];
}
