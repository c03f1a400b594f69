/** The blocks and ticks of the timeline, and descriptions of its frames. */
import { firstCorrect } from './solve-trace';
import type { SolveTrace, Frame } from './solve-trace';

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
  readonly flips: boolean;
  /** Whether the first fully correct answer was decoded here. */
  readonly firstCorrect: boolean;
  /** Whether it ends an H cycle that is not the last of its supervision step. */
  readonly closes: boolean;
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
export function timelineBlocks(solveTrace: SolveTrace, cell: number | null): Block[] {
  const largest = { latent: largestChange(solveTrace, 'latent'), answer: largestChange(solveTrace, 'answer') };
  const first = firstCorrect(solveTrace);
  const blocks: { step: number; ticks: Tick[]; firstCorrect: string | null; halts: boolean }[] = [];
  solveTrace.frames.forEach((frame, index) => {
    const { step, cycle } = frame;
    const kind = tickKind(frame);
    blocks[step] ??= {
      step,
      ticks: [],
      firstCorrect: step === first?.answer.step ? first.description : null,
      halts: step + 1 === solveTrace.trace.haltStep,
    };
    blocks[step].ticks.push({
      index,
      kind,
      height: largest[kind] > 0 ? Math.sqrt(frame.change / largest[kind]) : 0,
      flips: kind === 'answer' && flipsAt(solveTrace, frame, cell),
      firstCorrect: index === first?.frame,
      closes: kind === 'answer' && cycle + 1 < solveTrace.hCycles,
    });
  });
  return blocks;
}

function tickKind(frame: Frame): Tick['kind'] {
  return frame.update === 'answer' ? 'answer' : 'latent';
}

function largestChange(solveTrace: SolveTrace, kind: Tick['kind']): number {
  return solveTrace.frames.reduce((most, frame) => (tickKind(frame) === kind ? Math.max(most, frame.change) : most), 0);
}

function flipsAt(solveTrace: SolveTrace, frame: Frame, cell: number | null): boolean {
  const flips = frame.answerIndex === null ? [] : (solveTrace.answers[frame.answerIndex]?.flips ?? []);
  return cell === null ? flips.length > 0 : flips.includes(cell);
}

/** Supervision steps (counted from 1) in which a cell changed its symbol, each once. */
export function stepsChanging(solveTrace: SolveTrace, cell: number): number[] {
  const steps = solveTrace.answers.flatMap(({ flips, step }) => (flips.includes(cell) ? [step + 1] : []));
  return [...new Set(steps)];
}

/** e.g. `supervision step 5 of 16, H cycle 2, L update 4` or `…, H cycle 2, answer`. */
export function describeFrame(solveTrace: SolveTrace, index: number): string {
  const frame = solveTrace.frames[index];
  if (!frame) return 'nothing solved yet';
  const update = frame.update === 'answer' ? 'answer' : `L update ${frame.update + 1}`;
  return `supervision step ${frame.step + 1} of ${solveTrace.trace.steps.length}, H cycle ${frame.cycle + 1}, ${update}`;
}
