/**
 * Presenter mode: everything larger, and without what the teacher ticked off. The page carries the parts as
 * `data-presenter-hides`, which hides every element with such a `data-presenter-part` (styles/presenter.css).
 */
import type { PresenterPart } from '../../electron/contract/preferences';
import type { Settings } from './settings.svelte';

/** On top of the text size. */
const LARGER = 1.25;

export class Presenter {
  isOn = $state(false);
  readonly hidden = $derived.by((): readonly PresenterPart[] => (this.isOn ? this.settings.values.presenterHides : []));
  /** Of everything in the window. */
  readonly zoom = $derived.by(() => (this.settings.values.textSize / 100) * (this.isOn ? LARGER : 1));

  constructor(private readonly settings: Settings) {}

  hides(part: PresenterPart): boolean {
    return this.hidden.includes(part);
  }

  toggle(): void {
    this.isOn = !this.isOn;
  }

  leave(): void {
    this.isOn = false;
  }
}
