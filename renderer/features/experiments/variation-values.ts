/** What an experiment can vary: every setting of a run, with how its values are written. */
import type { Variation } from '../../../electron/contract/experiment-requests';

export type SettingName = Variation['name'];

/** `word`: the names of choices; `switch`: true or false. */
const settingTypes: Readonly<Record<SettingName, 'number' | 'word' | 'switch'>> = {
  family: 'word',
  hiddenSize: 'number',
  numHeads: 'number',
  expansion: 'number',
  hLayers: 'number',
  lLayers: 'number',
  hCycles: 'number',
  lCycles: 'number',
  haltMaxSteps: 'number',
  haltExplorationProb: 'number',
  haltExploration: 'word',
  mlpT: 'switch',
  posEncodings: 'word',
  separateNetworks: 'switch',
  oneStepGradient: 'switch',
  loss: 'word',
  maxSteps: 'number',
  batchSize: 'number',
  learningRate: 'number',
  warmupSteps: 'number',
  minRatio: 'number',
  optimizer: 'word',
  weightDecay: 'number',
  ema: 'number',
  precision: 'word',
  curriculum: 'word',
  extraClues: 'number',
  symmetricCopies: 'number',
  startFromPrevious: 'number',
  maxEvalSamples: 'number',
};

export const settingNames = Object.keys(settingTypes) as SettingName[];

export type SettingValue = number | boolean | string;

/** The values of a list such as `1, 2, 4`; null where fewer than two differ or one is not of the setting's type. */
export function parseValues(name: SettingName, text: string): SettingValue[] | null {
  const words = text
    .split(/[,;\s]+/u)
    .map((word) => word.trim())
    .filter((word) => word !== '');
  const values = [...new Set(words)].map((word) => parseValue(name, word));
  return values.length < 2 || values.includes(null) ? null : (values as SettingValue[]);
}

function parseValue(name: SettingName, word: string): SettingValue | null {
  const type = settingTypes[name];
  if (type === 'word') return word;
  if (type === 'switch') return word === 'true' ? true : word === 'false' ? false : null;
  const value = Number(word);
  return Number.isFinite(value) ? value : null;
}

/** Values to start from. */
export const exampleValues = (name: SettingName): string =>
  ({ number: '1, 2', word: '', switch: 'true, false' })[settingTypes[name]];
