import House from '@lucide/svelte/icons/house';
import Foot from '../../components/frame/Foot.svelte';
import NoticeLine from '../../components/frame/NoticeLine.svelte';
import NoticeList from '../../components/frame/NoticeList.svelte';
import PresenterBar from '../../components/frame/PresenterBar.svelte';
import Rail from '../../components/frame/Rail.svelte';
import RailButton from '../../components/frame/RailButton.svelte';
import RunningLine from '../../components/frame/RunningLine.svelte';
import ThemeSwitch from '../../components/frame/ThemeSwitch.svelte';
import { Navigation } from '../../state/navigation.svelte';
import { Presenter } from '../../state/presenter.svelte';
import { noticesOf, settingsOf, themeOf } from '../samples/rooms';
import { longName, runs } from '../samples/runs';
import { click, nothing, specimen, type Specimen } from '../specimen';

const told = ['Sudoku 4×4, Classroom was copied.', 'Mazes was written to /home/ada/mazes.', 'Old mazes was moved to the trash.'];
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
  specimen('RailButton', RailButton, {
    'at rest': { icon: House, label: 'Home', onclick: nothing },
    current: { icon: House, label: 'Home', current: true, onclick: nothing },
  }, { width: 76 }),
  specimen('ThemeSwitch', ThemeSwitch, { system: () => ({ theme: themeOf() }), dark: () => ({ theme: themeOf({ theme: 'dark' }) }), light: () => ({ theme: themeOf({ theme: 'light' }) }) }, { width: 76 }),
  specimen('Rail', Rail, {
    'at rest': () => ({ navigation: new Navigation(), theme: themeOf(), training: false }),
    'a training runs': () => ({ navigation: new Navigation(), theme: themeOf(), training: true }),
  }, { width: 76, height: 560 }),
  specimen('PresenterBar', PresenterBar, { 'with the rail': presenting([]), 'rail hidden': presenting(['rail']) }, { width: 620 }),
  specimen('NoticeLine', NoticeLine, {
    none: () => ({ notices: noticesOf([]) }),
    told: () => ({ notices: noticesOf(told.slice(0, 1)) }),
    'can be undone': () => ({ notices: noticesOf(told, true) }),
    'long text': () => ({ notices: noticesOf(long, true) }),
  }, { width: 460 }),
  specimen('NoticeList', NoticeList, {
    few: () => ({ notices: noticesOf(told, true), onclose: nothing }),
    'many, long text': () => ({ notices: noticesOf([...told, ...long, ...told, ...told, ...long]), onclose: nothing }),
  }, { width: 420, height: 400 }),
  specimen('RunningLine', RunningLine, {
    training: { run: runs.running, name: foot.runName, progress, onopen: nothing },
    'nothing told yet': { run: runs.fresh, name: foot.runName, progress: null, onopen: nothing },
    paused: { run: runs.paused, name: foot.runName, progress: null, onopen: nothing },
    'long text': { run: runs.running, name: longName, progress, onopen: nothing },
  }, { width: 420 }),
  specimen('Foot', Foot, {
    quiet: () => ({ notices: noticesOf([]), ...still }),
    busy: () => ({ notices: noticesOf(told, true), ...foot }),
    'long text': () => ({ notices: noticesOf(long, true), ...foot, runName: longName }),
  }, { width: 880 }),
  specimen('Foot, listed', Foot, { listed: () => ({ notices: noticesOf(told, true), ...still }) }, { width: 880, height: 300, then: click('.list > button') }),
];
