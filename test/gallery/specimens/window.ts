import House from '@lucide/svelte/icons/house';
import Foot from '../../../renderer/app/StatusBar.svelte';
import PresenterBar from '../../../renderer/app/PresenterBar.svelte';
import Rail from '../../../renderer/app/Sidebar.svelte';
import RailButton from '../../../renderer/app/SidebarButton.svelte';
import ThemeSwitch from '../../../renderer/app/ThemeSwitch.svelte';
import { Navigation } from '../../../renderer/app/navigation.svelte';
import { Presenter } from '../../../renderer/app/presenter.svelte';
import { noticesOf, settingsOf, themeOf } from '../samples/rooms';
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
    'RailButton',
    RailButton,
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
    'Rail',
    Rail,
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
  // With the line of notices, their list, and the line of the run that trains, which the foot dresses.
  specimen(
    'Foot',
    Foot,
    {
      quiet: () => ({ notices: noticesOf([]), ...still }),
      'something told': () => ({ notices: noticesOf(told.slice(0, 1)), ...still }),
      'can be undone, more unread': () => ({ notices: noticesOf(told, true), ...still }),
      'a training': () => ({ notices: noticesOf(told, true), ...foot }),
      'a training paused': () => ({ notices: noticesOf([]), ...foot, run: runs.paused }),
      'nothing of it told yet': () => ({ notices: noticesOf([]), ...foot, run: runs.fresh, progress: null }),
      'long notice': () => ({ notices: noticesOf(long, true), ...foot }),
      'long name': () => ({ notices: noticesOf(told, true), ...foot, runName: longName }),
    },
    { width: 880 },
  ),
  specimen(
    'Foot, listed',
    Foot,
    { 'many, long text': () => ({ notices: noticesOf([...told, ...long, ...told, ...told, ...long]), ...still }) },
    { width: 880, room: 400, isAtFoot: true, then: click('.list > button') },
  ),
];
