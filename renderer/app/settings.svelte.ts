/** The settings of the window. Main stores them; a change applies at once, and `failure` is set if it could not be stored. */
import type { MainApi, Preferences } from '../../electron/contract/main-api';
import { defaultPreferences } from '../../electron/contract/main-api';
import { describeError } from './compute.svelte';

export type SettingsApi = Pick<MainApi, 'getSettings' | 'updateSettings' | 'onSettingsChanged'>;

export class SettingsStore {
  values = $state.raw<Preferences>(defaultPreferences);
  /** Whether `values` are the stored ones. */
  isLoaded = $state(false);
  /** Why the last change could not be stored; null while all are. */
  failure = $state<string | null>(null);
  readonly isDefault = $derived(resettable.every((key) => isSame(this.values[key], defaultPreferences[key])));

  constructor(private readonly mainApi: SettingsApi) {}

  /** Reads the stored settings and follows changes made elsewhere; returns the function that stops following. */
  start(): () => void {
    // Without an answer the defaults apply.
    this.mainApi.getSettings().then(
      (stored) => ([this.values, this.isLoaded] = [stored, true]),
      (reason: unknown) => (this.failure = describeError(reason)),
    );
    return this.mainApi.onSettingsChanged((stored) => (this.values = stored));
  }

  async change(changes: Partial<Preferences>): Promise<void> {
    this.values = { ...this.values, ...changes };
    try {
      await this.mainApi.updateSettings(plainCopy(changes));
      this.failure = null;
    } catch (reason) {
      this.failure = describeError(reason);
    }
  }

  /** Resets to the defaults. @returns the values before, to undo it */
  async reset(): Promise<Pick<Preferences, (typeof resettable)[number]>> {
    const before = this.values;
    await this.change(pickResettable(defaultPreferences));
    return pickResettable(before);
  }
}

/** Settings that a reset changes; recently used commands are not among them. */
const resettable = ['theme', 'textSize', 'motion', 'cores', 'keepAwake', 'presenterHides'] as const;

const pickResettable = ({ theme, textSize, motion, cores, keepAwake, presenterHides }: Preferences) => ({
  theme,
  textSize,
  motion,
  cores,
  keepAwake,
  presenterHides,
});

const isSame = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other);

/** Reactive values cannot be sent to main. */
const plainCopy = (changes: Partial<Preferences>): Partial<Preferences> =>
  JSON.parse(JSON.stringify(changes)) as Partial<Preferences>;
