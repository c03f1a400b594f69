import ShortcutsDialog from '../../../renderer/app/shortcuts/ShortcutsDialog.svelte';
import PaletteDialog from '../../../renderer/app/palette/PaletteDialog.svelte';
import type { Command } from '../../../renderer/app/palette/search';
import { appShortcuts, shortcutSections } from '../../../renderer/app/shortcuts/shortcuts';
import { Palette } from '../../../renderer/app/palette/palette.svelte';
import { views } from '../../../renderer/app/views';
import { settingsOf } from '../samples/states';
import { longName } from '../samples/runs';
import { nothing, specimen, type Chapter } from '../specimen';

const commands: readonly Command[] = [
  { id: 'go-home', title: 'Home', group: 'Go to', hint: 'Ctrl+1', run: nothing },
  { id: 'go-train', title: 'Train', group: 'Go to', hint: 'Ctrl+3', run: nothing },
  { id: 'new', title: 'Set up a training', group: 'Do', run: nothing },
  { id: 'theme', title: 'Light theme', group: 'Look', run: nothing },
  { id: 'model', title: 'Watch Sudoku 6×6', group: 'Models', hint: 'TRM-MLP, shipped', run: nothing },
  { id: 'run', title: longName, group: 'Trainings', hint: 'finished, seed 7', run: nothing },
];

function paletteOf(query: string) {
  const palette = new Palette(settingsOf({ recent: ['model'] }));
  palette.add(() => commands);
  palette.open();
  palette.type(query);
  return { palette };
}

const shortcuts = appShortcuts(views, {
  go: nothing,
  back: nothing,
  forward: nothing,
  openCommands: nothing,
  openKeys: nothing,
  togglePresenter: nothing,
  leavePresenter: nothing,
  isPresenting: () => false,
});

export const palette: Chapter = {
  title: 'Palette',
  specimens: [
    specimen(
      'PaletteDialog',
      PaletteDialog,
      { 'at first': () => paletteOf(''), found: () => paletteOf('s'), 'nothing found': () => paletteOf('qqq') },
      { isDialog: true },
    ),
    specimen(
      'ShortcutsDialog',
      ShortcutsDialog,
      { usual: { sections: shortcutSections(views, shortcuts), onclose: nothing } },
      { isDialog: true },
    ),
  ],
};
