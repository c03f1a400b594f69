/** Settings of a run that replace those of its preset, one by one: declared once for window, command line, queue and experiments. */
import { z } from 'zod';
import { ConfigError, latentUpdates, modelConfigSchema, type ModelConfig } from '../family/config';
import { settingsForFamily } from '../family/family-settings';
import { weightLayout } from '../family/weights';
import { precisions } from '../runtime/execution';
import { optimiserSchema } from '../optim/optimiser';
import { curriculumChoices, scaleCurriculum, usualCurriculum, type CurriculumChoice, type Stage } from './curriculum';
import { MAX_BATCH_SIZE, MAX_SYMMETRIC_COPIES, type RunConfig } from './run-config';

const share = z.number().min(0).max(1);
const steps = z
  .int()
  .min(0)
  .max(2 ** 31);

const modelSettings = modelConfigSchema.pick({
  family: true,
  hiddenSize: true,
  numHeads: true,
  expansion: true,
  hLayers: true,
  lLayers: true,
  hCycles: true,
  lCycles: true,
  haltMaxSteps: true,
  haltExplorationProb: true,
  haltExploration: true,
  mlpT: true,
  posEncodings: true,
  separateNetworks: true,
  oneStepGradient: true,
  loss: true,
}).shape;

export const runSettingsSchema = z
  .object({
    ...modelSettings,
    haltExploration: modelSettings.haltExploration.unwrap(),
    maxSteps: steps.min(1),
    batchSize: z.int().min(1).max(MAX_BATCH_SIZE),
    learningRate: z.number().positive().max(1e6),
    warmupSteps: steps,
    /** Where the learning rate ends, as a share of it; 1: no decay. */
    minRatio: share,
    optimizer: optimiserSchema.shape.name,
    weightDecay: z.number().min(0).max(1e3),
    /** Rate of the moving average of the weights; 0: none. */
    ema: z.number().min(0).max(0.999999),
    precision: z.enum(precisions),
    curriculum: z.enum(curriculumChoices),
    extraClues: share,
    /** Symmetric copies of each training puzzle, itself included: 1 is no augmentation. */
    symmetricCopies: z.int().min(1).max(MAX_SYMMETRIC_COPIES),
    startFromPrevious: share,
    maxEvalSamples: steps.min(1),
  })
  .partial();

export type RunSettings = Readonly<z.infer<typeof runSettingsSchema>>;
type SettingName = keyof RunSettings;

export const settingNames = Object.keys(runSettingsSchema.shape) as SettingName[];

/** The settings among other values, without those that are undefined. */
export const pickSettings = (values: RunSettings): RunSettings => pickDefined(values, settingNames);

type Defined<Values, Name extends keyof Values> = { [Key in Name]?: Exclude<Values[Key], undefined> };

function pickDefined<Values extends object, Name extends keyof Values>(
  values: Values,
  names: readonly Name[],
): Defined<Values, Name> {
  const entries = names.map((name) => [name, values[name]] as const);
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined)) as Defined<Values, Name>;
}

/** @param steps that the run has where the settings do not say: those that the preset needs for the puzzles, or its own */
export function applySettings(defaults: RunConfig, settings: RunSettings, steps = defaults.maxSteps): RunConfig {
  const { ema } = settings;
  const { curriculum: presetStages, ...others } = defaults;
  const maxSteps = settings.maxSteps ?? steps;
  const model = withModelSettings(defaults.model, settings);
  const run = { model, maxSteps, factor: maxSteps / defaults.maxSteps };
  const curriculum = createCurriculum(presetStages ?? [], run, settings.curriculum ?? 'preset');
  return {
    ...others,
    model,
    ...(curriculum.length > 0 && { curriculum }),
    optimiser: withOptimiser(defaults.optimiser, settings),
    schedule: withSchedule(defaults.schedule, settings, run.factor),
    ...(ema !== undefined && { ema: ema === 0 ? null : { rate: ema, warmup: true } }),
    maxSteps,
    ...pickDefined(settings, sameNames),
  };
}

/** Settings that are called the same in the configuration of a run. */
const sameNames = [
  'batchSize',
  'precision',
  'extraClues',
  'symmetricCopies',
  'startFromPrevious',
  'maxEvalSamples',
] as const;

const scheduleNames = ['learningRate', 'warmupSteps', 'minRatio'] as const;

const modelNames = Object.keys(modelSettings) as (keyof typeof modelSettings)[];

/** The settings of a configuration. Its curriculum is none of them, since it may be one of the preset's own. */
export function readSettings({
  model,
  optimiser,
  schedule,
  ema,
  ...run
}: Omit<RunConfig, 'seed' | 'maxSeconds'>): RunSettings {
  return {
    ...pickDefined(model, modelNames),
    ...pickDefined(run, ['maxSteps', ...sameNames]),
    ...pickDefined(schedule, scheduleNames),
    optimizer: optimiser.name,
    weightDecay: optimiser.weightDecay,
    ema: ema?.rate ?? 0,
  };
}

/** Another family comes with the settings that it needs. */
function withModelSettings(model: ModelConfig, settings: RunSettings): ModelConfig {
  const chosen = pickDefined(settings, modelNames);
  const { family } = chosen;
  const needed = family === undefined || family === model.family ? {} : settingsForFamily(family, model);
  return { ...model, ...needed, ...chosen };
}

function withOptimiser(defaults: RunConfig['optimiser'], settings: RunSettings): RunConfig['optimiser'] {
  const { optimizer: name = defaults.name, weightDecay = defaults.weightDecay } = settings;
  return { ...defaults, name, weightDecay };
}

function withSchedule(defaults: RunConfig['schedule'], settings: RunSettings, factor: number): RunConfig['schedule'] {
  const { learningRate, warmupSteps, minRatio } = { ...defaults, ...pickDefined(settings, scheduleNames) };
  return { learningRate, warmupSteps, minRatio, totalSteps: Math.round(defaults.totalSteps * factor) };
}

function createCurriculum(
  stages: NonNullable<RunConfig['curriculum']>,
  { model, maxSteps, factor }: { readonly model: ModelConfig; readonly maxSteps: number; readonly factor: number },
  choice: CurriculumChoice,
): NonNullable<RunConfig['curriculum']> {
  if (choice === 'off') return [];
  if (choice === 'on') return usualCurriculum(model, maxSteps);
  const isWithin = ({ hCycles, lCycles }: Stage) => hCycles <= model.hCycles && lCycles <= latentUpdates(model);
  return scaleCurriculum(stages.filter(isWithin), factor);
}

/** @throws ConfigError where a model that was trained has other weights than one with these settings */
export function requireSameWeights(trained: ModelConfig, config: ModelConfig, settings: RunSettings): void {
  const describe = (model: ModelConfig) =>
    JSON.stringify([model.family, weightLayout(model).specs.map(({ name, shape }) => [name, shape])]);
  if (describe(trained) === describe(config)) return;
  throw new ConfigError('config.otherWeights', { settings: Object.keys(pickSettings(settings)) });
}
