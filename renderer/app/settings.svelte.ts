/** The settings of the window. Main stores them; a change applies at once, and `failure` is set if they could not be read or stored. */
import type { MainApi, Preferences } from '../../electron/contract/main-api';
import { defaultPreferences } from '../../electron/contract/main-api';
import { formatText, t } from '../messages/language.svelte';
import type { Text } from '../messages/message';
import { describeError } from './compute.svelte';

export type SettingsApi = Pick<
  MainApi,
  'getSettings' | 'updateSettings' | 'onSettingsChanged' | 'getSettingsFailure' | 'onSettingsFailure'
>;

export class SettingsStore {
  values = $state.raw<Preferences>(defaultPreferences);
  /** Whether `values` are the stored ones. */
  isLoaded = $state(false);
  /** A sentence: why the settings could not be read, or the last change could not be stored; null while all are. */
  failure = $state<string | null>(null);
  readonly isDefault = $derived(resettable.every((key) => isSame(this.values[key], defaultPreferences[key])));

  /** @param onFailure called with each value of `failure` */
  constructor(
    private readonly mainApi: SettingsApi,
    private readonly onFailure: (failure: string | null) => void = () => undefined,
  ) {}

  /** Reads the stored settings and follows changes made elsewhere; returns the function that stops following. */
  start(): () => void {
    // Without an answer the defaults apply.
    this.mainApi.getSettings().then(
      (stored) => ([this.values, this.isLoaded] = [stored, true]),
      (reason: unknown) => this.#setFailure(describeError(reason)),
    );
    this.mainApi.getSettingsFailure().then(
      (failure) => failure !== null && this.#receiveFailure(failure),
      () => undefined,
    );
    const stops = [
      this.mainApi.onSettingsChanged((stored) => (this.values = stored)),
      this.mainApi.onSettingsFailure((failure) => this.#receiveFailure(failure)),
    ];
    return () => stops.forEach((stop) => stop());
  }

  #receiveFailure(failure: Text | null): void {
    this.#setFailure(failure === null ? null : formatText(failure));
  }

  #setFailure(failure: string | null): void {
    this.failure = failure;
    this.onFailure(failure);
  }

  async change(changes: Partial<Preferences>): Promise<void> {
    this.values = { ...this.values, ...changes };
    try {
      await this.mainApi.updateSettings(plainCopy(changes));
      this.#setFailure(null);
    } catch (reason) {
      // Main has sent the failure already, unless the call itself has failed.
      if (this.failure === null) this.#setFailure(t('settings.saveFailed', { reason: describeError(reason) }));
    }
  }

  /** Saves again what could not be saved. */
  async retry(): Promise<void> {
    if (this.failure !== null) await this.change({});
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
