import Grid3x3 from '@lucide/svelte/icons/grid-3x3';
import ActionCard from '../../../renderer/features/home/ActionCard.svelte';
import LiveDemo from '../../../renderer/features/home/LiveDemo.svelte';
import DevicesPanel from '../../../renderer/features/home/DevicesPanel.svelte';
import RecentRuns from '../../../renderer/features/home/RecentRuns.svelte';
import { Demo } from '../../../renderer/features/home/demo.svelte';
import { failed, loading, ready } from '../../../renderer/app/compute.svelte';
import { devices, lab } from '../samples/lab';
import { shipped } from '../samples/models';
import { devicesOf, sampleCatalog, silent } from '../samples/states';
import { runs } from '../samples/runs';
import { solveOf, type TraceOptions } from '../samples/traces';
import { noop, specimen, type Chapter } from '../specimen';

const theme = 'dark';

/** @param at position as a share of the playback */
function demoOf(at: number, options: TraceOptions = {}): { demo: Demo; theme: string } {
  const { kind = shipped.kind! } = options;
  const demo = new Demo(silent(), sampleCatalog({ models: [{ ...shipped, kind }] }), { isReduced: false });
  const { puzzle, playback } = solveOf(options);
  [demo.puzzle, demo.isPaused] = [puzzle, true];
  demo.player.show(playback);
  demo.player.seek(Math.round(at * (playback.frames.length - 1)));
  return { demo, theme };
}

const noModel = () => ({ theme, demo: new Demo(silent(), sampleCatalog({ models: [] }), { isReduced: false }) });
const waiting = () => ({ theme, demo: new Demo(silent(), sampleCatalog(), { isReduced: false }) });

const machine = { lab: ready(lab), isTraining: false, onsettings: noop };
const card = {
  title: 'Train a model',
  description: 'Choose puzzles and a model. A 4×4 model trains in minutes.',
  icon: Grid3x3,
  onopen: noop,
};

export const home: Chapter = {
  title: 'Home',
  specimens: [
    specimen(
      'LiveDemo',
      LiveDemo,
      {
        midway: () => demoOf(0.4),
        'at the end': () => demoOf(1),
        'never correct': () => demoOf(1, { wrong: 0.3, halts: false }),
        maze: () => demoOf(0.4, { kind: 'maze-15' }),
        waiting,
        'no model': noModel,
      },
      { width: 900 },
    ),
    specimen(
      'ActionCard',
      ActionCard,
      {
        usual: card,
        disabled: { ...card, disabled: true },
        'long text': {
          ...card,
          title: 'Train a model that solves puzzles',
          description: `${card.description} ${card.description}`,
        },
      },
      { width: 260 },
    ),
    specimen('DevicesPanel', DevicesPanel, {
      tested: () => ({ ...machine, devices: devicesOf(devices.tested) }),
      untested: () => ({ ...machine, devices: devicesOf(devices.untested) }),
      testing: () => ({ ...machine, devices: devicesOf(devices.untested, { testing: true }) }),
      'devices rejected': () => ({ ...machine, devices: devicesOf(devices.refused) }),
      'a run is active': () => ({ ...machine, isTraining: true, devices: devicesOf(devices.tested) }),
      'the test failed': () => ({
        ...machine,
        devices: devicesOf(devices.untested, { failure: 'Could not start the test process.' }),
      }),
      loading: () => ({ ...machine, lab: loading, devices: devicesOf(null) }),
      'could not be read': () => ({ ...machine, lab: failed('the compute process exited'), devices: devicesOf(null) }),
    }),
    specimen(
      'RecentRuns',
      RecentRuns,
      {
        many: () => ({ catalog: sampleCatalog(), onopen: noop, ontrain: noop }),
        one: () => ({ catalog: sampleCatalog({ runs: [runs.finished] }), onopen: noop, ontrain: noop }),
        none: () => ({ catalog: sampleCatalog({ runs: [] }), onopen: noop, ontrain: noop }),
        loading: () => ({
          catalog: Object.assign(sampleCatalog(), { runs: loading }),
          onopen: noop,
          ontrain: noop,
        }),
        'could not be read': () => ({
          catalog: Object.assign(sampleCatalog(), { runs: failed('runs: EACCES: permission denied') }),
          onopen: noop,
          ontrain: noop,
        }),
      },
      { width: 460 },
    ),
  ],
};
