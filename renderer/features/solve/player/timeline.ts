/** The blocks and ticks of the timeline, and descriptions of its frames. */
import { t } from '../../../messages/language.svelte';
import { describeStay, firstCorrect } from './solve-playback';
import type { SolvePlayback, Frame } from './solve-playback';

export interface Tick {
  /** Index of its frame. */
  readonly index: number;
  readonly kind: 'latent' | 'answer';
  /**
   * Square root of its change relative to the largest of its kind in this solve, 0..1: changes fall by
   * a factor of a hundred within a few steps, and small ones must stay visible.
   */
  readonly height: number;
  /** Whether cells (or the given cell) changed here. */
  readonly changesCells: boolean;
  /** Whether the first fully correct answer was decoded here. */
  readonly firstCorrect: boolean;
  /** Whether it ends an H cycle that is not the last of its supervision step. */
  readonly endsCycle: boolean;
}

export interface Block {
  readonly step: number;
  readonly ticks: readonly Tick[];
  /** Describes whether the answer stayed correct, in the step of the first fully correct answer; null in other steps. */
  readonly firstCorrect: string | null;
  /** Whether the model would halt after this supervision step. */
  readonly halts: boolean;
}

/** One block per supervision step; with `cell` only its changes are marked. */
export function timelineBlocks(playback: SolvePlayback, cell: number | null): Block[] {
  const largest = { latent: largestChange(playback, 'latent'), answer: largestChange(playback, 'answer') };
  const first = firstCorrect(playback);
  const blocks: { step: number; ticks: Tick[]; firstCorrect: string | null; halts: boolean }[] = [];
  playback.frames.forEach((frame, index) => {
    const { step, cycle } = frame;
    const kind = tickKind(frame);
    blocks[step] ??= {
      step,
      ticks: [],
      firstCorrect: first && step === first.answer.step ? describeStay(first) : null,
      halts: step + 1 === playback.trace.haltStep,
    };
    blocks[step].ticks.push({
      index,
      kind,
      height: largest[kind] > 0 ? Math.sqrt(frame.change / largest[kind]) : 0,
      changesCells: kind === 'answer' && changesCellsAt(playback, frame, cell),
      firstCorrect: index === first?.frame,
      endsCycle: kind === 'answer' && cycle + 1 < playback.hCycles,
    });
  });
  return blocks;
}

function tickKind(frame: Frame): Tick['kind'] {
  return frame.update === 'answer' ? 'answer' : 'latent';
}

function largestChange(playback: SolvePlayback, kind: Tick['kind']): number {
  return playback.frames.reduce((most, frame) => (tickKind(frame) === kind ? Math.max(most, frame.change) : most), 0);
}

function changesCellsAt(playback: SolvePlayback, frame: Frame, cell: number | null): boolean {
  const cells = frame.answerIndex === null ? [] : (playback.answers[frame.answerIndex]?.changedCells ?? []);
  return cell === null ? cells.length > 0 : cells.includes(cell);
}

/** Supervision steps (counted from 1) in which a cell changed its symbol, each once. */
export function stepsChanging(playback: SolvePlayback, cell: number): number[] {
  const steps = playback.answers.flatMap(({ changedCells, step }) => (changedCells.includes(cell) ? [step + 1] : []));
  return [...new Set(steps)];
}

/** e.g. `supervision step 5 of 16, H cycle 2, L update 4` or `…, H cycle 2, answer`. */
export function describeFrame(playback: SolvePlayback, index: number): string {
  const frame = playback.frames[index];
  if (!frame) return t('solve.frame.none');
  const { step, cycle, update } = frame;
  const position = { step: step + 1, steps: playback.trace.steps.length, cycle: cycle + 1 };
  return update === 'answer'
    ? t('solve.frame.answer', position)
    : t('solve.frame.latent', { ...position, update: update + 1 });
}
