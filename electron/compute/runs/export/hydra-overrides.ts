/** Settings of a run as hydra overrides of the reference's configuration, and what the reference does not support. */
import { toReferenceWidths } from '../../../../models/checkpoint/export/reference-widths';
import { REFERENCE_INNER_MULTIPLE, toReference } from '../../../../models/checkpoint/reference-config';
import type { ModelConfig } from '../../../../models/family/config';
import type { ReferenceFamily } from '../../../../models/family/families';
import { families } from '../../../../models/family/families';
import { countPuzzlePositions, familyLabel } from '../../../../models/family/config';
import { weightLayout } from '../../../../models/family/weights';
import type { RunConfig } from '../../../../models/train/run-config';
import { message, type Text } from '../../../../renderer/messages/message';

/** What the reference's PyTorch code cannot do or does differently. Each was found by reading or running that code. */
export interface ReferenceLimits {
  /** Why it cannot train such a model. */
  readonly training: readonly Text[];
  /** Why it cannot load these weights, although it can train a new model of this kind. */
  readonly loading: readonly Text[];
  /** What it does differently, in English, for its README. */
  readonly differences: readonly string[];
}

/** @param weights whether the moments and the average of the weights are exported with them */
export function referenceLimits(config: RunConfig, weights: { readonly hasTrainingState: boolean }): ReferenceLimits {
  const { model } = config;
  return {
    training: applicable(trainingObstacles(model)),
    loading: applicable(loadingObstacles(model)),
    differences: applicable([...modelDifferences(model), ...trainingDifferences(config, weights)]),
  };
}

type Finding<Description> = readonly [applies: boolean, description: Description];

const applicable = <Description>(findings: readonly Finding<Description>[]): Description[] =>
  findings.filter(([applies]) => applies).map(([, description]) => description);

const getReference = ({ family }: ModelConfig): ReferenceFamily => families[family].reference;

/** Whether the reference's code for this model family has a setting. */
const hasSetting = (model: ModelConfig, name: ReferenceFamily['settings'][number]): boolean =>
  getReference(model).settings.includes(name);

function trainingObstacles(model: ModelConfig): Finding<Text>[] {
  return [
    [!getReference(model).isSupported, message('run.reference.noFamily', { family: familyLabel(model) })],
    [model.loss === 'softmax', message('run.reference.softmaxLoss')],
    // The line that computes it expects another number of results.
    [hasSetting(model, 'no_ACT_continue') && !model.noActContinue, message('run.reference.continueTarget')],
    [getReference(model).needsPositions && model.posEncodings === 'none', message('run.reference.noPositions')],
  ];
}

function loadingObstacles(model: ModelConfig): Finding<Text>[] {
  const front = Math.ceil(model.puzzleEmbNdim / model.hiddenSize);
  return [
    [model.separateNetworks, message('run.reference.separateNetworks')],
    [
      !hasSetting(model, 'puzzle_emb_len') && countPuzzlePositions(model) !== front,
      message('run.reference.puzzlePositions', { own: countPuzzlePositions(model), reference: front }),
    ],
  ];
}

function modelDifferences(model: ModelConfig): Finding<string>[] {
  return [
    [
      weightLayout(toReferenceWidths(model)).size > weightLayout(model).size,
      `its inner widths are multiples of ${REFERENCE_INNER_MULTIPLE}, those of this run of ${model.innerMultiple}: the weights of the further units are zero and stay zero, so the results are the same`,
    ],
    [
      model.oneStepGradient,
      'its gradients flow through the whole last H cycle, those of this run only through the last updates',
    ],
    [
      !hasSetting(model, 'no_ACT_continue') && model.noActContinue,
      `its ${getReference(model).name} halts when the halting logit is above the continue logit, this model when the halting logit is above 0`,
    ],
  ];
}

function trainingDifferences(
  { model, optimiser, ema, precision, startFromPrevious = 0 }: RunConfig,
  { hasTrainingState }: { readonly hasTrainingState: boolean },
): Finding<string>[] {
  return [
    [optimiser.name === 'adamW', 'its optimizer is AdamATan2, that of this run is AdamW'],
    [optimiser.maxGradientNorm !== undefined, 'it does not clip gradients'],
    [model.haltExploration === 'perExample', 'it draws the exploration of the halting rule at every step'],
    [startFromPrevious > 0, 'it starts every example from the initial state'],
    [
      ema?.warmup ?? false,
      'its average of the weights (EMA) has no warm-up and follows more slowly in the first thousand steps',
    ],
    [(precision ?? 'float32') !== 'float32', `it computes in float32, this run in ${precision}`],
    [
      !hasTrainingState,
      'the optimizer moments and the step count of the learning rate schedule start at zero, so the learning rate warms up again',
    ],
    [
      hasTrainingState,
      'its puzzles and examples start anew: the position in the data and the states of the examples are not exported',
    ],
    [true, 'it has no time limit'],
  ];
}
export interface GroupStatistics {
  readonly groups: number;
  /** Mean number of examples per puzzle. */
  readonly meanExamples: number;
}

export interface ReferenceSchedule {
  readonly epochs: number;
  /** In epochs; the reference requires a divisor of them. */
  readonly evalInterval: number;
  /** Full batches of these epochs; may exceed the requested steps. */
  readonly steps: number;
}

/** The reference drops the last, partial batch between two evaluations: intervals must be long compared with one batch. */
const MIN_INTERVAL_STEPS = 20;
const MAX_EVALUATIONS = 10;

/**
 * An epoch draws one puzzle of each group, so it has groups · mean examples / batch size steps. The schedule has at
 * least `steps` steps and up to ten evaluations.
 */
export function createSchedule(
  { steps, batchSize }: { readonly steps: number; readonly batchSize: number },
  { groups, meanExamples }: GroupStatistics,
): ReferenceSchedule {
  const stepsPerEpoch = (groups * meanExamples) / batchSize;
  const evaluations = Math.max(
    1,
    Math.min(MAX_EVALUATIONS, Math.floor(steps / MIN_INTERVAL_STEPS), Math.floor(steps / stepsPerEpoch)),
  );
  const evalInterval = Math.max(1, Math.ceil(Math.ceil(steps / evaluations) / stepsPerEpoch));
  return {
    epochs: evalInterval * evaluations,
    evalInterval,
    steps: evaluations * Math.floor(evalInterval * stepsPerEpoch),
  };
}

interface OverridesOptions {
  readonly config: RunConfig;
  readonly schedule: ReferenceSchedule;
  /** Factor of the learning rates, which are halved by hand after a run has diverged. */
  readonly rateFactor: number;
  /** From `toRunName`. */
  readonly runName: string;
}

type Values = Readonly<Record<string, string | number | boolean | undefined>>;

/** Overrides such as `arch.hidden_size=512`, without characters that have a meaning in a shell. */
export function referenceOverrides({ config, schedule, rateFactor, runName }: OverridesOptions): string[] {
  const {
    model,
    optimiser,
    schedule: { learningRate, warmupSteps, minRatio },
    batchSize,
    seed,
    ema,
    puzzleEmbeddings: puzzles,
  } = config;
  return toOverrides({
    arch: getReference(model).configFile,
    ...architectureOverrides(model),
    global_batch_size: batchSize,
    epochs: schedule.epochs,
    eval_interval: schedule.evalInterval,
    checkpoint_every_eval: true,
    lr: learningRate * rateFactor,
    lr_min_ratio: minRatio,
    lr_warmup_steps: warmupSteps,
    weight_decay: optimiser.weightDecay,
    beta1: optimiser.beta1,
    beta2: optimiser.beta2,
    puzzle_emb_lr: puzzles && puzzles.learningRate * rateFactor,
    puzzle_emb_weight_decay: puzzles?.weightDecay,
    ema: ema !== null,
    ema_rate: ema?.rate,
    freeze_weights: config.frozenWeights,
    seed,
    // Not in its configuration file: `++` adds them, or sets them where a newer file has them.
    '++run_name': runName,
  });
}

/** Settings of the reference's architectures. */
function architectureOverrides(model: ModelConfig): Values {
  const { loss, ...arch } = toReference(model);
  const common = [
    'halt_exploration_prob',
    'halt_max_steps',
    'H_cycles',
    'H_layers',
    'hidden_size',
    'num_heads',
    'expansion',
    'puzzle_emb_ndim',
    'pos_encodings',
  ] as const;
  const known = [...common, ...getReference(model).settings];
  const values = Object.fromEntries(known.map((name) => [`arch.${name}`, arch[name]]));
  return { ...values, '++arch.forward_dtype': arch.forward_dtype, 'arch.loss.loss_type': loss.loss_type };
}

const toOverrides = (values: Values): string[] =>
  Object.entries(values).flatMap(([name, value]) => (value === undefined ? [] : [`${name}=${toPython(value)}`]));

/** A value in Python syntax. */
const toPython = (value: string | number | boolean): string =>
  typeof value === 'boolean' ? (value ? 'True' : 'False') : String(value);

/** A safe name of a run, with a prefix since hydra would parse digits as a number. Runs of the command line have the names of their folders. */
export const toRunName = (name: string): string =>
  `lab-${name
    .normalize('NFKD')
    .replace(/[^\w-]+/gu, '-')
    .slice(0, 100)}`;
