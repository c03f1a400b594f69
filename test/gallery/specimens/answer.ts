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
import { solveOf, type TraceOptions } from '../samples/traces';
import { noop, specimen, type Specimen } from '../specimen';

/** @param at position as a share of the playback */
function frameAt(at: number, options: TraceOptions = {}) {
  const { playback, puzzle } = solveOf(options);
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
const neverCorrect: TraceOptions = { wrong: 0.3, halts: false };
const longSolve: TraceOptions = { steps: 16, hCycles: 3, lCycles: 6 };

const position = (at: number, options?: TraceOptions) => () => {
  const { playback, frame, answer } = frameAt(at, options);
  return { playback, frame, answer, firstCorrect: firstCorrect(playback), hasRules: true, onfirstcorrect: noop };
};
const change = (at: number, options?: TraceOptions) => () => {
  const { playback, frame, index } = frameAt(at, options);
  return { playback, frame, index };
};
const halting =
  (at: number, options?: TraceOptions, stops = false) =>
  () => {
    const { playback, frame, answer } = frameAt(at, options);
    return { playback, frame, answer, stopAtHalt: stops, onstopathalt: noop };
  };
const cellHistory = (at: number, cell: number | null, options?: TraceOptions) => () => {
  const { playback, puzzle, answer } = frameAt(at, options);
  const kind = getKind('sudoku-6x6');
  return { kind, crop: createCrop(kind, null), labels: puzzle.labels, playback, answer, cell };
};
const wrongCell = () => {
  const { answer: last, puzzle } = frameAt(1, neverCorrect);
  return cellHistory(
    1,
    puzzle.labels.findIndex((label, cell) => last?.answer[cell] !== label),
    neverCorrect,
  )();
};
const path = (at: number) => () => {
  const { playback, index } = frameAt(at);
  if (!playback.trace.path) throw new Error('the trace has no path');
  return { playback, path: playback.trace.path, index, theme: 'dark', onseek: noop };
};
const timeline =
  (at: number, options?: TraceOptions, highlightedCell: number | null = null) =>
  () => {
    const { playback, index } = frameAt(at, options);
    return { playback, index, highlightedCell, onseek: noop };
  };
const transport =
  (playback: SolvePlayback | null, at = 0, playing = false) =>
  () => {
    const player = new Player();
    player.show(playback);
    player.seek(at);
    // Looks like playing, without a timer.
    player.playing = playing;
    return { player, boardOnly: { isOn: false, toggle: noop }, highlightedCell: null };
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

/** Panels on the answer and the latent state, and the player. */
export const answer: readonly Specimen[] = [
  specimen('SolvePosition', SolvePosition, {
    'before an answer': position(0),
    midway: position(0.4),
    'at the end': position(1),
    'never correct': position(1, neverCorrect),
  }),
  specimen('HaltingPanel', HaltingPanel, {
    'before an answer': halting(0),
    continues: halting(0.3),
    'would halt': halting(1),
    'never halts': halting(1, neverCorrect),
    'stops at halt': halting(1, {}, true),
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
    failed: attention(4, { failure: 'The compute process exited unexpectedly.' }),
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
      'never correct': timeline(1, neverCorrect),
      long: timeline(0.3, longSolve),
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
      long: transport(solveOf(longSolve).playback, 100),
    },
    { width: 860 },
  ),
];
