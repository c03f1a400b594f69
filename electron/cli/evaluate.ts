/** `evaluate`: evaluates a model on one split of a dataset. */
import { access, constants } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Readable } from 'node:stream';
import { findGeneratedSpec, type Dataset } from '../../datasets/catalog';
import { requireNew, writeNewFile } from '../../datasets/formats/atomic-write';
import { getKind } from '../../datasets/kinds/registry';
import type { Precision } from '../../models/runtime/execution';
import type { Accuracy } from '../../models/evaluate/accuracy';
import type { EvalOptions } from '../../models/train/forward';
import type { Job } from '../compute/job';
import { evaluateArc, requireFit, type ArcAccuracy, type ArcEvaluationPlan } from '../compute/models/evaluate';
import { evaluateSample } from '../compute/models/evaluate-sample';
import { getRollouts, type ComputeFlags, type RolloutFlags } from './args';
import {
  formatByDifficulty,
  formatOverlap,
  formatOverSteps,
  formatRolloutCounts,
  formatSampling,
  requireOwnModel,
  saveEvaluation,
} from './evaluation-report';
import { UsageError } from './exit';
import { findEvaluatedModel, readTrainingClasses, type EvaluatedModel } from './evaluated-model';
import { createEngineOptions, loadNamedDataset } from './resolve-names';
import { printNotice, printResult, withProgress } from './output';
import { formatInteger, formatInterval, formatPercent } from '../contract/format';

export interface EvaluateFlags extends ComputeFlags, RolloutFlags {
  readonly model: string;
  readonly dataset: string;
  /** Augmented copies of each task, for a file of ARC tasks. */
  readonly augment?: number;
  readonly split: 'train' | 'test';
  /** Step of the checkpoint of a run. */
  readonly checkpoint?: number;
  readonly limit?: number;
  readonly sampleSeed: number;
  /** Supervision steps of each puzzle. */
  readonly steps?: number;
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
  if (save && flags.checkpoint !== undefined) throw new UsageError('--save requires a saved model, not a --checkpoint');
  if (save) await requireOwnModel(flags.model);
  const model = await findEvaluatedModel(flags);
  requireFitBeforeGenerating(model, name);
  const dataset = await loadNamedDataset(name, augment, []);
  requireSplit(dataset, flags);
  warnOfUnnamed(model, dataset);
  const isVote = hasVote(dataset) && split === 'test';
  if (save && isVote) throw new UsageError('--save requires a dataset that is evaluated without a vote over copies');
  if (submission !== undefined) await requireSubmission(submission, isVote);
  const result = isVote ? await evaluateByVote(model, dataset, flags) : await evaluateEachPuzzle(model, dataset, flags);
  printResult(json, result.json, result.lines);
}

/** A built-in dataset may take minutes to generate: what is wrong with the model is said before. @throws ConfigError */
function requireFitBeforeGenerating(model: ArcEvaluationPlan['model'], dataset: string): void {
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

/** Says that embeddings are matched by number where the model does not record the names of its puzzles. */
function warnOfUnnamed({ config, identifiers }: ArcEvaluationPlan['model'], { identified }: Dataset): void {
  if (!identifiers && config.puzzleEmbNdim > 0 && identified)
    printNotice('warning: the model does not record the names of its puzzles; embeddings are matched by number');
}

/** Checks the submission path before computing. @throws UsageError, ExistsError, errors of the disk */
async function requireSubmission(file: string, isVote: boolean): Promise<void> {
  if (!isVote) throw new UsageError('--submission requires the test split of a dataset of ARC tasks');
  await requireNew(file);
  await access(dirname(file), constants.W_OK);
}

async function evaluateEachPuzzle(model: EvaluatedModel, dataset: Dataset, flags: EvaluateFlags): Promise<Output> {
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
        rollouts: getRollouts(flags),
        training,
      },
      options,
      job,
    ),
  );
  if (flags.save) await saveEvaluation(flags, accuracy);
  return {
    json: accuracy,
    lines: [
      `${formatAccuracy(accuracy)}${formatRuleAccuracy(accuracy)}`,
      ...formatSampling(accuracy),
      formatOverlap(accuracy, training),
      ...formatByDifficulty(accuracy),
      ...formatRolloutCounts(accuracy),
      ...formatOverSteps(accuracy),
    ],
  };
}

async function evaluateByVote(
  model: ArcEvaluationPlan['model'],
  dataset: ArcEvaluationPlan['dataset'],
  flags: EvaluateFlags,
): Promise<Output> {
  const { limit, submission: file } = flags;
  const rollouts = getRollouts(flags);
  const { accuracy, submission } = await withEvalOptions(flags, (options, job) =>
    evaluateArc({ model, dataset, limit, rollouts }, options, job),
  );
  if (file !== undefined) await writeNewFile(file, [JSON.stringify(submission)]);
  return {
    json: { ...accuracy.rows, arc: accuracy },
    lines: [
      ...formatArcAccuracy(accuracy),
      ...(file === undefined ? [] : [`Wrote two attempts for each test to ${file}`]),
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

function formatArcAccuracy({ tasks, tests, passAt, rows, originals, unknown, placeholders }: ArcAccuracy): string[] {
  if (!rows) return [`${formatCounted(unknown, 'test')} answered; no output is known, so there is no accuracy`];
  const shares = Object.entries(passAt).map(([k, share]) => `pass@${k} ${formatPercent(share)} %`);
  return [
    `${shares.join(', ')} on ${formatCounted(tasks, 'task')} with ${formatCounted(tests, 'test')}, by vote over ${formatCounted(rows.count, 'answer')}`,
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
