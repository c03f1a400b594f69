/** The settings of a run that the set-up offers one by one beside those with fields of their own: ranges, options, and where they apply. */
import type { FamilyInfo, Preset } from '../../../../electron/contract/contract';
import { t } from '../../../messages/language.svelte';
import type { MessageId, Text } from '../../../messages/message';

export type Settings = Preset['settings'];
type Family = FamilyInfo['id'];

interface NumberSetting {
  readonly min: number;
  readonly max: number;
  readonly isWhole: boolean;
}

interface Option {
  readonly value: string | boolean;
  readonly label: MessageId;
}

type Field = NumberSetting | { readonly options: readonly Option[] };

const whole = (min: number, max: number): NumberSetting => ({ min, max, isWhole: true });
const amount = (min: number, max: number): NumberSetting => ({ min, max, isWhole: false });
const choice = (values: Readonly<Record<string, MessageId>>): Field => ({
  options: Object.entries(values).map(([value, label]) => ({ value, label })),
});
const onOff: Field = {
  options: [
    { value: false, label: 'train.setup.curriculumOff' },
    { value: true, label: 'train.setup.curriculumOn' },
  ],
};

const familyNames = {
  trm: 'train.setting.family.trm',
  singleZ: 'train.setting.family.singleZ',
  hrm: 'train.setting.family.hrm',
  direct: 'train.setting.family.direct',
  symbolEquivariant: 'train.setting.family.symbolEquivariant',
  convolutional: 'train.setting.family.convolutional',
  axial: 'train.setting.family.axial',
  lineSum: 'train.setting.family.lineSum',
} as const satisfies Record<Family, MessageId>;

/** In the order of the form; the bounds are those of the schema of the request. */
const fields = {
  family: choice(familyNames),
  hiddenSize: whole(1, 65_536),
  numHeads: whole(1, 65_536),
  expansion: amount(0.01, 1000),
  mlpT: {
    options: [
      { value: true, label: 'train.setting.mlpT.mlp' },
      { value: false, label: 'train.setting.mlpT.other' },
    ],
  },
  posEncodings: choice({
    none: 'train.setting.posEncodings.none',
    learned: 'train.setting.posEncodings.learned',
    rope: 'train.setting.posEncodings.rope',
  }),
  hLayers: whole(0, 1024),
  lLayers: whole(0, 1024),
  hCycles: whole(1, 1024),
  lCycles: whole(0, 1024),
  separateNetworks: onOff,
  oneStepGradient: onOff,
  haltMaxSteps: whole(1, 1024),
  haltExplorationProb: amount(0, 1),
  haltExploration: choice({
    perStep: 'train.setting.haltExploration.perStep',
    perExample: 'train.setting.haltExploration.perExample',
  }),
  startFromPrevious: amount(0, 1),
  optimizer: choice({ adamAtan2: 'train.setting.optimizer.adamAtan2', adamW: 'train.setting.optimizer.adamW' }),
  warmupSteps: whole(0, 2 ** 31),
  minRatio: amount(0, 1),
  weightDecay: amount(0, 1000),
  ema: amount(0, 0.999999),
  loss: choice({ stablemax: 'train.setting.loss.stablemax', softmax: 'train.setting.loss.softmax' }),
  symmetricCopies: whole(1, 1000),
} as const satisfies Partial<Record<keyof Settings, Field>>;

export type SettingName = keyof typeof fields;
export const settingNames = Object.keys(fields) as SettingName[];
export const getField = (name: SettingName): Field => fields[name];

/** Sections of the form, with the first setting of each. */
export const sections = [
  { title: 'train.setting.section.model', names: settingNames.slice(0, settingNames.indexOf('hCycles')) },
  {
    title: 'train.setting.section.recursion',
    names: settingNames.slice(settingNames.indexOf('hCycles'), settingNames.indexOf('optimizer')),
  },
  { title: 'train.setting.section.optimization', names: settingNames.slice(settingNames.indexOf('optimizer')) },
] as const satisfies readonly { title: MessageId; names: readonly SettingName[] }[];

/** Settings that the weights of a model depend on: those of a model to fine-tune cannot be changed. */
export const weightSettings: readonly SettingName[] = [
  ...(['family', 'hiddenSize', 'numHeads', 'expansion', 'mlpT', 'posEncodings', 'hLayers', 'lLayers'] as const),
  'separateNetworks',
];

/** Settings that another family comes with. */
export const familySettings: readonly SettingName[] = [
  ...(['mlpT', 'posEncodings', 'hLayers', 'lLayers', 'hCycles', 'lCycles'] as const),
  ...(['separateNetworks', 'oneStepGradient'] as const),
];

export const without = (settings: Settings, names: readonly SettingName[]): Settings =>
  Object.fromEntries(Object.entries(settings).filter(([name]) => !names.some((other) => other === name)));

/** Whether a setting has an effect on models of a family. @param settings those of the run, defaults included */
export function applies(name: SettingName, family: FamilyInfo, { mlpT, separateNetworks }: Settings): boolean {
  const hasAttention = family.hasAttention && !(mlpT && family.canUseMlp);
  const conditions: Partial<Record<SettingName, boolean>> = {
    numHeads: hasAttention,
    posEncodings: family.hasAttention,
    mlpT: family.canUseMlp && family.canUseOther,
    hLayers: family.hasHNetwork || separateNetworks === true,
    lLayers: family.hasCycles,
    hCycles: family.hasCycles,
    lCycles: family.hasCycles,
    separateNetworks: family.hasVariants,
    oneStepGradient: family.hasVariants,
  };
  return conditions[name] ?? true;
}

/** The value where it is one of the field, else undefined. */
export function parseSettingValue(name: SettingName, value: unknown): Settings[SettingName] | undefined {
  const field = getField(name);
  if ('options' in field) return field.options.find((option) => option.value === value)?.value as Settings[SettingName];
  if (typeof value !== 'number') return undefined;
  const isValid = value >= field.min && value <= field.max && (!field.isWhole || Number.isInteger(value));
  return isValid ? value : undefined;
}

/** What is wrong with the settings, by name. */
export function findSettingProblems(settings: Settings): Partial<Record<SettingName, string>> {
  const wrong = settingNames.filter(
    (name) => settings[name] !== undefined && parseSettingValue(name, settings[name]) === undefined,
  );
  return Object.fromEntries(wrong.map((name) => [name, describeRange(name)]));
}

function describeRange(name: SettingName): string {
  const field = getField(name);
  if ('options' in field) return t('train.setting.choiceError');
  const range = { min: field.min, max: field.max };
  return field.isWhole ? t('train.setting.wholeError', range) : t('train.setting.rangeError', range);
}

/** The fields that a refused combination is shown at; those with a parameter `setting` name theirs. */
const conflictFields: Partial<Record<MessageId, SettingName>> = {
  'config.fixedSymbols': 'family',
  'config.squareGrid': 'family',
  'config.squareGridMixing': 'family',
  'config.symbolsOnly': 'family',
  'config.otherWeights': 'family',
  'config.clippingTooLarge': 'hiddenSize',
  'config.needsMlp': 'mlpT',
  'config.needsAttention': 'mlpT',
  'config.noRope': 'posEncodings',
  'config.tooManyHeads': 'numHeads',
  'config.oddHeadWidth': 'numHeads',
  'config.puzzleEmbTooWide': 'hiddenSize',
  'config.trmVariant': 'separateNetworks',
  'config.tooManyBlocks': 'hCycles',
  'config.ownCopies': 'symmetricCopies',
  'config.tooManyCopies': 'symmetricCopies',
};

/** The setting that a refusal is about; null where it is about no setting of this form. */
export function findConflictField(reason: Text | null): SettingName | null {
  if (typeof reason !== 'object' || reason === null || !('id' in reason)) return null;
  const named = reason.id.startsWith('config.') ? reason.parameters['setting'] : undefined;
  return settingNames.find((name) => name === named) ?? conflictFields[reason.id] ?? null;
}
