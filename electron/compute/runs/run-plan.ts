/** What a run is asked to do, made definite: data, settings, and the weights it begins with. */
import type { Dataset } from '../../../datasets/catalog';
import { countIdentifiers } from '../../../datasets/catalog';
import type { Card, Parent } from '../../../models/checkpoint/model-card';
import type { StoredModel } from '../../../models/checkpoint/model-folder';
import type { Accuracy } from '../../../models/evaluate/accuracy';
import { accuracySchema } from '../../../models/evaluate/accuracy';
import type { ModelConfig } from '../../../models/family/config';
import { ConfigError } from '../../../models/family/config';
import type { ModelState } from '../../../models/family/weights';
import { weightLayout } from '../../../models/family/weights';
import type { Preset } from '../../../models/presets/presets';
import { puzzleEmbeddings, runConfig } from '../../../models/presets/presets';
import type { CostEstimate } from '../../../models/train/cost-estimate';
import { estimateCost } from '../../../models/train/cost-estimate';
import type { RunConfig } from '../../../models/train/run-config';

// Evaluations during training: of how many puzzles, how often, and their cost.

/** Test puzzles of a quick evaluation, always the same, and of the full evaluation at the end. */
const QUICK_EVAL_SIZE = 128;
export const FULL_EVAL_SIZE = 500;

/** At most all test puzzles: padding would be answered too. */
export const quickEvalSize = (test: ArrayLike<unknown>): number => Math.min(QUICK_EVAL_SIZE, test.length);

/** Maximum cost of evaluations, as a share of the operations of the training between them. */
export const EVAL_BUDGET = 0.2;

/** Floating-point operations of one evaluation of so many puzzles, each with all its supervision steps. */
export const evalFlop = (
  { model, batchSize }: Pick<RunConfig, 'model' | 'batchSize'>,
  { answerFlop }: Pick<CostEstimate, 'answerFlop'>,
  puzzles: number,
): number => (answerFlop / batchSize) * puzzles * model.haltMaxSteps;

/**
 * Raises `evaluateEvery` to its smallest multiple that keeps the budget.
 * Operations are counted, not timed: the result is the same on every machine.
 * @param puzzles of an evaluation
 * @throws ConfigError for settings of model and training that exclude each other
 */
export function withEvalBudget(config: RunConfig, puzzles: number): RunConfig {
  const costEstimate = estimateCost(config.model, config);
  const between = config.evaluateEvery * costEstimate.stepFlop;
  const times = Math.max(1, Math.ceil(evalFlop(config, costEstimate, puzzles) / (EVAL_BUDGET * between)));
  return { ...config, evaluateEvery: times * config.evaluateEvery };
}

// Models that are taught further.

export interface StartingPoint {
  readonly model: StoredModel;
  readonly parent: Parent;
  readonly learns: 'everything' | 'puzzle embeddings';
}

/**
 * The weights for a configuration of the same shape. A puzzle table for other identifiers begins at the mean of
 * the rows it had, as in the reference: nothing is known yet of the new puzzles.
 */
function fitted({ config, state }: StoredModel, wanted: ModelConfig): ModelState {
  const { puzzleEmbNdim: width, numPuzzleIdentifiers: rows } = wanted;
  if (rows === config.numPuzzleIdentifiers) return state;
  const mean = new Float32Array(width);
  state.puzzleTable.forEach((value, i) => (mean[i % width]! += value / config.numPuzzleIdentifiers));
  const puzzleTable = new Float32Array(rows * width);
  for (let row = 0; row < rows; row++) puzzleTable.set(mean, row * width);
  return { ...state, puzzleTable };
}

export interface RunPlan {
  readonly dataset: Dataset;
  readonly preset: Pick<Preset, 'id' | 'name' | 'family'>;
  readonly config: RunConfig;
  /** Null: drawn by the seed. */
  readonly start: ModelState | null;
  /** What it started from; null for a run from nothing. */
  readonly parent: Parent | null;
  /** The command line that makes the same run. */
  readonly command: string;
}

/** In place of what the preset says. */
export interface Override {
  readonly batchSize?: number | undefined;
  readonly maxSteps?: number | undefined;
  readonly learningRate?: number | undefined;
  readonly precision?: RunConfig['precision'] | undefined;
}

interface RunChoice {
  readonly dataset: Dataset;
  readonly preset: Preset;
  readonly seed: number;
  readonly maxSeconds: number;
  readonly override?: Override;
  readonly from?: StartingPoint;
}

/** A model that is taught further moves in smaller steps, or it forgets what it knew. */
const FINE_TUNING_RATE = 0.1;

/** @throws ConfigError when the starting point does not fit the puzzles, has nothing that would learn, or settings make no sense */
export function createPlan({ dataset, preset, seed, maxSeconds, override = {}, from }: RunChoice): RunPlan {
  const { rows, columns, symbols } = dataset.kind;
  const fresh = runConfig(preset, {
    seqLen: rows * columns,
    vocabSize: symbols.length,
    identifiers: countIdentifiers(dataset),
    seed,
    maxSeconds,
  });
  const usual = from ? fineTuning(fresh, { from, identifiers: countIdentifiers(dataset) }) : fresh;
  const {
    batchSize = usual.batchSize,
    maxSteps = usual.maxSteps,
    learningRate = usual.schedule.learningRate,
    precision,
  } = override;
  const config = withEvalBudget(
    { ...usual, batchSize, maxSteps, schedule: { ...usual.schedule, learningRate }, ...(precision && { precision }) },
    quickEvalSize(dataset.test),
  );
  const { id, name, family } = preset;
  const command = commandOf({ dataset, preset, seed, maxSeconds, override, ...(from && { from }) });
  const start = from ? fitted(from.model, config.model) : null;
  return { dataset, preset: { id, name, family }, config, start, parent: from?.parent ?? null, command };
}

function fineTuning(
  fresh: RunConfig,
  {
    from: {
      model: { config: model },
      learns,
    },
    identifiers,
  }: { readonly from: StartingPoint; readonly identifiers: number },
): RunConfig {
  const { seqLen, vocabSize } = fresh.model;
  if (model.seqLen !== seqLen || model.vocabSize !== vocabSize)
    throw new ConfigError(
      `this model reads ${model.seqLen} cells of ${model.vocabSize} tokens, the puzzles have ${seqLen} of ${vocabSize}`,
    );
  if (learns === 'puzzle embeddings' && model.puzzleEmbNdim === 0)
    throw new ConfigError('this model has no puzzle embeddings: everything must learn');
  const schedule = { ...fresh.schedule, learningRate: fresh.schedule.learningRate * FINE_TUNING_RATE };
  if (model.puzzleEmbNdim === 0) return { ...fresh, model, schedule };
  return {
    ...fresh,
    model: { ...model, numPuzzleIdentifiers: identifiers },
    schedule,
    puzzleEmbeddings,
    ...(learns === 'puzzle embeddings' && { frozenWeights: true }),
  };
}

function commandOf({ dataset, preset, seed, maxSeconds, override = {}, from }: RunChoice): string {
  const { batchSize, maxSteps, precision, learningRate } = override;
  const start = from && { from: from.parent.id, learn: from.learns === 'everything' ? undefined : 'embeddings' };
  const given = {
    dataset: dataset.spec.id,
    preset: preset.id,
    ...start,
    seed,
    'max-seconds': maxSeconds,
    'batch-size': batchSize,
    'max-steps': maxSteps,
    'learning-rate': learningRate,
    precision,
  };
  const flags = Object.entries(given).filter(([, value]) => value !== undefined);
  return ['train', ...flags.map(([flag, value]) => `--${flag} ${value}`)].join(' ');
}

// The card of a model that a run has made.

interface Progress {
  readonly steps: number;
  readonly seconds: number;
  readonly accuracy: Accuracy | null;
  /** Floating-point operations of one train step. */
  readonly stepFlop: number;
}

/** The model card of a run after so many steps. */
export function createModelCard(
  { dataset, preset, config, command, parent }: RunPlan,
  { steps, seconds, accuracy, stepFlop }: Progress,
): Card {
  const { model, batchSize, seed } = config;
  const { hCycles, lCycles, haltMaxSteps } = model;
  return {
    name: `${dataset.spec.name} · ${preset.name}`,
    dataset: dataset.spec.id,
    kind: dataset.kind.id,
    preset: preset.id,
    family: preset.family,
    parameters: weightLayout(model).size,
    hCycles,
    lCycles,
    haltMaxSteps,
    createdAt: new Date().toISOString(),
    command,
    parent,
    data: {
      trainPuzzles: dataset.train.length,
      trainClasses: dataset.trainClasses,
      testPuzzles: dataset.test.length,
      testClasses: dataset.testClasses,
    },
    training: { steps, seconds, samples: steps * batchSize, seed, flop: steps * stepFlop },
    accuracy: accuracy && accuracySchema.parse(accuracy),
  };
}
