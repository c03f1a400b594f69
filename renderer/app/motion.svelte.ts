/** Whether things may move: as the system asks for, or as was chosen. The page carries it as `data-motion`. */
import type { Settings } from './settings.svelte';

export class Motion {
  #systemReduces = $state(false);
  readonly isReduced = $derived.by(() => {
    const { motion } = this.settings.values;
    return motion === 'system' ? this.#systemReduces : motion === 'reduce';
  });

  constructor(private readonly settings: Settings) {}

  /** Follows the system; returns the function that stops following. */
  start(): () => void {
    const system = matchMedia('(prefers-reduced-motion: reduce)');
    const follow = (): void => void (this.#systemReduces = system.matches);
    follow();
    system.addEventListener('change', follow);
    return () => system.removeEventListener('change', follow);
  }
}
