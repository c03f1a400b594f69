import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { defaultPreferences, type Preferences } from '../../../electron/contract/main-api';
import { Motion, Theme } from '../../../renderer/app/appearance.svelte';
import { SettingsStore } from '../../../renderer/app/settings.svelte';

/** A fake media query of the system whose value can change. */
class System extends EventTarget {
  matches = false;
  choose(matches: boolean): void {
    this.matches = matches;
    this.dispatchEvent(new Event('change'));
  }
}

let system: System;
beforeEach(() => {
  system = new System();
  vi.stubGlobal('matchMedia', () => system);
});
afterEach(() => void vi.unstubAllGlobals());

function settings(): SettingsStore {
  const keep = (changes: Partial<Preferences>): Promise<Preferences> =>
    Promise.resolve({ ...defaultPreferences, ...changes });
  return new SettingsStore({
    getSettings: () => keep({}),
    updateSettings: keep,
    onSettingsChanged: () => () => undefined,
  });
}

test('motion follows the system until the user chooses a setting', async () => {
  const chosen = settings();
  const motion = new Motion(chosen);
  const stop = motion.start();
  expect(motion.isReduced).toBe(false);
  system.choose(true);
  expect(motion.isReduced).toBe(true);
  await chosen.change({ motion: 'full' });
  expect(motion.isReduced).toBe(false);
  await chosen.change({ motion: 'reduce' });
  system.choose(false);
  expect(motion.isReduced).toBe(true);
  await chosen.change({ motion: 'system' });
  stop();
  system.choose(true);
  expect(motion.isReduced).toBe(false);
});

test('the theme follows the system until the user chooses one, and the switch cycles through all', async () => {
  const chosen = settings();
  const theme = new Theme(chosen);
  theme.start();
  expect([theme.resolved, theme.next]).toEqual(['light', 'dark']);
  system.choose(true);
  expect(theme.resolved).toBe('dark');
  theme.select(theme.next);
  system.choose(false);
  expect([theme.resolved, theme.next]).toEqual(['dark', 'light']);
  theme.select(theme.next);
  expect([theme.resolved, theme.next]).toEqual(['light', 'system']);
});
