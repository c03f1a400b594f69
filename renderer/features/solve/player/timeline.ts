/** The blocks and ticks of the timeline, and descriptions of its frames. */
import { t } from '../../../messages/language.svelte';
import { isBeyondHalt } from './halting';
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
  /** Whether it would have halted before. */
  readonly isBeyondHalt: boolean;
}

/** Maximum supervision steps that are all shown as blocks; of a longer solve a page of them, below an overview. */
export const MAX_BLOCKS = 24;
const PAGE = 16;

/** The supervision steps that are shown as blocks while `step` is played, from 0. */
export function pageAt(steps: number, step: number): { readonly from: number; readonly to: number } {
  if (steps <= MAX_BLOCKS) return { from: 0, to: steps };
  const from = PAGE * Math.floor(Math.max(0, step) / PAGE);
  return { from, to: Math.min(steps, from + PAGE) };
}

/** One block per supervision step from..to (the last not included); with `cell` only its changes are marked. */
export function timelineBlocks(
  playback: SolvePlayback,
  cell: number | null,
  { from, to } = { from: 0, to: playback.stepStarts.length },
): Block[] {
  const largest = playback.largestChange;
  const first = firstCorrect(playback);
  const blocks: (Omit<Block, 'ticks'> & { readonly ticks: Tick[] })[] = [];
  const [start = 0, end = playback.frames.length] = [playback.stepStarts[from], playback.stepStarts[to]];
  playback.frames.slice(start, end).forEach((frame, offset) => {
    const index = start + offset;
    const { step, cycle } = frame;
    const kind = tickKind(frame);
    const block = (blocks[step - from] ??= {
      step,
      ticks: [],
      firstCorrect: first && step === first.answer.step ? describeStay(first) : null,
      halts: step + 1 === playback.trace.haltStep,
      isBeyondHalt: isBeyondHalt(playback, step),
    });
    block.ticks.push({
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

function changesCellsAt(playback: SolvePlayback, frame: Frame, cell: number | null): boolean {
  const cells = frame.answerIndex === null ? [] : (playback.answers[frame.answerIndex]?.changedCells ?? []);
  return cell === null ? cells.length > 0 : cells.includes(cell);
}

/** A supervision step, or several neighbouring ones, of the overview of a long solve. */
export interface OverviewColumn {
  /** The steps from..to (the last not included), from 0. */
  readonly from: number;
  readonly to: number;
  /** Height of the largest change of an answer, see `Tick`. */
  readonly height: number;
  readonly changesCells: boolean;
  /** Whether the last answer of these steps is right. */
  readonly solved: boolean;
}

/** One column for each supervision step, or at most `columns` for equal numbers of them. */
export function overviewColumns(playback: SolvePlayback, columns: number, cell: number | null): OverviewColumn[] {
  const { answers, hCycles, largestChange, stepStarts } = playback;
  const size = Math.max(1, Math.ceil(stepStarts.length / Math.max(1, columns)));
  return Array.from({ length: Math.ceil(stepStarts.length / size) }, (_, column) => {
    const [from, to] = [column * size, Math.min(stepStarts.length, (column + 1) * size)];
    const own = answers.slice(from * hCycles, to * hCycles);
    const change = own.reduce((most, answer) => Math.max(most, answer.change), 0);
    return {
      from,
      to,
      height: largestChange.answer > 0 ? Math.sqrt(change / largestChange.answer) : 0,
      changesCells: own.some(({ changedCells }) =>
        cell === null ? changedCells.length > 0 : changedCells.includes(cell),
      ),
      solved: own.at(-1)?.solved ?? false,
    };
  });
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
  const position = { step: step + 1, steps: playback.plannedSteps, cycle: cycle + 1 };
  return update === 'answer'
    ? t('solve.frame.answer', position)
    : t('solve.frame.latent', { ...position, update: update + 1 });
}
