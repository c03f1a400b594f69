/** Appearance of the window: theme, motion and presenter mode, from the settings and the system's preferences. */
import { themes } from '../../electron/contract/main-api';
import type { SettingsStore } from './settings.svelte';

/** Calls `follow` with whether a media query matches, now and at each change; returns the function that stops it. */
function followMedia(query: string, follow: (matches: boolean) => void): () => void {
  const media = matchMedia(query);
  const update = (): void => follow(media.matches);
  update();
  media.addEventListener('change', update);
  return () => media.removeEventListener('change', update);
}

export type ThemeChoice = (typeof themes)[number];

export class Theme {
  #systemIsDark = $state(true);
  readonly choice = $derived.by(() => this.settings.values.theme);
  /** The theme in use: the system's preference is resolved. */
  readonly resolved = $derived(this.choice === 'system' ? (this.#systemIsDark ? 'dark' : 'light') : this.choice);

  constructor(private readonly settings: SettingsStore) {}

  /** Follows the system; returns the function that stops following. */
  start(): () => void {
    return followMedia('(prefers-color-scheme: dark)', (isDark) => (this.#systemIsDark = isDark));
  }

  choose(choice: ThemeChoice): void {
    void this.settings.change({ theme: choice });
  }

  /** The order is system, dark, light. */
  get next(): ThemeChoice {
    return themes[(themes.indexOf(this.choice) + 1) % themes.length] ?? 'system';
  }
}

/** Whether animations are reduced. The page carries it as `data-motion`. */
export class Motion {
  #systemReduces = $state(false);
  readonly isReduced = $derived.by(() => {
    const { motion } = this.settings.values;
    return motion === 'system' ? this.#systemReduces : motion === 'reduce';
  });

  constructor(private readonly settings: SettingsStore) {}

  /** Follows the system; returns the function that stops following. */
  start(): () => void {
    return followMedia('(prefers-reduced-motion: reduce)', (reduces) => (this.#systemReduces = reduces));
  }
}

/** Ids of hidden parts in stored settings, where they differ from the names of the parts. */
const storedPartIds: Readonly<Record<string, string>> = {
  sidebar: 'rail',
  subtitle: 'facts',
  'action-cards': 'doors',
  devices: 'machine',
  stats: 'figures',
  'classical-solver': 'account',
};

/** The id of a part in stored settings. */
export const storedPartId = (part: string): string => storedPartIds[part] ?? part;

/** Zoom of presenter mode, on top of the text size. */
const PRESENTER_ZOOM = 1.25;

/**
 * Presenter mode: everything larger, without the parts chosen in Settings. The page carries their stored ids as
 * `data-presenter-hides`, which hides the elements with the matching `data-presenter-part` (see `presenterStyles`).
 */
export class Presenter {
  isOn = $state(false);
  /** Stored ids of the hidden parts. */
  readonly hidden = $derived.by((): readonly string[] => (this.isOn ? this.settings.values.presenterHides : []));
  /** Of the whole window. */
  readonly zoom = $derived.by(() => (this.settings.values.textSize / 100) * (this.isOn ? PRESENTER_ZOOM : 1));

  constructor(private readonly settings: SettingsStore) {}

  hides(part: string): boolean {
    return this.hidden.includes(storedPartId(part));
  }

  toggle(): void {
    this.isOn = !this.isOn;
  }

  leave(): void {
    this.isOn = false;
  }
}

/** Style rules that hide the named parts while presenting. */
export function presenterStyles(parts: readonly string[]): string {
  const selectors = parts.map(
    (part) => `[data-presenter-hides~='${storedPartId(part)}'] [data-presenter-part='${part}']`,
  );
  return `${selectors.join(',\n')} { display: none !important; }`;
}
