/** A run's settings as overrides of the reference's configuration, which hydra reads from the command line. */
import { REFERENCE_INNER_MULTIPLE, toReference } from '../../../../models/checkpoint/reference-config';
import type { ModelConfig } from '../../../../models/family/config';
import type { ReferenceFamily } from '../../../../models/family/families';
import { families } from '../../../../models/family/families';
import { puzzlePositions } from '../../../../models/family/config';
import { inner } from '../../../../models/family/weights';
import type { RunConfig } from '../../../../models/train/run-config';

// What of a run the reference's PyTorch code cannot do, or does otherwise. Each was found by reading or running that code.

/** Sentences, each without its full stop. */
export interface ReferenceLimits {
  /** It cannot train such a model at all. */
  readonly training: readonly string[];
  /** It cannot take these weights; a new model of this kind it can train. */
  readonly loading: readonly string[];
  /** It trains, and does something otherwise. */
  readonly otherwise: readonly string[];
}

export function referenceLimits(config: RunConfig): ReferenceLimits {
  const { model } = config;
  return {
    training: said(againstTraining(model)),
    loading: said(againstLoading(model)),
    otherwise: said([...modelOtherwise(model), ...learningOtherwise(config)]),
  };
}

type Finding = readonly [applies: boolean, sentence: string];

const said = (findings: readonly Finding[]): string[] =>
  findings.filter(([applies]) => applies).map(([, sentence]) => sentence);

const referenceOf = ({ family }: ModelConfig): ReferenceFamily => families[family].reference;

/** Whether the reference's code for this family of models has a setting. */
const hasSetting = (model: ModelConfig, name: ReferenceFamily['settings'][number]): boolean =>
  referenceOf(model).settings.includes(name);

function againstTraining(model: ModelConfig): Finding[] {
  return [
    [model.loss === 'softmax', 'its loss head stops at the softmax loss, which takes no mask there'],
    [
      hasSetting(model, 'no_ACT_continue') && !model.noActContinue,
      'its TRM stops at the target for "continue": that line expects another number of results',
    ],
    [
      referenceOf(model).needsPositions && model.posEncodings === 'none',
      'its HRM and its baseline stop where there are no position encodings',
    ],
  ];
}

function againstLoading(model: ModelConfig): Finding[] {
  const [own, its] = [inner(model), inner({ ...model, innerMultiple: REFERENCE_INNER_MULTIPLE })];
  const front = Math.ceil(model.puzzleEmbNdim / model.hiddenSize);
  const widths = [
    own.channels !== its.channels && `${own.channels} instead of ${its.channels}`,
    model.mlpT && own.positions !== its.positions && `${own.positions} instead of ${its.positions} over positions`,
  ].filter((width) => width !== false);
  return [
    [
      widths.length > 0,
      `the gated MLPs of this model are ${widths.join(' and ')} wide inside, for its inner widths are multiples of ${model.innerMultiple} and those of the reference of ${REFERENCE_INNER_MULTIPLE}`,
    ],
    [model.separateNetworks, 'this model has separate networks for zH and zL, and its TRM has one for both'],
    [
      model.puzzleEmbNdim === 0,
      'this model has no puzzle embeddings, and its loader of checkpoints looks for their table in every model',
    ],
    [
      !hasSetting(model, 'puzzle_emb_len') && puzzlePositions(model) !== front,
      `this model has ${puzzlePositions(model)} positions in front of the cells, and its HRM and its baseline have ${front}`,
    ],
  ];
}

function modelOtherwise(model: ModelConfig): Finding[] {
  return [
    [model.oneStepGradient, 'gradients go through the whole last cycle, here through the last updates only'],
    [
      !hasSetting(model, 'no_ACT_continue') && model.noActContinue,
      `its ${referenceOf(model).name} halts where halting is worth more than going on, here where qHalt is above 0`,
    ],
  ];
}

function learningOtherwise({ optimiser, ema, precision }: RunConfig): Finding[] {
  return [
    [optimiser.name === 'adamW', 'its optimiser is AdamATan2, here AdamW'],
    [
      ema?.warmup ?? false,
      'its average of the weights has no warm-up: in the first thousand steps it follows more slowly',
    ],
    [(precision ?? 'float32') !== 'float32', `it computes in float32, here in ${precision}`],
    [
      true,
      'the moments of the optimiser begin at zero, and so does the count of steps that the learning rate follows: it warms up once more',
    ],
    [true, 'it knows no limit of time'],
  ];
}
export interface SetFacts {
  readonly groups: number;
  /** Examples of a puzzle, on average. */
  readonly meanExamples: number;
}

export interface ReferenceSchedule {
  readonly epochs: number;
  /** In epochs; a divisor of them, as the reference asks. */
  readonly evalInterval: number;
  /** Full batches that these epochs give; more than were asked for where an epoch is longer. */
  readonly steps: number;
}

/** The reference drops the last, partial batch between two evaluations: intervals must be long compared with one batch. */
const MIN_INTERVAL_STEPS = 20;
const MAX_EVALUATIONS = 10;

/**
 * Of each group an epoch draws one puzzle, so it has groups · mean examples / batch size steps. At least `steps`
 * are made, between up to ten evaluations.
 */
export function createSchedule(
  { steps, batchSize }: { readonly steps: number; readonly batchSize: number },
  { groups, meanExamples }: SetFacts,
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
  /** Times the learning rates: halved by hand after a run had diverged. */
  readonly rateFactor: number;
  readonly runName: string;
}

type Values = Readonly<Record<string, string | number | boolean | undefined>>;

/** One for each line, e.g. `arch.hidden_size=512`; no character in them means anything to a shell. */
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
  return written({
    arch: referenceOf(model).configFile,
    ...archOf(model),
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
    '++run_name': plain(runName),
  });
}

/** What its architectures know of a model. */
function archOf(model: ModelConfig): Values {
  const { loss, ...arch } = toReference(model);
  const ofAll = [
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
  const known = [...ofAll, ...referenceOf(model).settings];
  const values = Object.fromEntries(known.map((name) => [`arch.${name}`, arch[name]]));
  return { ...values, '++arch.forward_dtype': arch.forward_dtype, 'arch.loss.loss_type': loss.loss_type };
}

const written = (values: Values): string[] =>
  Object.entries(values).flatMap(([name, value]) => (value === undefined ? [] : [`${name}=${spelled(value)}`]));

/** As Python spells it. */
const spelled = (value: string | number | boolean): string =>
  typeof value === 'boolean' ? (value ? 'True' : 'False') : String(value);

/** Runs of the command line are called as their folders are, which may have any name; a number alone would be read as one. */
const plain = (name: string): string =>
  `lab-${name
    .normalize('NFKD')
    .replace(/[^\w-]+/gu, '-')
    .slice(0, 100)}`;
