/** The form of an experiment of the user's own: its values, and the request that it makes. */
import type { OwnExperiment } from '../../../electron/contract/experiment-requests';
import { MAX_REPEATED_SEEDS, MAX_RUN_SECONDS, MAX_SEED } from '../../../electron/contract/limits';
import { exampleValues, parseValues, type SettingName } from './variation-values';

/** A setting that is varied, and its values as they were typed. */
interface VariationField {
  name: SettingName;
  text: string;
}

export const MAX_VARIATIONS = 2;

export const MAX_FIRST_SEED = MAX_SEED - MAX_REPEATED_SEEDS;

/** Whether seeds can begin with it; null for the usual one. */
export const isFirstSeed = (seed: number | null): boolean =>
  seed === null || (Number.isInteger(seed) && seed >= 0 && seed <= MAX_FIRST_SEED);

export class OwnExperimentForm {
  dataset = $state<string | null>(null);
  preset = $state<string | null>(null);
  seeds = $state<number | null>(3);
  /** Null for 1. */
  firstSeed = $state<number | null>(null);
  minutes = $state<number | null>(10);
  variations = $state<VariationField[]>([{ name: 'hCycles', text: '1, 2, 3' }]);
  /** Of all conditions, from the experiment that is repeated. */
  settings = $state.raw<OwnExperiment['settings']>({});

  /** Positions of the settings whose values are not a list of two or more. */
  readonly invalid = $derived(
    this.variations.flatMap(({ name, text }, index) => (parseValues(name, text) === null ? [index] : [])),
  );

  readonly isSeedsValid = $derived(
    this.seeds !== null && Number.isInteger(this.seeds) && this.seeds >= 1 && this.seeds <= MAX_REPEATED_SEEDS,
  );
  readonly isFirstSeedValid = $derived(isFirstSeed(this.firstSeed));
  readonly isMinutesValid = $derived(this.minutes !== null && this.minutes > 0 && 60 * this.minutes <= MAX_RUN_SECONDS);

  /** Null while something is missing or wrong. */
  readonly request = $derived.by((): OwnExperiment | null => {
    const { dataset, preset, seeds, firstSeed, minutes } = this;
    if (dataset === null || preset === null || seeds === null || minutes === null) return null;
    if (this.invalid.length > 0 || !this.isSeedsValid || !this.isFirstSeedValid || !this.isMinutesValid) return null;
    const variations = this.variations.map(({ name, text }) => ({ name, values: parseValues(name, text) ?? [] }));
    const repeated = { seeds, ...(firstSeed !== null && { firstSeed }) };
    return { dataset, preset, settings: this.settings, variations, ...repeated, maxSeconds: 60 * minutes };
  });

  /** Takes over an experiment, with the seeds that follow its own. */
  fill({ dataset, preset, settings, variations, seeds, firstSeed = 1, maxSeconds }: OwnExperiment): void {
    [this.dataset, this.preset, this.settings] = [dataset, preset, settings];
    [this.seeds, this.firstSeed, this.minutes] = [seeds, firstSeed + seeds, maxSeconds / 60];
    this.variations = variations.map(({ name, values }) => ({ name, text: values.join(', ') }));
  }

  add(): void {
    const name = this.variations.some((other) => other.name === 'lCycles') ? 'hCycles' : 'lCycles';
    this.variations = [...this.variations, { name, text: exampleValues(name) }];
  }

  remove(index: number): void {
    this.variations = this.variations.filter((_, other) => other !== index);
  }

  chooseSetting(index: number, name: SettingName): void {
    this.variations[index] = { name, text: exampleValues(name) };
  }
}
