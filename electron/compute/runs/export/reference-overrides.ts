/** A run's settings as overrides of the reference's configuration, which hydra reads from the command line. */
import { toReference } from '../../../../models/checkpoint/reference-config';
import type { Family, ModelConfig } from '../../../../models/family/config';
import type { RunConfig } from '../../../../models/train/run-config';
import type { ReferenceSchedule } from './reference-schedule';

export interface OverridesOptions {
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
    arch: architectures[model.family],
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

/** Names of its files in config/arch. */
const architectures: Readonly<Record<Family, string>> = {
  trm: 'trm',
  singleZ: 'trm_singlez',
  hrm: 'hrm',
  direct: 'transformers_baseline',
};

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
  const ofTwoStates = ['L_cycles', 'L_layers'] as const;
  const ofTrm = ['mlp_t', 'puzzle_emb_len', 'no_ACT_continue'] as const;
  const isTrm = model.family === 'trm' || model.family === 'singleZ';
  const known = [...ofAll, ...(model.family === 'direct' ? [] : ofTwoStates), ...(isTrm ? ofTrm : [])];
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
