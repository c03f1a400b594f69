/** What is wrong with the values of the form that sets up a run, by field. */
import { MAX_RUN_SECONDS, MAX_SEED } from '../../../../electron/contract/limits';
import { t } from '../../../messages/language.svelte';
import type { RunSetupValues } from './run-setup.svelte';

/** Puzzles per step. */
export const MAX_BATCH_SIZE = 4096;

type CheckedField = 'maxSeconds' | 'seed' | 'maxSteps' | 'batchSize' | 'learningRate' | 'extraClues' | 'maxEvalSamples';
export type FieldProblems = Partial<Record<CheckedField, string>>;

interface FieldCheck {
  /** Null for an empty field. */
  readonly isValid: (value: number | null) => boolean;
  readonly describe: () => string;
}

const isWithin = (value: number | null, from: number, to: number): boolean =>
  value !== null && value >= from && value <= to;
const isWhole = (value: number | null, from: number, to = Number.MAX_SAFE_INTEGER): boolean =>
  Number.isInteger(value) && isWithin(value, from, to);

/** The settings that may be empty keep the values of the preset then. */
const checks: Readonly<Record<CheckedField, FieldCheck>> = {
  maxSeconds: {
    isValid: (value) => isWithin(value, 1, MAX_RUN_SECONDS),
    describe: () => t('train.setup.timeError'),
  },
  seed: {
    isValid: (value) => isWhole(value, 0, MAX_SEED),
    describe: () => t('train.setup.seedError', { max: MAX_SEED }),
  },
  maxSteps: {
    isValid: (value) => value === null || isWhole(value, 1),
    describe: () => t('train.setup.maxStepsError'),
  },
  batchSize: {
    isValid: (value) => value === null || isWhole(value, 1, MAX_BATCH_SIZE),
    describe: () => t('train.setup.batchSizeError', { max: MAX_BATCH_SIZE }),
  },
  learningRate: {
    isValid: (value) => value === null || (value > 0 && value <= 1e6),
    describe: () => t('train.setup.learningRateError'),
  },
  extraClues: {
    isValid: (value) => value === null || isWithin(value, 0, 100),
    describe: () => t('train.setup.extraCluesError'),
  },
  maxEvalSamples: {
    isValid: (value) => value === null || isWhole(value, 1),
    describe: () => t('train.setup.maxEvalSamplesError'),
  },
};

export function findFieldProblems(values: Pick<RunSetupValues, CheckedField>): FieldProblems {
  const fields = (Object.keys(checks) as CheckedField[]).filter((field) => !checks[field].isValid(values[field]));
  return Object.fromEntries(fields.map((field) => [field, checks[field].describe()]));
}
