/** Scroll positions of what the window has shown, e.g. of each tab: they are restored when it is shown again. */
import type { Attachment } from 'svelte/attachments';

/** In pixels, by key; for as long as the window is open. */
const positions = new Map<string, number>();

/** Milliseconds for which content may still grow until the position is reached. */
const PATIENCE = 2000;

/** Restores the position of the element when it is shown or `key` changes, and keeps it while the user scrolls. */
export function keepScroll(key: string): Attachment<HTMLElement> {
  return (element) => {
    const wanted = positions.get(key) ?? 0;
    const deadline = performance.now() + PATIENCE;
    let frame = 0;
    const restore = (): void => {
      element.scrollTop = wanted;
      if (element.scrollTop < wanted - 1 && performance.now() < deadline) frame = requestAnimationFrame(restore);
      else frame = 0;
    };
    const stop = (): void => {
      cancelAnimationFrame(frame);
      frame = 0;
    };
    const keep = (): void => {
      if (frame === 0) positions.set(key, element.scrollTop);
    };
    restore();
    const byUser = ['wheel', 'pointerdown', 'keydown'] as const;
    for (const type of byUser) element.addEventListener(type, stop, { passive: true });
    element.addEventListener('scroll', keep, { passive: true });
    return () => {
      stop();
      for (const type of byUser) element.removeEventListener(type, stop);
      element.removeEventListener('scroll', keep);
    };
  };
}
