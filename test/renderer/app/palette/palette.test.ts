import { afterEach, expect, test } from 'vitest';
import { defaultPreferences, type Preferences } from '../../../../electron/contract/main-api';
import { actionCommand } from '../../../../renderer/app/palette/commands';
import { Palette } from '../../../../renderer/app/palette/palette.svelte';
import { SettingsStore } from '../../../../renderer/app/settings.svelte';
import { setLanguage } from '../../../../renderer/messages/language.svelte';
import { PSEUDO_LOCALE } from '../../../../renderer/messages/languages';
import { message } from '../../../../renderer/messages/message';

afterEach(() => setLanguage('en'));

function openPalette(): Palette {
  const update = (changes: Partial<Preferences>): Promise<Preferences> =>
    Promise.resolve({ ...defaultPreferences, ...changes });
  const palette = new Palette(
    new SettingsStore({
      getSettings: () => update({}),
      updateSettings: update,
      onSettingsChanged: () => () => undefined,
      getSettingsFailure: () => Promise.resolve(null),
      onSettingsFailure: () => () => undefined,
    }),
  );
  palette.add(() => [
    actionCommand('train', message('palette.newRun'), {
      keywords: [message('palette.keywords.newRun')],
      run: () => undefined,
    }),
    actionCommand('import-model', message('palette.importModel'), { run: () => undefined }),
  ]);
  palette.open();
  return palette;
}

test.each([
  ['new run', 'action/train'],
  ['Ñéw rúñ', 'action/train'],
  ['training', 'action/train'],
  ['import', 'action/import-model'],
  ['Împórt', 'action/import-model'],
])('in another language, "%s" finds %s', async (query, id) => {
  await setLanguage(PSEUDO_LOCALE);
  const palette = openPalette();
  palette.type(query);
  expect(palette.selected?.id).toBe(id);
});
