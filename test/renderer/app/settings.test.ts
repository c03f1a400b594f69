import { expect, test } from 'vitest';
import { defaultPreferences, type Preferences } from '../../../electron/contract/main-api';
import { Palette } from '../../../renderer/app/palette/palette.svelte';
import { Presenter } from '../../../renderer/app/appearance.svelte';
import { SettingsStore, type SettingsApi } from '../../../renderer/app/settings.svelte';

/** Main's side, with what was kept last. */
function opened(refusal?: string) {
  const kept: { values: Preferences } = { values: { ...defaultPreferences, theme: 'dark' } };
  const door: SettingsApi = {
    getSettings: () => Promise.resolve(kept.values),
    updateSettings: (changes) => {
      if (refusal !== undefined) return Promise.reject(new Error(refusal));
      kept.values = { ...kept.values, ...changes };
      return Promise.resolve(kept.values);
    },
    onSettingsChanged: () => () => undefined,
  };
  return { settings: new SettingsStore(door), kept };
}

test('what was kept is read, a choice holds at once, and is kept', async () => {
  const { settings, kept } = opened();
  settings.start();
  await Promise.resolve();
  expect(settings.values.theme).toBe('dark');
  const keeping = settings.change({ textSize: 130 });
  expect(settings.values.textSize).toBe(130);
  await keeping;
  expect(kept.values).toMatchObject({ theme: 'dark', textSize: 130 });
});

test('a choice that cannot be kept still holds, and is told', async () => {
  const { settings } = opened('the disk is full');
  await settings.change({ motion: 'reduce' });
  expect(settings.values.motion).toBe('reduce');
  expect(settings.failure).toBe('the disk is full');
});

test('a reset can be taken back, and leaves the commands used last', async () => {
  const { settings, kept } = opened();
  await settings.change({ theme: 'light', textSize: 150, recent: ['view/home'] });
  const before = await settings.reset();
  expect(settings.isDefault).toBe(true);
  expect(kept.values.recent).toEqual(['view/home']);
  await settings.change(before);
  expect(settings.values).toMatchObject({ theme: 'light', textSize: 150 });
  expect(settings.isDefault).toBe(false);
});

test('presenter mode hides what is ticked and enlarges the text size', async () => {
  const { settings } = opened();
  const presenter = new Presenter(settings);
  await settings.change({ textSize: 115, presenterHides: ['sidebar'] });
  expect([presenter.hides('sidebar'), presenter.zoom]).toEqual([false, 1.15]);
  presenter.toggle();
  expect([presenter.hides('sidebar'), presenter.hides('subtitle')]).toEqual([true, false]);
  expect(presenter.zoom).toBeCloseTo(1.4375, 6);
  presenter.leave();
  expect(presenter.hides('sidebar')).toBe(false);
});

test('the palette does the chosen command, remembers it, and forgets the oldest', async () => {
  const { settings } = opened();
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
