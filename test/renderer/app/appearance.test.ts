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

function createSettings(): SettingsStore {
  const update = (changes: Partial<Preferences>): Promise<Preferences> =>
    Promise.resolve({ ...defaultPreferences, ...changes });
  return new SettingsStore({
    getSettings: () => update({}),
    updateSettings: update,
    onSettingsChanged: () => () => undefined,
    getSettingsFailure: () => Promise.resolve(null),
    onSettingsFailure: () => () => undefined,
  });
}

test('motion follows the system until the user chooses a setting', async () => {
  const settings = createSettings();
  const motion = new Motion(settings);
  const stop = motion.start();
  expect(motion.isReduced).toBe(false);
  system.choose(true);
  expect(motion.isReduced).toBe(true);
  await settings.change({ motion: 'full' });
  expect(motion.isReduced).toBe(false);
  await settings.change({ motion: 'reduce' });
  system.choose(false);
  expect(motion.isReduced).toBe(true);
  await settings.change({ motion: 'system' });
  stop();
  system.choose(true);
  expect(motion.isReduced).toBe(false);
});

test('the theme follows the system until the user chooses one, and the switch cycles through all', async () => {
  const settings = createSettings();
  const theme = new Theme(settings);
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
