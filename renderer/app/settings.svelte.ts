/** What the person set about the window. Main keeps it; a choice holds at once and is told where it cannot be kept. */
import type { Host, Preferences } from '../../electron/contract/contract';
import { defaultPreferences } from '../../electron/contract/preferences';
import { messageOf } from './loaded';

export type SettingsDoor = Pick<Host, 'readSettings' | 'changeSettings' | 'onSettings'>;

export class Settings {
  values = $state.raw<Preferences>(defaultPreferences);
  /** Why the last choice will be forgotten; null while it is kept. */
  failure = $state<string | null>(null);
  readonly isUsual = $derived(keys.every((key) => same(this.values[key], defaultPreferences[key])));

  constructor(private readonly host: SettingsDoor) {}

  /** Reads what was kept and follows what is set elsewhere; returns the function that stops following. */
  start(): () => void {
    // Without an answer the lab looks as it does at first, which can be worked with.
    this.host.readSettings().then(
      (kept) => (this.values = kept),
      (reason: unknown) => (this.failure = messageOf(reason)),
    );
    return this.host.onSettings((kept) => (this.values = kept));
  }

  async change(changes: Partial<Preferences>): Promise<void> {
    this.values = { ...this.values, ...changes };
    try {
      await this.host.changeSettings(copyOf(changes));
      this.failure = null;
    } catch (reason) {
      this.failure = messageOf(reason);
    }
  }

  /** Back to what the lab begins with. @returns what was set, to bring it back */
  async reset(): Promise<Pick<Preferences, (typeof keys)[number]>> {
    const before = this.values;
    await this.change(chosen(defaultPreferences));
    return chosen(before);
  }
}

/** What a reset concerns; commands used last are no choice. */
const keys = ['theme', 'textSize', 'motion', 'presenterHides'] as const;

const chosen = ({ theme, textSize, motion, presenterHides }: Preferences) => ({
  theme,
  textSize,
  motion,
  presenterHides,
});

const same = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other);

/** What crosses to main must not be reactive. */
const copyOf = (changes: Partial<Preferences>): Partial<Preferences> =>
  JSON.parse(JSON.stringify(changes)) as Partial<Preferences>;
