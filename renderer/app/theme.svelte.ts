/** Dark, light, or as the system says. */
import { themes } from '../../electron/contract/preferences';
import type { Settings } from './settings.svelte';

export type ThemeChoice = (typeof themes)[number];

export class Theme {
  #systemIsDark = $state(true);
  readonly choice = $derived.by(() => this.settings.values.theme);
  readonly shown = $derived(this.choice === 'system' ? (this.#systemIsDark ? 'dark' : 'light') : this.choice);

  constructor(private readonly settings: Settings) {}

  /** Follows the system; returns the function that stops following. */
  start(): () => void {
    const system = matchMedia('(prefers-color-scheme: dark)');
    const follow = (): void => void (this.#systemIsDark = system.matches);
    follow();
    system.addEventListener('change', follow);
    return () => system.removeEventListener('change', follow);
  }

  choose(choice: ThemeChoice): void {
    void this.settings.change({ theme: choice });
  }

  /** System, dark, light, and round again. */
  get next(): ThemeChoice {
    return themes[(themes.indexOf(this.choice) + 1) % themes.length] ?? 'system';
  }
}
