/** Dark, light, or as the system says; main keeps the choice. */
import type { Host, Theme as ThemeChoice } from '../../electron/contract';

export const themeChoices: readonly ThemeChoice[] = ['system', 'dark', 'light'];

export class Theme {
  choice = $state<ThemeChoice>('system');
  #systemIsDark = $state(true);
  readonly shown = $derived(this.choice === 'system' ? (this.#systemIsDark ? 'dark' : 'light') : this.choice);

  constructor(private readonly host: Host) {}

  /** Reads the kept choice and follows the system; returns the function that stops following. */
  start(): () => void {
    const system = matchMedia('(prefers-color-scheme: dark)');
    const follow = (): void => void (this.#systemIsDark = system.matches);
    follow();
    system.addEventListener('change', follow);
    // Without an answer from main the system's theme stays, which is a choice too.
    this.host.theme().then((kept) => (this.choice = kept), () => undefined);
    return () => system.removeEventListener('change', follow);
  }

  choose(choice: ThemeChoice): void {
    this.choice = choice;
    this.host.setTheme(choice).catch(() => undefined);
  }
}
