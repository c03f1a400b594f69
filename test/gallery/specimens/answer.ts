import { getKind } from '../../../datasets/kinds/registry';
import AttentionPanel from '../../../renderer/features/solve/inspector/AttentionPanel.svelte';
import CellHistory from '../../../renderer/features/solve/inspector/CellHistory.svelte';
import ChangePanel from '../../../renderer/features/solve/inspector/ChangePanel.svelte';
import HaltingPanel from '../../../renderer/features/solve/inspector/HaltingPanel.svelte';
import LatentPath from '../../../renderer/features/solve/inspector/LatentPath.svelte';
import Sparkline from '../../../renderer/ui/Sparkline.svelte';
import Timeline from '../../../renderer/features/solve/player/Timeline.svelte';
import Transport from '../../../renderer/features/solve/player/Transport.svelte';
import SolvePosition from '../../../renderer/features/solve/inspector/SolvePosition.svelte';
import { createCrop } from '../../../renderer/features/solve/board/crop';
import { AttentionState } from '../../../renderer/features/solve/inspector/attention.svelte';
import { Player } from '../../../renderer/features/solve/player/player.svelte';
import { firstCorrect } from '../../../renderer/features/solve/player/solve-playback';
import type { SolvePlayback, Frame } from '../../../renderer/features/solve/player/solve-playback';
import { silent } from '../samples/states';
import { solveOf, type SolveWish } from '../samples/traces';
import { noop, specimen, type Specimen } from '../specimen';

/** @param at share of the walk */
function standing(at: number, wish: SolveWish = {}) {
  const { playback, puzzle } = solveOf(wish);
  const index = Math.round(at * (playback.frames.length - 1));
  const frame: Frame = playback.frames[index]!;
  return {
    playback,
    puzzle,
    index,
    frame,
    answer: frame.answerIndex === null ? null : playback.answers[frame.answerIndex]!,
  };
}
const never: SolveWish = { wrong: 0.3, halts: false };
const long: SolveWish = { steps: 16, hCycles: 3, lCycles: 6 };

const position = (at: number, wish?: SolveWish) => () => {
  const { playback, frame, answer } = standing(at, wish);
  return { playback, frame, answer, firstCorrect: firstCorrect(playback), hasRules: true, onfirstcorrect: noop };
};
const change = (at: number, wish?: SolveWish) => () => {
  const { playback, frame, index } = standing(at, wish);
  return { playback, frame, index };
};
const halting =
  (at: number, wish?: SolveWish, stops = false) =>
  () => {
    const { playback, frame, answer } = standing(at, wish);
    return { playback, frame, answer, stopAtHalt: stops, onstopathalt: noop };
  };
const cellHistory = (at: number, cell: number | null, wish?: SolveWish) => () => {
  const { playback, puzzle, answer } = standing(at, wish);
  const kind = getKind('sudoku-6x6');
  return { kind, crop: createCrop(kind, null), labels: puzzle.labels, playback, answer, cell };
};
const wrongCell = () => {
  const { answer: last, puzzle } = standing(1, never);
  return cellHistory(
    1,
    puzzle.labels.findIndex((label, cell) => last?.answer[cell] !== label),
    never,
  )();
};
const path = (at: number) => () => {
  const { playback, index } = standing(at);
  if (!playback.trace.path) throw new Error('the path was not followed');
  return { playback, path: playback.trace.path, index, theme: 'dark', onseek: noop };
};
const timeline =
  (at: number, wish?: SolveWish, highlightedCell: number | null = null) =>
  () => {
    const { playback, index } = standing(at, wish);
    return { playback, index, highlightedCell, onseek: noop };
  };
const transport =
  (playback: SolvePlayback | null, at = 0, playing = false) =>
  () => {
    const player = new Player();
    player.show(playback);
    player.seek(at);
    // Shown as it plays, but standing still.
    player.playing = playing;
    return { player, highlightedCell: null };
  };
const picture = {
  from: 7,
  shares: Array.from({ length: 36 }, (_, i) => (i === 3 ? 0.31 : i === 20 ? 0.12 : 0.01)),
  puzzleEmbeddingShare: 0.05,
  numbers: true,
};
const attention =
  (heads: number, change: Partial<AttentionState> = {}, shown = false) =>
  () => ({
    attention: Object.assign(new AttentionState(silent()), change),
    heads,
    index: 4,
    picture: shown ? picture : null,
    columns: 6,
    followsPointer: heads !== 8,
  });
const points = Array.from({ length: 40 }, (_, x) => ({ x, y: Math.exp(-x / 12) }));
const logits = points.map(({ x }) => ({ x, y: x / 8 - 2.5 }));

/** What an answer is worth, and how the state moves. */
export const answer: readonly Specimen[] = [
  specimen('SolvePosition', SolvePosition, {
    'before an answer': position(0),
    midway: position(0.4),
    'at its end': position(1),
    'never right': position(1, never),
  }),
  specimen('HaltingPanel', HaltingPanel, {
    'before an answer': halting(0),
    'goes on': halting(0.3),
    'would stop': halting(1),
    'never stops': halting(1, never),
    'stops there': halting(1, {}, true),
  }),
  specimen('CellHistory', CellHistory, {
    'no cell': cellHistory(0.4, null),
    'an answer': cellHistory(0.6, 8),
    'a clue': cellHistory(
      0.6,
      solveOf().puzzle.inputs.findIndex((token) => token > 1),
    ),
    'before an answer': cellHistory(0, 8),
    wrong: wrongCell,
  }),
  specimen('ChangePanel', ChangePanel, { start: change(0), midway: change(0.5), end: change(1) }),
  specimen('LatentPath', LatentPath, { start: path(0), midway: path(0.4), end: path(1) }),
  specimen('AttentionPanel', AttentionPanel, {
    'no attention': attention(0),
    'no cell yet': attention(4),
    'a slow model': attention(8),
    shown: attention(4, {}, true),
    failed: attention(4, { failure: 'The computing process ended unexpectedly.' }),
  }),
  specimen('Sparkline', Sparkline, {
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
      start: transport(solveOf().playback),
      playing: transport(solveOf().playback, 40, true),
      end: transport(solveOf().playback, 9999),
      long: transport(solveOf(long).playback, 100),
    },
    { width: 860 },
  ),
];
