import Grid3x3 from '@lucide/svelte/icons/grid-3x3';
import DemoFacts from '../../../renderer/features/home/DemoFacts.svelte';
import Door from '../../../renderer/features/home/ActionCard.svelte';
import LiveDemo from '../../../renderer/features/home/LiveDemo.svelte';
import Machine from '../../../renderer/features/home/DevicesPanel.svelte';
import RecentRuns from '../../../renderer/features/home/RecentRuns.svelte';
import { Demo } from '../../../renderer/features/home/demo.svelte';
import { failed, loading, ready } from '../../../renderer/app/loaded';
import { devices, lab } from '../samples/lab';
import { devicesOf, factsOf, silent } from '../samples/rooms';
import { runs } from '../samples/runs';
import { solveOf, type SolveWish } from '../samples/traces';
import { nothing, specimen, type Chapter } from '../specimen';

/** @param at share of the walk */
function demoOf(at: number, wish: SolveWish = {}): { demo: Demo } {
  const demo = new Demo(silent(), factsOf(), { isReduced: false });
  const { puzzle, journey } = solveOf(wish);
  [demo.puzzle, demo.held] = [puzzle, true];
  demo.player.show(journey);
  demo.player.seek(Math.round(at * (journey.moments.length - 1)));
  return { demo };
}

const empty = () => ({ demo: new Demo(silent(), factsOf({ models: [] }), { isReduced: false }) });
const waiting = () => ({ demo: new Demo(silent(), factsOf(), { isReduced: false }) });

const machine = { lab: ready(lab), isTraining: false, onsettings: nothing };
const door = {
  title: 'Train one',
  about: 'Choose puzzles and a model; a 4×4 learns in minutes while you watch.',
  icon: Grid3x3,
  onopen: nothing,
};

export const home: Chapter = {
  title: 'Home',
  specimens: [
    specimen(
      'LiveDemo',
      LiveDemo,
      {
        midway: () => demoOf(0.4),
        'at its end': () => demoOf(1),
        'wrong to the end': () => demoOf(1, { wrong: 0.3, halts: false }),
        'on its way': waiting,
        'no model': empty,
      },
      { width: 900 },
    ),
    specimen(
      'DemoFacts',
      DemoFacts,
      {
        solved: () => demoOf(1),
        'never right': () => demoOf(1, { wrong: 0.3, halts: false }),
        'on its way': waiting,
        'no model': empty,
      },
      { width: 460 },
    ),
    specimen(
      'Door',
      Door,
      {
        usual: door,
        disabled: { ...door, disabled: true },
        'long text': { ...door, title: 'Train one that answers puzzles', about: `${door.about} ${door.about}` },
      },
      { width: 260 },
    ),
    specimen('Machine', Machine, {
      measured: () => ({ ...machine, devices: devicesOf(devices.tested) }),
      'not measured': () => ({ ...machine, devices: devicesOf(devices.untested) }),
      measuring: () => ({ ...machine, devices: devicesOf(devices.untested, { testing: true }) }),
      'a device refused': () => ({ ...machine, devices: devicesOf(devices.refused) }),
      'a training runs': () => ({ ...machine, isTraining: true, devices: devicesOf(devices.tested) }),
      'the test failed': () => ({
        ...machine,
        devices: devicesOf(devices.untested, { failure: 'The process that tests could not be started.' }),
      }),
      loading: () => ({ ...machine, lab: loading, devices: devicesOf(null) }),
      'could not be read': () => ({ ...machine, lab: failed('the computing process ended'), devices: devicesOf(null) }),
    }),
    specimen(
      'RecentRuns',
      RecentRuns,
      {
        many: () => ({ facts: factsOf(), onopen: nothing, ontrain: nothing }),
        one: () => ({ facts: factsOf({ runs: [runs.finished] }), onopen: nothing, ontrain: nothing }),
        none: () => ({ facts: factsOf({ runs: [] }), onopen: nothing, ontrain: nothing }),
        loading: () => ({ facts: Object.assign(factsOf(), { runs: loading }), onopen: nothing, ontrain: nothing }),
        'could not be read': () => ({
          facts: Object.assign(factsOf(), { runs: failed('runs: EACCES: permission denied') }),
          onopen: nothing,
          ontrain: nothing,
        }),
      },
      { width: 460 },
    ),
  ],
};
