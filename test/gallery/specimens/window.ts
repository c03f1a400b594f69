import StatusBar from '../../../renderer/app/StatusBar.svelte';
import PresenterBar from '../../../renderer/app/PresenterBar.svelte';
import Sidebar from '../../../renderer/app/Sidebar.svelte';
import { Navigation } from '../../../renderer/app/navigation.svelte';
import { Presenter } from '../../../renderer/app/appearance.svelte';
import { views } from '../../../renderer/app/views';
import { sampleApp, sampleNotifications, settingsOf } from '../samples/states';
import { experimentProgress } from '../samples/experiments';
import { longName, runs } from '../samples/runs';
import { click, noop, specimen, type Specimen } from '../specimen';

const texts = [
  'Sudoku 4×4, Classroom was copied.',
  'Mazes was written to /home/ada/mazes.',
  'Old mazes was moved to the trash.',
];
const long = [`${longName} was written to /home/ada/${'a-long-name-'.repeat(8)}reference.`];
const actions = { onrun: noop, onexperiment: noop, experiment: null, oncommands: noop, onkeys: noop };
const progress = { runId: runs.running.runId, step: 1310, secondsLeft: 66 };
const activeRun = { run: runs.running, runName: 'Sudoku 4×4, Classroom', progress, ...actions };
const idle = { run: null, runName: '', progress: null, ...actions };
const presenting = (hides: readonly 'sidebar'[]) => () => {
  const presenter = new Presenter(settingsOf({ presenterHides: hides }));
  presenter.isOn = true;
  return { views, presenter, navigation: new Navigation(views.map(({ id }) => id)) };
};

/** The frame around every view. */
export const window: readonly Specimen[] = [
  specimen(
    'Sidebar',
    Sidebar,
    {
      idle: () => ({ app: sampleApp() }),
      'an active run, light': () => ({ app: sampleApp({ theme: 'light' }, [runs.running]) }),
      dark: () => ({ app: sampleApp({ theme: 'dark' }) }),
    },
    { width: 76, height: 560 },
  ),
  specimen(
    'PresenterBar',
    PresenterBar,
    { 'with the sidebar': presenting([]), 'sidebar hidden': presenting(['sidebar']) },
    { width: 620 },
  ),
  // The latest notification, the list of notifications, and the active run.
  specimen(
    'StatusBar',
    StatusBar,
    {
      quiet: () => ({ notifications: sampleNotifications([]), ...idle }),
      'a notification': () => ({ notifications: sampleNotifications(texts.slice(0, 1)), ...idle }),
      'with undo, more unread': () => ({ notifications: sampleNotifications(texts, true), ...idle }),
      'an active run': () => ({ notifications: sampleNotifications(texts, true), ...activeRun }),
      'a paused run': () => ({ notifications: sampleNotifications([]), ...activeRun, run: runs.paused }),
      'no progress yet': () => ({
        notifications: sampleNotifications([]),
        ...activeRun,
        run: runs.fresh,
        progress: null,
      }),
      'long notification': () => ({ notifications: sampleNotifications(long, true), ...activeRun }),
      'an experiment': () => ({
        notifications: sampleNotifications([]),
        ...idle,
        experiment: { experimentId: 'gradient', progress: experimentProgress },
      }),
      'long name': () => ({ notifications: sampleNotifications(texts, true), ...activeRun, runName: longName }),
    },
    { width: 880 },
  ),
  specimen(
    'StatusBar, list opened',
    StatusBar,
    {
      'many, long text': () => ({
        notifications: sampleNotifications([...texts, ...long, ...texts, ...texts, ...long]),
        ...idle,
      }),
    },
    { width: 880, minHeight: 400, isAtBottom: true, onmounted: click('.list > button') },
  ),
];
