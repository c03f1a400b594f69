/** The form that starts a run: its values, validation, request and cost estimate. */
import { getKind } from '../../../../datasets/kinds/registry';
import type { AppInfo, Model, Output, Preset, PresetResult, RunRequest } from '../../../../electron/contract/contract';
import { MAX_RUN_SECONDS } from '../../../../electron/contract/limits';
import type { OptimizerStateChoice } from '../../../../electron/contract/runs';
import type { CatalogStore } from '../../../app/catalog-store.svelte';
import type { Compute, Loaded } from '../../../app/compute.svelte';
import { failed, loadedValue, loading, ready } from '../../../app/compute.svelte';
import { formatText, t } from '../../../messages/language.svelte';
import { hasId, type MessageId, type Text } from '../../../messages/message';
import type { SettingsStorage } from '../charts/chart-view.svelte';
import { findFieldProblems, type FieldProblems } from './field-problems';
import * as fields from './setting-fields';
import type { SettingName, Settings } from './setting-fields';

export const precisionOptions = ['float32', 'mixed', 'int8'] as const satisfies readonly NonNullable<
  RunRequest['precision']
>[];
export type PrecisionOption = (typeof precisionOptions)[number];

export const curriculumOptions = ['preset', 'on', 'off'] as const satisfies readonly NonNullable<
  RunRequest['curriculum']
>[];
export type CurriculumOption = (typeof curriculumOptions)[number];

/** Null and empty fields keep the values of the preset. */
export interface RunSetupValues {
  dataset: string | null;
  preset: string | null;
  seed: number | null;
  /** `MAX_RUN_SECONDS`: all steps. */
  maxSeconds: number | null;
  name: string;
  maxSteps: number | null;
  batchSize: number | null;
  learningRate: number | null;
  precision: PrecisionOption | null;
  /** Percentage of the training puzzles that show further clues. */
  extraClues: number | null;
  maxEvalSamples: number | null;
  curriculum: CurriculumOption | null;
  /** Id of a model to fine-tune; null for new weights. */
  from: string | null;
  trainable: 'all' | 'puzzleEmbeddings';
  /** Whether a fine-tuned model continues with the state of its optimizer. */
  optimizerState: OptimizerStateChoice;
  /** The other settings that replace those of the preset. */
  settings: Settings;
}

export const defaultValues: RunSetupValues = {
  dataset: null,
  preset: null,
  seed: 1,
  maxSeconds: 180,
  name: '',
  maxSteps: null,
  batchSize: null,
  learningRate: null,
  precision: null,
  extraClues: null,
  maxEvalSamples: null,
  curriculum: null,
  from: null,
  trainable: 'all',
  optimizerState: 'reset',
  settings: {},
};

/** Why the run cannot be started; null if it can. */
export const findProblem = (values: RunSetupValues): string | null =>
  [...Object.values(findFieldProblems(values)), ...Object.values(fields.findSettingProblems(values.settings))][0] ??
  findMissingChoice(values);

const findMissingChoice = ({ dataset, preset }: RunSetupValues): string | null =>
  dataset && preset ? null : t('train.setup.noChoice');

/** The request for compute; null while a value is invalid. */
export function createRequest(values: RunSetupValues): RunRequest | null {
  const { dataset, preset, seed, maxSeconds, name, maxSteps, batchSize, learningRate, precision, from, trainable } =
    values;
  const { extraClues, maxEvalSamples, curriculum, optimizerState, settings } = values;
  if (findProblem(values) !== null || !dataset || !preset || seed === null || maxSeconds === null) return null;
  const title = name.trim();
  return {
    dataset,
    preset,
    seed,
    maxSeconds,
    ...(title !== '' && { name: title.slice(0, 200) }),
    ...(maxSteps !== null && { maxSteps }),
    ...(batchSize !== null && { batchSize }),
    ...(learningRate !== null && { learningRate }),
    ...(precision !== null && { precision }),
    ...(extraClues !== null && { extraClues: extraClues / 100 }),
    ...(maxEvalSamples !== null && { maxEvalSamples }),
    ...(curriculum !== null && { curriculum }),
    ...settings,
    ...(from !== null && { from, trainable, ...(optimizerState === 'keep' && { optimizerState }) }),
  };
}

/** The values of the form for an existing request. */
export function valuesFromRequest(request: RunRequest): RunSetupValues {
  const {
    dataset,
    preset,
    seed,
    maxSeconds,
    name = '',
    maxSteps = null,
    batchSize = null,
    learningRate = null,
    precision = null,
    maxEvalSamples = null,
    curriculum = null,
    from = null,
    trainable = 'all',
    optimizerState = 'reset',
  } = request;
  const extraClues = request.extraClues === undefined ? null : 100 * request.extraClues;
  return {
    ...{ dataset, preset, seed, maxSeconds, name, maxSteps, batchSize, learningRate, precision, from, trainable },
    ...{ extraClues, maxEvalSamples, curriculum, optimizerState, settings: parseSettings(request) },
  };
}

/** The settings of the form among other values, without invalid ones. */
function parseSettings(values: unknown): Settings {
  const given: Readonly<Record<string, unknown>> = { ...(typeof values === 'object' ? values : null) };
  const entries = fields.settingNames.map((name) => [name, fields.parseSettingValue(name, given[name])] as const);
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined));
}

/** Parses stored values; invalid ones become the defaults. */
export function parseValues(text: string | null): RunSetupValues {
  try {
    // Older versions stored `trainable` as `learns`.
    const stored = JSON.parse(text ?? '{}') as Partial<Record<keyof RunSetupValues | 'learns', unknown>>;
    const word = (value: unknown) => (typeof value === 'string' && value.length <= 200 ? value : null);
    const amount = (value: unknown) => (typeof value === 'number' && Number.isFinite(value) ? value : null);
    return {
      dataset: word(stored.dataset),
      preset: word(stored.preset),
      from: word(stored.from),
      seed: amount(stored.seed) ?? defaultValues.seed,
      maxSeconds: amount(stored.maxSeconds) ?? defaultValues.maxSeconds,
      name: word(stored.name) ?? '',
      maxSteps: amount(stored.maxSteps),
      batchSize: amount(stored.batchSize),
      learningRate: amount(stored.learningRate),
      precision: precisionOptions.find((precision) => precision === stored.precision) ?? null,
      extraClues: amount(stored.extraClues),
      maxEvalSamples: amount(stored.maxEvalSamples),
      curriculum: curriculumOptions.find((curriculum) => curriculum === stored.curriculum) ?? null,
      trainable:
        stored.trainable === 'puzzleEmbeddings' || stored.learns === 'puzzle embeddings' ? 'puzzleEmbeddings' : 'all',
      optimizerState: stored.optimizerState === 'keep' ? 'keep' : 'reset',
      settings: parseSettings(stored.settings),
    };
  } catch {
    return defaultValues;
  }
}

/** Whether a value overrides the preset. */
export function isAdvanced(values: RunSetupValues): boolean {
  return advanced.some((name) => values[name] !== null) || Object.keys(values.settings).length > 0;
}

/** Settings that override the preset. */
const advanced = [
  'maxSteps',
  'batchSize',
  'learningRate',
  'precision',
  'extraClues',
  'maxEvalSamples',
  'curriculum',
] as const;

/** What a preset reached on puzzles of a kind, which may be a failure; undefined where it is unknown. */
export const findResult = ({ results }: Preset, kind: string): PresetResult | undefined =>
  results.find((result) => result.kind === kind);

/** The preset that trains models like this one; the first where none is of its family. */
export function presetFor(
  { preset, family }: { readonly preset?: string | undefined; readonly family: string },
  { presets }: Pick<AppInfo, 'presets'>,
): string | null {
  const found = presets.find(({ id }) => id === preset) ?? presets.find((each) => each.family === family) ?? presets[0];
  return found?.id ?? null;
}

const storageKey = 'train/set-up';

/** What compute refuses whatever the memory and the device are. */
const conflicts = [
  'checkpoint.folder.noOptimizer',
  'config.fixedSymbols',
  'config.frozenOptimizer',
  'config.noExtraClues',
  'config.noPuzzleEmbeddings',
  'config.otherPuzzles',
] as const satisfies readonly MessageId[];

export class RunSetup {
  values = $state() as RunSetupValues;
  /** Cost of the run as set up. */
  preflight = $state.raw<Loaded<Output<'preflight'>>>(loading);
  isBenchmarking = $state(false);

  /** Null while a value is invalid. */
  readonly request = $derived.by(() => createRequest(this.values));
  /** Settings that exclude each other, by the last estimate; null if there are none. */
  readonly #conflict = $derived.by((): Text | null => {
    const reason = loadedValue(this.preflight)?.reason ?? null;
    return hasId(reason, conflicts) || fields.findConflictField(reason) !== null ? reason : null;
  });
  /** What is wrong with the values of fields. */
  readonly fieldProblems = $derived.by((): FieldProblems => ({
    ...(hasId(this.#conflict, ['config.noExtraClues']) && { extraClues: formatText(this.#conflict ?? '') }),
    ...findFieldProblems(this.values),
  }));
  readonly settingProblems = $derived.by((): Partial<Record<SettingName, string>> => {
    const name = fields.findConflictField(this.#conflict);
    return {
      ...(name !== null && { [name]: formatText(this.#conflict ?? '') }),
      ...fields.findSettingProblems(this.values.settings),
    };
  });
  /** The settings of the run while none is changed but the family. */
  readonly settingDefaults = $derived.by((): Settings => {
    const preset = loadedValue(this.catalog.appInfo)?.presets.find(({ id }) => id === this.values.preset);
    const needed = this.values.settings.family === undefined ? {} : this.#family?.settings[this.values.preset ?? ''];
    const { hCycles, lCycles, haltMaxSteps } = this.model ?? {};
    return { ...preset?.settings, ...needed, ...(this.model && { hCycles, lCycles, haltMaxSteps }) };
  });
  /** What is missing, whatever the fields are; null if nothing is. */
  readonly choiceProblem = $derived.by((): string | null => {
    const { from } = this.values;
    if (from !== null && this.catalog.models.state === 'ready' && !this.model)
      return t('train.setup.missingModelError');
    return findMissingChoice(this.values);
  });
  /** Why the run cannot be started; null if it can. */
  readonly problem = $derived.by(
    () =>
      Object.values(this.fieldProblems)[0] ??
      Object.values(this.settingProblems)[0] ??
      this.choiceProblem ??
      (this.#conflict && formatText(this.#conflict)),
  );
  /** The model to fine-tune; null for new weights. */
  readonly model = $derived.by((): Model | null =>
    this.values.from === null ? null : (this.catalog.model(this.values.from) ?? null),
  );
  /** Whether a dataset and a preset are chosen: before, defaults would replace what the user enters. */
  readonly hasDefaults = $derived.by(() => findMissingChoice(this.values) === null);
  #benchmark: AbortController | null = null;
  /** The settings whose cost is shown, as JSON; null before the first. */
  #estimated: string | null = null;

  constructor(
    private readonly compute: Compute,
    private readonly catalog: CatalogStore,
    private readonly storage: SettingsStorage,
  ) {
    this.values = { ...parseValues(storage.getItem(storageKey)) };
  }

  /** Stores the values for a reload of the window; to be called after every change. */
  save(): void {
    this.storage.setItem(storageKey, JSON.stringify(this.values));
  }

  /** Selects the first dataset and preset where none is chosen or the chosen one is gone. */
  fillDefaults(): void {
    const [lab, datasets] = [loadedValue(this.catalog.appInfo), loadedValue(this.catalog.datasets)];
    if (!datasets?.some(({ id }) => id === this.values.dataset)) this.chooseDataset(lab?.datasets[0]?.id ?? null);
    if (!lab?.presets.some(({ id }) => id === this.values.preset)) this.values.preset = lab?.presets[0]?.id ?? null;
  }

  /** Chooses a dataset, and with puzzles of another kind the preset that is known to learn them, for as long as it needs. */
  chooseDataset(id: string | null): void {
    const before = this.#kind;
    this.values.dataset = id;
    const kind = this.#kind;
    if (kind === null || kind === before || this.values.from !== null) return;
    const preset = loadedValue(this.catalog.appInfo)?.presets.find((each) => each.id === getKind(kind).defaultPreset);
    if (!preset) return;
    this.values.preset = preset.id;
    this.values.maxSeconds = findResult(preset, kind) ? MAX_RUN_SECONDS : defaultValues.maxSeconds;
  }

  get #kind(): string | null {
    return this.catalog.dataset(this.values.dataset ?? '')?.kind ?? null;
  }

  /** Empty fields again. */
  resetToPreset(): void {
    for (const name of advanced) this.values[name] = null;
    this.values.settings = {};
  }

  /** The family of the model, where it is chosen or that of the preset. */
  get #family() {
    const lab = loadedValue(this.catalog.appInfo);
    const preset = lab?.presets.find(({ id }) => id === this.values.preset);
    const id = this.values.settings.family ?? preset?.settings.family;
    return lab?.families.find((family) => family.id === id);
  }

  /** Whether a setting has an effect on the model, and can be chosen for its weights. */
  isSettingUsed(name: SettingName): boolean {
    if (this.values.from !== null && fields.weightSettings.includes(name)) return false;
    const settings = { ...this.settingDefaults, ...this.values.settings };
    return this.#family === undefined || fields.applies(name, this.#family, settings);
  }

  /** Empty values keep those of the preset. Another family comes with the settings that it needs. */
  changeSetting(name: SettingName, value: string | number | boolean | null | undefined): void {
    const dropped = name === 'family' ? fields.familySettings : [];
    const others = fields.without(this.values.settings, [name, ...dropped]);
    const isDefault =
      value === null || value === undefined || (name !== 'family' && value === this.settingDefaults[name]);
    const isOwnFamily = name === 'family' && value === this.#presetFamily;
    this.values.settings = isDefault || isOwnFamily ? others : { ...others, [name]: value };
  }

  get #presetFamily() {
    return loadedValue(this.catalog.appInfo)?.presets.find(({ id }) => id === this.values.preset)?.settings.family;
  }

  /** Fine-tunes a model: on its own dataset if that is here, else on one of its kind. */
  startFrom(model: Model): void {
    const [lab, dataset] = [loadedValue(this.catalog.appInfo), this.catalog.datasetsFor(model)[0]];
    [this.values.from, this.values.optimizerState] = [model.id, 'reset'];
    this.values.settings = fields.without(this.values.settings, fields.weightSettings);
    if (lab) this.values.preset = presetFor(model, lab);
    if (dataset && this.catalog.dataset(this.values.dataset ?? '')?.kind !== dataset.kind)
      this.values.dataset = dataset.id;
  }

  startFresh(): void {
    [this.values.from, this.values.trainable, this.values.optimizerState] = [null, 'all', 'reset'];
  }

  /** Requests the cost of the run as set up; outdated answers are dropped, and the cost of other settings is not shown meanwhile. */
  async runPreflight(): Promise<void> {
    this.#benchmark?.abort();
    const input = this.#preflightInput();
    const settings = JSON.stringify(input);
    if (this.#estimated !== null && this.#estimated !== settings) this.preflight = loading;
    if (!input) return;
    const answer = await this.compute.request('preflight', input).then(ready, failed);
    if (JSON.stringify(this.#preflightInput()) === settings) [this.preflight, this.#estimated] = [answer, settings];
  }

  /** Trains the first steps to estimate the cost of the whole run; a change of the values aborts it. */
  async benchmark(): Promise<void> {
    if (!this.request || this.isBenchmarking) return;
    const { signal } = (this.#benchmark = new AbortController());
    this.isBenchmarking = true;
    const answer = await this.compute
      .request('preflight', { ...this.request, benchmark: true }, signal)
      .then(ready, failed);
    this.isBenchmarking = false;
    if (!signal.aborted) this.preflight = answer;
  }

  cancelBenchmark(): void {
    this.#benchmark?.abort();
  }

  /** The estimate does not depend on seed and time, so these may be invalid. */
  #preflightInput() {
    const { dataset, preset } = this.values;
    // A built-in dataset is generated only when the user says so.
    if (!dataset || !preset || this.catalog.dataset(dataset)?.generation) return null;
    const request = createRequest({ ...this.values, seed: 1, maxSeconds: 60, name: '' });
    if (!request) return null;
    const { seed, maxSeconds, ...input } = request;
    return seed && maxSeconds ? input : null;
  }
}
