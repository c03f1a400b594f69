import House from '@lucide/svelte/icons/house';
import StatusBar from '../../../renderer/app/StatusBar.svelte';
import PresenterBar from '../../../renderer/app/PresenterBar.svelte';
import Sidebar from '../../../renderer/app/Sidebar.svelte';
import SidebarButton from '../../../renderer/app/SidebarButton.svelte';
import ThemeSwitch from '../../../renderer/app/ThemeSwitch.svelte';
import { Navigation } from '../../../renderer/app/navigation.svelte';
import { Presenter } from '../../../renderer/app/appearance.svelte';
import { sampleNotifications, settingsOf, themeOf } from '../samples/states';
import { longName, runs } from '../samples/runs';
import { click, nothing, specimen, type Specimen } from '../specimen';

const told = [
  'Sudoku 4×4, Classroom was copied.',
  'Mazes was written to /home/ada/mazes.',
  'Old mazes was moved to the trash.',
];
const long = [`${longName} was written to /home/ada/${'a-long-name-'.repeat(8)}reference.`];
const does = { onrun: nothing, oncommands: nothing, onkeys: nothing };
const progress = { runId: runs.running.runId, step: 1310, secondsLeft: 66 };
const foot = { run: runs.running, runName: 'Sudoku 4×4, Classroom', progress, ...does };
const still = { run: null, runName: '', progress: null, ...does };
const presenting = (hides: readonly 'rail'[]) => () => {
  const presenter = new Presenter(settingsOf({ presenterHides: hides }));
  presenter.isOn = true;
  return { presenter, navigation: new Navigation() };
};

/** What stands around every room. */
export const window: readonly Specimen[] = [
  specimen(
    'SidebarButton',
    SidebarButton,
    {
      'at rest': { icon: House, label: 'Home', onclick: nothing },
      current: { icon: House, label: 'Home', current: true, onclick: nothing },
    },
    { width: 76 },
  ),
  specimen(
    'ThemeSwitch',
    ThemeSwitch,
    {
      system: () => ({ theme: themeOf() }),
      dark: () => ({ theme: themeOf({ theme: 'dark' }) }),
      light: () => ({ theme: themeOf({ theme: 'light' }) }),
    },
    { width: 76 },
  ),
  specimen(
    'Sidebar',
    Sidebar,
    {
      'at rest': () => ({ navigation: new Navigation(), theme: themeOf(), training: false }),
      'a training runs': () => ({ navigation: new Navigation(), theme: themeOf(), training: true }),
    },
    { width: 76, height: 560 },
  ),
  specimen(
    'PresenterBar',
    PresenterBar,
    { 'with the rail': presenting([]), 'rail hidden': presenting(['rail']) },
    { width: 620 },
  ),
  // With the line of notifications, their list, and the line of the run that trains, which the foot dresses.
  specimen(
    'StatusBar',
    StatusBar,
    {
      quiet: () => ({ notifications: sampleNotifications([]), ...still }),
      'something told': () => ({ notifications: sampleNotifications(told.slice(0, 1)), ...still }),
      'can be undone, more unread': () => ({ notifications: sampleNotifications(told, true), ...still }),
      'a training': () => ({ notifications: sampleNotifications(told, true), ...foot }),
      'a training paused': () => ({ notifications: sampleNotifications([]), ...foot, run: runs.paused }),
      'nothing of it told yet': () => ({ notifications: sampleNotifications([]), ...foot, run: runs.fresh, progress: null }),
      'long notice': () => ({ notifications: sampleNotifications(long, true), ...foot }),
      'long name': () => ({ notifications: sampleNotifications(told, true), ...foot, runName: longName }),
    },
    { width: 880 },
  ),
  specimen(
    'Foot, listed',
    StatusBar,
    { 'many, long text': () => ({ notifications: sampleNotifications([...told, ...long, ...told, ...told, ...long]), ...still }) },
    { width: 880, room: 400, isAtFoot: true, then: click('.list > button') },
  ),
];
