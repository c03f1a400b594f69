import ShortcutsDialog from '../../../renderer/app/shortcuts/ShortcutsDialog.svelte';
import PaletteDialog from '../../../renderer/app/palette/PaletteDialog.svelte';
import type { Command } from '../../../renderer/app/palette/search';
import { appShortcuts, shortcutSections } from '../../../renderer/app/shortcuts/shortcuts';
import { Palette } from '../../../renderer/app/palette/palette.svelte';
import { views } from '../../../renderer/app/views';
import { settingsOf } from '../samples/states';
import { longName } from '../samples/runs';
import { noop, specimen, type Chapter } from '../specimen';

const commands: readonly Command[] = [
  { id: 'go-home', title: 'Home', group: 'goTo', hint: 'Ctrl+1', run: noop },
  { id: 'go-train', title: 'Train', group: 'goTo', hint: 'Ctrl+3', run: noop },
  { id: 'new', title: 'New run', group: 'actions', run: noop },
  { id: 'theme', title: 'Light theme', group: 'appearance', run: noop },
  { id: 'model', title: 'Solve a puzzle with Sudoku 6×6', group: 'models', hint: 'TRM-MLP', run: noop },
  { id: 'run', title: longName, group: 'runs', hint: 'finished, seed 7', run: noop },
];

function paletteOf(query: string) {
  const palette = new Palette(settingsOf({ recent: ['model'] }));
  palette.add(() => commands);
  palette.open();
  palette.type(query);
  return { palette };
}

const shortcuts = appShortcuts(views, {
  go: noop,
  back: noop,
  forward: noop,
  openCommands: noop,
  openKeys: noop,
  togglePresenter: noop,
  leavePresenter: noop,
  isPresenting: () => false,
});

export const palette: Chapter = {
  title: 'Palette',
  specimens: [
    specimen(
      'PaletteDialog',
      PaletteDialog,
      { 'without a query': () => paletteOf(''), found: () => paletteOf('s'), 'nothing found': () => paletteOf('qqq') },
      { isDialog: true },
    ),
    specimen(
      'ShortcutsDialog',
      ShortcutsDialog,
      { usual: () => ({ sections: shortcutSections(views, shortcuts), onclose: noop }) },
      { isDialog: true },
    ),
  ],
};
