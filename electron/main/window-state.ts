/** Where the window opens: where it was, as long as a screen shows it there. */
import type { WindowState } from './settings';

export interface Area {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** So much of the window's upper edge must be on a screen for a hand to get hold of it. */
const GRIP = { width: 160, height: 40 };

export const minSize = { width: 960, height: 640 };

/**
 * @param screens the work areas of the screens there are now
 * @returns no corner where the system should centre the window
 */
export function restoreBounds(
  { x, y, width, height }: WindowState,
  screens: readonly Area[],
): { readonly width: number; readonly height: number; readonly x?: number; readonly y?: number } {
  const size = { width: Math.max(width, minSize.width), height: Math.max(height, minSize.height) };
  if (x === undefined || y === undefined) return size;
  return screens.some((screen) => isInReach({ x, y, ...size }, screen)) ? { x, y, ...size } : size;
}

function isInReach(window: Area, screen: Area): boolean {
  const shown = Math.min(window.x + window.width, screen.x + screen.width) - Math.max(window.x, screen.x);
  return shown >= GRIP.width && window.y >= screen.y - 8 && window.y + GRIP.height <= screen.y + screen.height;
}
