import { kindOf } from '../../../datasets/kinds/registry';
import AttentionPanel from '../../../renderer/features/solve/inspector/AttentionPanel.svelte';
import CellStory from '../../../renderer/features/solve/board/CellHistory.svelte';
import Change from '../../../renderer/features/solve/inspector/Change.svelte';
import Halting from '../../../renderer/features/solve/inspector/Halting.svelte';
import LatentPath from '../../../renderer/features/solve/inspector/LatentPath.svelte';
import Spark from '../../../renderer/ui/Sparkline.svelte';
import Timeline from '../../../renderer/features/solve/player/Timeline.svelte';
import Transport from '../../../renderer/features/solve/player/Transport.svelte';
import Whereabouts from '../../../renderer/features/solve/player/SolvePosition.svelte';
import { cropOf } from '../../../renderer/features/solve/board/crop';
import { Attention } from '../../../renderer/features/solve/inspector/attention.svelte';
import { Player } from '../../../renderer/features/solve/player/player.svelte';
import { firstRight } from '../../../renderer/features/solve/player/first-correct';
import type { Journey, Moment } from '../../../renderer/features/solve/player/solve-trace';
import { silent } from '../samples/rooms';
import { solveOf, type SolveWish } from '../samples/traces';
import { nothing, specimen, type Specimen } from '../specimen';

/** @param at share of the walk */
function standing(at: number, wish: SolveWish = {}) {
  const { journey, puzzle } = solveOf(wish);
  const index = Math.round(at * (journey.moments.length - 1));
  const moment: Moment = journey.moments[index]!;
  return { journey, puzzle, index, moment, answer: moment.shown === null ? null : journey.answers[moment.shown]! };
}
const never: SolveWish = { wrong: 0.3, halts: false };
const long: SolveWish = { steps: 16, hCycles: 3, lCycles: 6 };

const whereabouts = (at: number, wish?: SolveWish) => () => {
  const { journey, moment, answer } = standing(at, wish);
  return { journey, moment, answer, first: firstRight(journey), isRuled: true, onfirst: nothing };
};
const change = (at: number, wish?: SolveWish) => () => {
  const { journey, moment, index } = standing(at, wish);
  return { journey, moment, index };
};
const halting =
  (at: number, wish?: SolveWish, stops = false) =>
  () => {
    const { journey, moment, answer } = standing(at, wish);
    return { journey, moment, answer, stops, onstops: nothing };
  };
const story = (at: number, cell: number | null, wish?: SolveWish) => () => {
  const { journey, puzzle, answer } = standing(at, wish);
  const kind = kindOf('sudoku-6x6');
  return { kind, crop: cropOf(kind, null), labels: puzzle.labels, journey, answer, cell };
};
const wrongCell = () => {
  const { answer: last, puzzle } = standing(1, never);
  return story(
    1,
    puzzle.labels.findIndex((label, cell) => last?.answer[cell] !== label),
    never,
  )();
};
const path = (at: number) => () => {
  const { journey, index } = standing(at);
  if (!journey.trace.path) throw new Error('the path was not followed');
  return { journey, path: journey.trace.path, index, theme: 'dark', onseek: nothing };
};
const timeline =
  (at: number, wish?: SolveWish, litCell: number | null = null) =>
  () => {
    const { journey, index } = standing(at, wish);
    return { journey, index, litCell, onseek: nothing };
  };
const transport =
  (journey: Journey | null, at = 0, playing = false) =>
  () => {
    const player = new Player();
    player.show(journey);
    player.seek(at);
    // Shown as it plays, but standing still.
    player.playing = playing;
    return { player, litCell: null };
  };
const picture = {
  from: 7,
  shares: Array.from({ length: 36 }, (_, i) => (i === 3 ? 0.31 : i === 20 ? 0.12 : 0.01)),
  front: 0.05,
  numbers: true,
};
const attention =
  (heads: number, change: Partial<Attention> = {}, shown = false) =>
  () => ({
    attention: Object.assign(new Attention(silent()), change),
    heads,
    index: 4,
    picture: shown ? picture : null,
    columns: 6,
    follows: heads !== 8,
  });
const points = Array.from({ length: 40 }, (_, x) => ({ x, y: Math.exp(-x / 12) }));
const logits = points.map(({ x }) => ({ x, y: x / 8 - 2.5 }));

/** What an answer is worth, and how the state moves. */
export const answer: readonly Specimen[] = [
  specimen('Whereabouts', Whereabouts, {
    'before an answer': whereabouts(0),
    midway: whereabouts(0.4),
    'at its end': whereabouts(1),
    'never right': whereabouts(1, never),
  }),
  specimen('Halting', Halting, {
    'before an answer': halting(0),
    'goes on': halting(0.3),
    'would stop': halting(1),
    'never stops': halting(1, never),
    'stops there': halting(1, {}, true),
  }),
  specimen('CellStory', CellStory, {
    'no cell': story(0.4, null),
    'an answer': story(0.6, 8),
    'a clue': story(
      0.6,
      solveOf().puzzle.inputs.findIndex((token) => token > 1),
    ),
    'before an answer': story(0, 8),
    wrong: wrongCell,
  }),
  specimen('Change', Change, { start: change(0), midway: change(0.5), end: change(1) }),
  specimen('LatentPath', LatentPath, { start: path(0), midway: path(0.4), end: path(1) }),
  specimen('AttentionPanel', AttentionPanel, {
    'no attention': attention(0),
    'no cell yet': attention(4),
    'a slow model': attention(8),
    shown: attention(4, {}, true),
    failed: attention(4, { failure: 'The computing process ended unexpectedly.' }),
  }),
  specimen('Spark', Spark, {
    start: { lines: [{ tone: 'latent', points }], width: 39, at: 0, label: 'Change' },
    midway: {
      lines: [
        { tone: 'latent', points },
        { tone: 'answer', points: points.map(({ x, y }) => ({ x, y: y / 2 })) },
      ],
      width: 39,
      at: 20,
      label: 'Change',
    },
    'with a threshold': {
      lines: [{ tone: 'answer', points: logits }],
      width: 39,
      at: 30,
      label: 'Halting',
      threshold: true,
    },
  }),
  specimen(
    'Timeline',
    Timeline,
    {
      start: timeline(0),
      midway: timeline(0.45),
      end: timeline(1),
      'of one cell': timeline(0.6, {}, 8),
      'never right': timeline(1, never),
      long: timeline(0.3, long),
      'one step': timeline(0.5, { steps: 1 }),
    },
    { width: 760 },
  ),
  specimen(
    'Transport',
    Transport,
    {
      'nothing to play': transport(null),
      start: transport(solveOf().journey),
      playing: transport(solveOf().journey, 40, true),
      end: transport(solveOf().journey, 9999),
      long: transport(solveOf(long).journey, 100),
    },
    { width: 860 },
  ),
];
