import { expect, test } from 'vitest';
import { defaultPreferences, type Preferences } from '../../../electron/contract/main-api';
import { Palette } from '../../../renderer/app/palette/palette.svelte';
import { Presenter } from '../../../renderer/app/appearance.svelte';
import { withRemedy } from '../../../electron/contract/disk-remedy';
import { Notifications } from '../../../renderer/app/notifications.svelte';
import { message, type Text } from '../../../renderer/messages/message';
import { settled } from '../canned-lab';
import { SettingsStore, type SettingsApi } from '../../../renderer/app/settings.svelte';

/** Creates a settings store on a fake of main with saved preferences. */
function createSettings(failure?: string) {
  const saved: { values: Preferences } = { values: { ...defaultPreferences, theme: 'dark' } };
  const api: SettingsApi = {
    getSettings: () => Promise.resolve(saved.values),
    updateSettings: (changes) => {
      if (failure !== undefined) return Promise.reject(new Error(failure));
      saved.values = { ...saved.values, ...changes };
      return Promise.resolve(saved.values);
    },
    onSettingsChanged: () => () => undefined,
    getSettingsFailure: () => Promise.resolve(null),
    onSettingsFailure: () => () => undefined,
  };
  return { settings: new SettingsStore(api), saved, api };
}

test('loads the saved settings, and applies and saves a change', async () => {
  const { settings, saved } = createSettings();
  settings.start();
  await Promise.resolve();
  expect(settings.values.theme).toBe('dark');
  const saving = settings.change({ textSize: 130 });
  expect(settings.values.textSize).toBe(130);
  await saving;
  expect(saved.values).toMatchObject({ theme: 'dark', textSize: 130 });
});

test('applies a change that cannot be saved, and reports the failure', async () => {
  const { settings } = createSettings('the disk is full');
  await settings.change({ motion: 'reduce' });
  expect(settings.values.motion).toBe('reduce');
  expect(settings.failure).toContain('could not be saved: the disk is full');
});

test('a failure that main reports is shown once, until the settings are saved again', async () => {
  const failures = { report: undefined as ((failure: Text | null) => void) | undefined };
  const notifications = new Notifications();
  const { api } = createSettings();
  const followed: SettingsApi = {
    ...api,
    getSettingsFailure: () => Promise.resolve(message('settings.damaged', { file: 'settings.json' })),
    onSettingsFailure: (listener) => {
      failures.report = listener;
      return () => undefined;
    },
  };
  const settings = new SettingsStore(followed, (failure) => notifications.reportSave('settings.json', failure));
  settings.start();
  await settled();
  const unsaved = message('settings.saveFailed', { reason: withRemedy(message('error.disk.full')) });
  failures.report?.(unsaved);
  failures.report?.(unsaved);
  expect(notifications.history.map(({ text }) => text)).toEqual(['settings.json is damaged']);
  await settings.change({ theme: 'light' });
  expect(settings.failure).toBeNull();
  failures.report?.(unsaved);
  expect(notifications.history[0]?.text).toContain('the disk is full. Free some space on the disk');
  expect(settings.failure).toBe(notifications.history[0]?.text);
});

test('a reset can be undone and keeps the recently used commands', async () => {
  const { settings, saved } = createSettings();
  await settings.change({ theme: 'light', textSize: 150, cores: 2, keepAwake: false, recent: ['view/home'] });
  const before = await settings.reset();
  expect(settings.isDefault).toBe(true);
  expect(saved.values.recent).toEqual(['view/home']);
  await settings.change(before);
  expect(settings.values).toMatchObject({ theme: 'light', textSize: 150, cores: 2, keepAwake: false });
  expect(settings.isDefault).toBe(false);
});

test('presenter mode hides the selected sections and enlarges the text', async () => {
  const { settings } = createSettings();
  const presenter = new Presenter(settings);
  await settings.change({ textSize: 115, presenterHides: ['sidebar'] });
  expect([presenter.hides('sidebar'), presenter.zoom]).toEqual([false, 1.15]);
  presenter.toggle();
  expect([presenter.hides('sidebar'), presenter.hides('subtitle')]).toEqual([true, false]);
  expect(presenter.zoom).toBeCloseTo(1.4375, 6);
  presenter.leave();
  expect(presenter.hides('sidebar')).toBe(false);
});

test('the palette runs the selected command and remembers the last 12', async () => {
  const { settings } = createSettings();
  const palette = new Palette(settings);
  const done: string[] = [];
  const stop = palette.add(() =>
    Array.from({ length: 15 }, (_, i) => ({
      id: `action/${i}`,
      title: `Do ${i}`,
      group: 'actions' as const,
      run: () => void done.push(`${i}`),
    })),
  );
  palette.open();
  palette.step(-1);
  palette.step(2);
  expect(palette.selected?.title).toBe('Do 1');
  palette.run(palette.selected);
  expect([palette.isOpen, done, settings.values.recent]).toEqual([false, ['1'], ['action/1']]);
  for (let i = 0; i < 15; i++) palette.run({ id: `action/${i}`, title: '', group: 'actions', run: () => undefined });
  expect(settings.values.recent).toHaveLength(12);
  expect(settings.values.recent[0]).toBe('action/14');
  stop();
  palette.open();
  expect(palette.commands).toEqual([]);
  palette.step(1);
  palette.run(palette.selected);
});
