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

  select(choice: ThemeChoice): void {
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

/** Zoom of presenter mode, on top of the text size. */
const PRESENTER_ZOOM = 1.25;

/**
 * Presenter mode: everything larger, without the sections selected in Settings. The page carries their ids as
 * `data-presenter-hides`, which hides the elements with the matching `data-presenter-section` (see `presenterStyles`).
 */
export class Presenter {
  isOn = $state(false);
  /** Ids of the hidden sections. */
  readonly hidden = $derived.by((): readonly string[] => (this.isOn ? this.settings.values.presenterHides : []));
  /** Of the whole window. */
  readonly zoom = $derived.by(() => (this.settings.values.textSize / 100) * (this.isOn ? PRESENTER_ZOOM : 1));

  constructor(private readonly settings: SettingsStore) {}

  hides(section: string): boolean {
    return this.hidden.includes(section);
  }

  toggle(): void {
    this.isOn = !this.isOn;
  }

  leave(): void {
    this.isOn = false;
  }
}

/** Style rules that hide sections while presenting. @param sections ids */
export function presenterStyles(sections: readonly string[]): string {
  const selectors = sections.map((id) => `[data-presenter-hides~='${id}'] [data-presenter-section='${id}']`);
  return `${selectors.join(',\n')} { display: none !important; }`;
}
