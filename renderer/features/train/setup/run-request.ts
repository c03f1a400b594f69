/** What a new run is asked to do, as it stands in the form: what is wrong with it, and what is sent. */
import type { Lab, RunRequest } from '../../../../electron/contract/contract';

/** Seven days, the contract's limit. */
export const longestBudget = 7 * 24 * 3600;
export const greatestSeed = 2 ** 31 - 1;

export const precisions = ['float32', 'mixed', 'int8'] as const satisfies readonly NonNullable<
  RunRequest['precision']
>[];
export type Precision = (typeof precisions)[number];

/** Fields that are left empty are as the preset has them. */
export interface SetUpValues {
  dataset: string | null;
  preset: string | null;
  seed: number | null;
  maxSeconds: number | null;
  name: string;
  maxSteps: number | null;
  batchSize: number | null;
  learningRate: number | null;
  precision: Precision | null;
  /** A model that is taught further; null starts from nothing. */
  from: string | null;
  learns: 'everything' | 'puzzle embeddings';
}

export const usualValues: SetUpValues = {
  dataset: null,
  preset: null,
  seed: 1,
  maxSeconds: 180,
  name: '',
  maxSteps: null,
  batchSize: null,
  learningRate: null,
  precision: null,
  from: null,
  learns: 'everything',
};

/** Why it cannot be started; null where it can. */
export function problemOf({
  dataset,
  preset,
  seed,
  maxSeconds,
  maxSteps,
  batchSize,
  learningRate,
}: SetUpValues): string | null {
  const isWhole = (value: number, from: number, to: number) => Number.isInteger(value) && value >= from && value <= to;
  if (maxSeconds === null || !(maxSeconds >= 1 && maxSeconds <= longestBudget))
    return 'The time must be between 1 second and 7 days.';
  if (seed === null || !isWhole(seed, 0, greatestSeed))
    return 'The seed must be a whole number from 0 to 2,147,483,647.';
  if (maxSteps !== null && !isWhole(maxSteps, 1, Number.MAX_SAFE_INTEGER))
    return 'The greatest number of steps must be a whole number above 0.';
  if (batchSize !== null && !isWhole(batchSize, 1, 4096)) return 'The batch must be a whole number from 1 to 4,096.';
  if (learningRate !== null && !(learningRate > 0 && learningRate <= 1e6)) return 'The learning rate must be above 0.';
  return dataset && preset ? null : 'Choose puzzles and a model.';
}

/** What compute is asked; null while something is wrong. */
export function requestOf(values: SetUpValues): RunRequest | null {
  const { dataset, preset, seed, maxSeconds, name, maxSteps, batchSize, learningRate, precision, from, learns } =
    values;
  if (problemOf(values) !== null || !dataset || !preset || seed === null || maxSeconds === null) return null;
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
    ...(from !== null && { from, learns }),
  };
}

/** The form of a run that was asked for. */
export function valuesOf(request: RunRequest): SetUpValues {
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
    from = null,
    learns = 'everything',
  } = request;
  return { dataset, preset, seed, maxSeconds, name, maxSteps, batchSize, learningRate, precision, from, learns };
}

/** As it was kept; what does not make sense is as usual. */
export function readValues(text: string | null): SetUpValues {
  try {
    const kept = JSON.parse(text ?? '{}') as Partial<Record<keyof SetUpValues, unknown>>;
    const word = (value: unknown) => (typeof value === 'string' && value.length <= 200 ? value : null);
    const amount = (value: unknown) => (typeof value === 'number' && Number.isFinite(value) ? value : null);
    return {
      dataset: word(kept.dataset),
      preset: word(kept.preset),
      from: word(kept.from),
      seed: amount(kept.seed) ?? usualValues.seed,
      maxSeconds: amount(kept.maxSeconds) ?? usualValues.maxSeconds,
      name: word(kept.name) ?? '',
      maxSteps: amount(kept.maxSteps),
      batchSize: amount(kept.batchSize),
      learningRate: amount(kept.learningRate),
      precision: precisions.find((precision) => precision === kept.precision) ?? null,
      learns: kept.learns === 'puzzle embeddings' ? kept.learns : 'everything',
    };
  } catch {
    return usualValues;
  }
}

/** Whether anything is other than the preset has it. */
export function isAdvanced({ maxSteps, batchSize, learningRate, precision }: SetUpValues): boolean {
  return [maxSteps, batchSize, learningRate, precision].some((value) => value !== null);
}

/** The preset that trains models like this one; the first where none is of its family. */
export function presetFor(
  { preset, family }: { readonly preset?: string | undefined; readonly family: string },
  { presets }: Pick<Lab, 'presets'>,
): string | null {
  const found = presets.find(({ id }) => id === preset) ?? presets.find((each) => each.family === family) ?? presets[0];
  return found?.id ?? null;
}
