/**
 * What a person sets about the window, and what the lab begins with. Without schemas, so that the window that
 * imports it carries none; `settings.ts` checks and keeps it.
 */
export const themes = ['system', 'dark', 'light'] as const;

/** Percent of the size the lab is drawn for. */
export const textSizes = [90, 100, 115, 130, 150] as const;

/** `system`: as the system asks for. */
export const motions = ['system', 'reduce', 'full'] as const;

export interface Preferences {
  readonly theme: (typeof themes)[number];
  readonly textSize: (typeof textSizes)[number];
  readonly motion: (typeof motions)[number];
  /** Parts that presenter mode hides, by the names that the window's views give them (`data-presenter-part`). */
  readonly presenterHides: readonly string[];
  /** Ids of the commands used last, the latest first. */
  readonly recent: readonly string[];
}

export const defaultPreferences: Preferences = {
  theme: 'system',
  textSize: 100,
  motion: 'system',
  presenterHides: ['facts', 'addresses', 'exports', 'runs', 'machine', 'halting', 'confidence'],
  recent: [],
};

/** How many commands are remembered. */
export const mostRecent = 12;
