import AttemptBoards from '../../../renderer/features/solve/rollouts/AttemptBoards.svelte';
import Overview from '../../../renderer/features/solve/player/Overview.svelte';
import RolloutFields from '../../../renderer/features/solve/rollouts/RolloutFields.svelte';
import SolveSettingsPanel from '../../../renderer/features/solve/rollouts/SolveSettingsPanel.svelte';
import { getKind } from '../../../datasets/kinds/registry';
import { PlaybackBuilder } from '../../../renderer/features/solve/player/solve-playback';
import { SolveSettings } from '../../../renderer/features/solve/rollouts/solve-settings.svelte';
import { sampleAttempts, type SampleAttemptsOptions } from '../samples/attempts';
import { shipped } from '../samples/models';
import { sampleSolve } from '../samples/solving';
import { solveOf, type TraceOptions } from '../samples/traces';
import { noop, specimen, type Specimen } from '../specimen';

type SettingValues = Partial<Pick<SolveSettings, 'steps' | 'rollouts' | 'noise' | 'pick'>>;

const fields =
  (values: SettingValues = {}, kind: string | null = 'sudoku-9x9') =>
  () => ({
    settings: Object.assign(new SolveSettings(), values),
    model: shipped,
    kind: (kind && getKind(kind)) || null,
  });
const panel =
  (values: SettingValues = {}) =>
  () => {
    const { solveState } = sampleSolve();
    Object.assign(solveState.settings, values);
    return { solveState };
  };
const boards = (options: SampleAttemptsOptions) => () => sampleAttempts(options);

const overviewAt = (playback: ReturnType<typeof solveOf>['playback'], at: number) => ({
  playback,
  index: Math.round(at * (playback.frames.length - 1)),
  theme: 'dark',
  onseek: noop,
  highlightedCell: null,
});
const overview =
  (options: TraceOptions, at = 0.4) =>
  () =>
    overviewAt(solveOf(options).playback, at);

/** A long solve of which the first steps are computed. */
function partialOverview() {
  const { puzzle, trace } = solveOf({ steps: 64, hCycles: 2, lCycles: 3 });
  const builder = new PlaybackBuilder({ kind: getKind('sudoku-6x6'), ...puzzle });
  builder.add(trace.steps.slice(0, 40));
  return overviewAt(builder.buildPartial({ model: 'shipped', milliseconds: 900, plannedSteps: 128 }), 1);
}

/** Rollouts and long solves. */
export const rollouts: readonly Specimen[] = [
  specimen('RolloutFields', RolloutFields, {
    'one solve': fields(),
    rollouts: fields({ steps: 64, rollouts: 16 }),
    'without rules': fields({ rollouts: 4 }, 'arc'),
    'too many steps': fields({ steps: 4000 }),
    'invalid noise': fields({ rollouts: 8, noise: -1 }),
  }),
  specimen('SolveSettingsPanel', SolveSettingsPanel, {
    'one solve': panel(),
    rollouts: panel({ steps: 64, rollouts: 16 }),
    invalid: panel({ steps: 0.5 }),
  }),
  specimen(
    'AttemptBoards',
    AttemptBoards,
    {
      solving: boards({ waiting: 3 }),
      'picked by rules': boards({ picked: 4 }),
      'no valid answer': boards({ picked: null, isWrong: () => true }),
      'picked by vote': boards({ pick: 'vote', picked: 1, isWrong: () => true }),
      'picked by halting': boards({ pick: 'halting', picked: 0, kind: 'maze-11' }),
      many: boards({ count: 32, picked: 20, kind: 'sudoku-6x6' }),
    },
    { width: 300, height: 460 },
  ),
  specimen(
    'Overview',
    Overview,
    {
      '64 steps': overview({ steps: 64, hCycles: 2, lCycles: 3 }),
      'first steps': partialOverview,
      'never right': overview({ steps: 200, hCycles: 2, lCycles: 3, wrong: 0.2, halts: false }, 0.9),
      '1,024 steps': overview({ steps: 1024, hCycles: 2, lCycles: 3 }, 0.6),
    },
    { width: 720 },
  ),
];
