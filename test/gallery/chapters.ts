/** The chapters of the gallery, in the order of the views of the window. */
import type { Chapter } from './specimen';
import { answer } from './specimens/answer';
import { augmentation } from './specimens/augmentation';
import { calibrations } from './specimens/calibration';
import { charts } from './specimens/charts';
import { datasets } from './specimens/datasets';
import { experimentsChapter } from './specimens/experiments';
import { grid } from './specimens/grid';
import { home } from './specimens/home';
import { damageChapter } from './specimens/damage';
import { modelsChapter } from './specimens/models';
import { palette } from './specimens/palette';
import { receiptChapter } from './specimens/receipt';
import { oneRun } from './specimens/run';
import { rollouts } from './specimens/rollouts';
import { runSetup } from './specimens/run-setup';
import { settings } from './specimens/settings';
import { solve } from './specimens/solve';
import { parts } from './specimens/frame';
import { train } from './specimens/train';
import { window } from './specimens/window';

export const chapters: readonly Chapter[] = [
  { title: 'Frame', specimens: [...parts, ...window] },
  grid,
  home,
  datasets,
  augmentation,
  { title: 'Train', specimens: [...runSetup, ...train, ...charts, ...oneRun] },
  { title: 'Solve', specimens: [...solve, ...rollouts, ...answer] },
  { ...modelsChapter, specimens: [...modelsChapter.specimens, ...calibrations] },
  damageChapter,
  experimentsChapter,
  receiptChapter,
  settings,
  palette,
];
