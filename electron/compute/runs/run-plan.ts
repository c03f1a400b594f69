/** The plan of a run: dataset, complete configuration, initial weights, and how often it is evaluated. */
import { lastComponent } from '../../../datasets/private-paths';
import { hashDataset } from '../datasets/dataset-hash';
import { createCleaner } from './export/anonymous-run';
import { quoteArgument } from '../../contract/command-line';
import type { Dataset } from '../../../datasets/catalog';
import type { Puzzle, PuzzleKind } from '../../../datasets/kinds/puzzle-kind';
import { countIdentifiers } from '../../../datasets/catalog';
import { hasSolutionClues } from '../../../datasets/batches';
import type { ModelCard, Parent } from '../../../models/checkpoint/model-card';
import type { StoredModel } from '../../../models/checkpoint/model-folder';
import { fitEmbeddings } from '../../../models/checkpoint/puzzle-embeddings';
import type { Accuracy } from '../../../models/evaluate/accuracy';
import { countShards } from '../../../models/train/shards';
import { accuracySchema, isScored } from '../../../models/evaluate/accuracy';
import type { ModelConfig } from '../../../models/family/config';
import { ConfigError, familyLabel, FIRST_SYMBOL, forCells, hasSymbolVectors } from '../../../models/family/config';
import type { ModelState } from '../../../models/family/weights';
import { weightLayout } from '../../../models/family/weights';
import type { OptimiserState } from '../../../models/optim/optimiser';
import type { Preset } from '../../../models/presets/presets';
import { defaultPuzzleEmbeddings, createRunConfig } from '../../../models/presets/presets';
import { formatEnglish } from '../../../renderer/messages/english';
import type { OperationCounts } from '../../../models/train/cost-estimate';
import type { EngineOptions } from '../../../models/engine/engine';
import { runTask } from '../../../models/engine/engine';
import type { RunConfig } from '../../../models/train/run-config';
import { checkRunConfig, MAX_COPIED_PUZZLES } from '../../../models/train/run-config';
import { applySettings, pickSettings, requireSameWeights, type RunSettings } from '../../../models/train/run-settings';
import { findLearned } from '../../../models/presets/results';
import type { TrainingCost } from './run-control';

/** Test puzzles of a quick evaluation during training, always the same, and of the full evaluation at the end, at most. */
export const QUICK_EVAL_SIZE = 128;
const FULL_EVAL_SIZE = 500;

type Evaluated = Pick<RunPlan, 'dataset' | 'config'>;

/** Puzzles of the evaluation at the end; 0 where no answer is known. */
export const getFullEvalSize = ({ dataset: { test }, config }: Evaluated): number =>
  Math.min(config.maxEvalSamples ?? FULL_EVAL_SIZE, countScored(test));

const scored = new WeakMap<readonly Puzzle[], number>();

/** Puzzles with a known answer, counted once for each dataset. */
function countScored(test: readonly Puzzle[]): number {
  const count = scored.get(test) ?? test.filter(isScored).length;
  scored.set(test, count);
  return count;
}

/** Puzzles of a quick evaluation: at most all of the full one, since padding would be evaluated too; at least one, the size of its batch. */
export const getQuickEvalSize = (plan: Evaluated): number =>
  Math.max(1, Math.min(QUICK_EVAL_SIZE, getFullEvalSize(plan)));

/** Maximum cost of evaluations, as a share of the operations of the training between them. */
export const EVAL_BUDGET = 0.2;

/** Floating-point operations of one evaluation of `puzzles` puzzles with all supervision steps. */
export const countEvalFlop = (
  { model, batchSize }: Pick<RunConfig, 'model' | 'batchSize'>,
  { answerFlop }: Pick<OperationCounts, 'answerFlop'>,
  puzzles: number,
): number => (answerFlop / batchSize) * puzzles * model.haltMaxSteps;

/**
 * Raises `evaluateEvery` to its smallest multiple that keeps the budget.
 * Operations are counted, not timed: the result is the same on every machine.
 * @param puzzles number of puzzles of an evaluation
 */
export function withEvalBudget(config: RunConfig, counts: OperationCounts, puzzles: number): RunConfig {
  const between = config.evaluateEvery * counts.stepFlop;
  const times = Math.max(1, Math.ceil(countEvalFlop(config, counts, puzzles) / (EVAL_BUDGET * between)));
  return { ...config, evaluateEvery: times * config.evaluateEvery };
}

/** A model to fine-tune, and which of its weights are trained. */
export interface StartingPoint {
  readonly model: StoredModel;
  readonly parent: Parent;
  readonly trainable: 'all' | 'puzzleEmbeddings';
  /** The state of the model's optimiser, to continue with it; a new optimiser by default. */
  readonly optimiser?: OptimiserState;
}

/** The initial weights for fine-tuning, with puzzle embeddings for the dataset. */
function fitWeights(model: StoredModel, dataset: Dataset): Pick<RunPlan, 'start' | 'embeddings'> {
  const { identified } = dataset;
  if (model.config.puzzleEmbNdim === 0) return { start: model.state };
  const names = identified?.names ?? ['<blank>'];
  // Of a model that does not record names, the rows belong to the puzzles that it was trained on.
  const isOther = !model.identifiers && (model.card.datasetHash ?? hashDataset(dataset)) !== hashDataset(dataset);
  const { state, matched, isUnnamed } = fitEmbeddings(
    isOther ? { ...model, identifiers: noNames(model) } : model,
    names,
  );
  const embeddings = { matched: isOther ? 0 : matched, count: names.length - 1, isUnnamed: isUnnamed || isOther };
  return { start: state, ...(identified && { embeddings }) };
}

/** Names that match those of no dataset. */
const noNames = ({ config }: StoredModel): string[] => Array<string>(config.numPuzzleIdentifiers).fill('');

export interface RunPlan {
  readonly dataset: Dataset;
  readonly preset: Pick<Preset, 'id' | 'name' | 'family'>;
  readonly config: RunConfig;
  /** Initial weights; null if the seed draws them. */
  readonly start: ModelState | null;
  /** What the optimiser continues with; absent where it starts anew. */
  readonly optimiser?: OptimiserState;
  /** Puzzles of the dataset that start with embeddings of their own in `start`; absent where there are no embeddings. */
  readonly embeddings?: { readonly matched: number; readonly count: number; readonly isUnnamed: boolean };
  /** The model or run it starts from; null for a new model. */
  readonly parent: Parent | null;
  /** The command that starts the same run. */
  readonly command: string;
}

export interface RunChoice {
  readonly dataset: Dataset;
  readonly preset: Preset;
  readonly seed: number;
  readonly maxSeconds: number;
  readonly settings?: RunSettings;
  readonly from?: StartingPoint;
}

/** Factor of the learning rate for fine-tuning; with the full rate the model forgets what it has learned. */
const FINE_TUNING_RATE = 0.1;

/** @throws ConfigError when the starting point does not fit the puzzles or has no trainable weights, and for invalid settings */
export async function createPlan(choice: RunChoice, options: EngineOptions = {}): Promise<RunPlan> {
  const plan = draftPlan(choice);
  const { config } = plan;
  const counts = await runTask(options, 'countOperations', { model: config.model, training: config });
  return { ...plan, config: withEvalBudget(config, counts, getQuickEvalSize(plan)) };
}

/** A plan that evaluates as often as its preset. @throws as `createPlan` */
export function draftPlan({ dataset, preset, seed, maxSeconds, settings = {}, from }: RunChoice): RunPlan {
  const { rows, columns, symbols } = dataset.kind;
  const fresh = createRunConfig(preset, {
    seqLen: rows * columns,
    vocabSize: symbols.length,
    puzzleIdentifiers: countIdentifiers(dataset),
    seed,
    maxSeconds,
  });
  const defaults = from ? fineTuning(fresh, { from, identifiers: countIdentifiers(dataset) }) : fresh;
  const usual = findLearned(preset.id, dataset.kind.id)?.steps;
  const applied = applySettings(defaults, settings, usual);
  const config = { ...applied, shards: countShards(applied.model, applied.batchSize) };
  checkRunConfig(config.model, config);
  if (from) requireSameWeights(defaults.model, config.model, settings);
  checkSymbols(config.model, dataset.kind);
  checkAugmentation(config, dataset);
  const { id, name, family } = preset;
  const command = formatTrainCommand({ dataset, preset, seed, maxSeconds, settings, ...(from && { from }) });
  const start = from ? fitWeights(from.model, dataset) : { start: null };
  const kept = from?.optimiser && { optimiser: from.optimiser };
  return { dataset, preset: { id, name, family }, config, ...start, ...kept, parent: from?.parent ?? null, command };
}

/** @throws ConfigError for a model that treats all symbols alike and puzzles whose symbols differ */
function checkSymbols(model: ModelConfig, kind: PuzzleKind): void {
  if (!hasSymbolVectors(model)) return;
  const relabelled = kind.symmetrySubgroups.flatMap(({ relabels }) => relabels ?? []);
  const symbols = kind.symbols.map((_, token) => token).slice(FIRST_SYMBOL);
  if (symbols.every((token) => relabelled.includes(token))) return;
  throw new ConfigError('config.fixedSymbols', { family: familyLabel(model), kind: kind.name });
}

/** @throws ConfigError for extra clues of puzzles whose clues are not cells of the solution; for either where the dataset has its own copies */
function checkAugmentation({ extraClues = 0, symmetricCopies }: RunConfig, { kind, train, identified }: Dataset): void {
  if (identified !== null && symmetricCopies !== undefined) throw new ConfigError('config.ownCopies');
  if (train.length * (symmetricCopies ?? 1) > MAX_COPIED_PUZZLES)
    throw new ConfigError('config.tooManyCopies', { puzzles: train.length, max: MAX_COPIED_PUZZLES });
  if (extraClues === 0) return;
  const isPossible = identified === null && train.slice(0, 100).every((puzzle) => hasSolutionClues(puzzle, kind.blank));
  if (!isPossible) throw new ConfigError('config.noExtraClues', { kind: kind.name });
}

function fineTuning(
  fresh: RunConfig,
  {
    from: {
      model: { config },
      trainable,
      optimiser,
    },
    identifiers,
  }: { readonly from: StartingPoint; readonly identifiers: number },
): RunConfig {
  const { seqLen, vocabSize } = fresh.model;
  const model = forCells(config, seqLen);
  if (model.seqLen !== seqLen || model.vocabSize !== vocabSize)
    throw new ConfigError('config.otherPuzzles', {
      modelCells: model.seqLen,
      modelTokens: model.vocabSize,
      cells: seqLen,
      tokens: vocabSize,
    });
  if (trainable === 'puzzleEmbeddings' && model.puzzleEmbNdim === 0) throw new ConfigError('config.noPuzzleEmbeddings');
  if (trainable === 'puzzleEmbeddings' && optimiser) throw new ConfigError('config.frozenOptimizer');
  const schedule = { ...fresh.schedule, learningRate: fresh.schedule.learningRate * FINE_TUNING_RATE };
  if (model.puzzleEmbNdim === 0) return { ...fresh, model, schedule };
  return {
    ...fresh,
    model: { ...model, numPuzzleIdentifiers: identifiers },
    schedule,
    puzzleEmbeddings: defaultPuzzleEmbeddings,
    ...(trainable === 'puzzleEmbeddings' && { frozenWeights: true }),
  };
}

/** Settings that have a flag of their own; the others are given by `--set`. */
const flagNames: Partial<Record<keyof RunSettings, string>> = {
  batchSize: 'batch-size',
  maxSteps: 'max-steps',
  learningRate: 'learning-rate',
  precision: 'precision',
  extraClues: 'extra-clues',
  maxEvalSamples: 'max-eval-samples',
  curriculum: 'curriculum',
};

const settingFlags = (settings: RunSettings): [flag: string, value: unknown][] =>
  Object.entries(pickSettings(settings)).map(([name, value]) => {
    const flag = flagNames[name as keyof RunSettings];
    return flag === undefined ? ['set', `${name}=${String(value)}`] : [flag, value];
  });

function formatTrainCommand({ dataset, preset, seed, maxSeconds, settings = {}, from }: RunChoice): string {
  const start = from && {
    from: from.parent.id,
    trainable: from.trainable === 'all' ? undefined : 'puzzle-embeddings',
    'optimizer-state': from.optimiser && 'keep',
  };
  const values = {
    dataset: dataset.spec.id,
    preset: preset.id,
    ...start,
    seed,
    'max-seconds': maxSeconds,
  };
  const flags = [...Object.entries(values), ...settingFlags(settings)].filter(([, value]) => value !== undefined);
  return ['train', ...flags.map(([flag, value]) => `--${flag} ${quoteArgument(String(value))}`)].join(' ');
}

interface Progress extends TrainingCost {
  readonly steps: number;
  /** Puzzles seen; null where they were not counted. */
  readonly samples: number | null;
  readonly accuracy: Accuracy | null;
  /** Floating-point operations of the steps. */
  readonly flop: number;
}

/** The model card of a run with its current progress. It has no paths: a model is given to others. */
export function createModelCard(
  { dataset, preset, config, command, parent }: RunPlan,
  { steps, samples, accuracy, flop, seconds, joules }: Progress,
): ModelCard {
  const { model, batchSize, seed } = config;
  const { hCycles, lCycles, haltMaxSteps } = model;
  return {
    name: `${formatEnglish(dataset.spec.name)} · ${formatEnglish(preset.name)}`,
    dataset: lastComponent(dataset.spec.id),
    datasetHash: hashDataset(dataset),
    kind: dataset.kind.id,
    preset: preset.id,
    family: preset.family,
    parameters: weightLayout(model).size,
    hCycles,
    lCycles,
    haltMaxSteps,
    createdAt: new Date().toISOString(),
    command: createCleaner([dataset.spec.id, ...(parent ? [parent.id] : [])])(command),
    parent: parent && { ...parent, id: lastComponent(parent.id) },
    data: {
      trainPuzzles: dataset.train.length,
      trainClasses: dataset.trainClasses,
      testPuzzles: dataset.test.length,
      testClasses: dataset.testClasses,
    },
    training: {
      steps,
      seconds,
      ...(joules !== null && { joules }),
      samples: samples ?? steps * batchSize,
      areSamplesCounted: samples !== null,
      seed,
      flop,
    },
    accuracy: accuracy && accuracySchema.parse(accuracy),
  };
}
