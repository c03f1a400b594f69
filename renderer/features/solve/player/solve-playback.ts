/**
 * A traced solve as the player shows it: one frame per update, in order, and the check of each decoded answer.
 *
 * One supervision step holds `hCycles` H cycles; each has `lCycles` updates of the latent zL, closed by one
 * update of the answer zH. The answer is decoded from zH, so a latent update leaves it as it was.
 */
import type { PuzzleKind, RuleReport } from '../../../../datasets/kinds/puzzle-kind';
import type { Cycle, Step, Trace } from '../../../../electron/contract/contract';
import { formatOperations } from '../../../../electron/contract/format';
import type { MeasuredAnswer } from '../../../../electron/contract/receipt';
import { t } from '../../../messages/language.svelte';

/** One position of the player. */
export interface Frame {
  /** Supervision step, counted from 0. */
  readonly step: number;
  /** H cycle within the step, counted from 0. */
  readonly cycle: number;
  /** Which L update, counted from 0, or the update of zH that closes the cycle. */
  readonly update: number | 'answer';
  /** Index into `SolvePlayback.answers` of the latest answer; null before the first is decoded. */
  readonly answerIndex: number | null;
  /** Root mean square change of the latent (L update) or of zH. */
  readonly change: number;
}

/** One decoded answer: what changed against the one before, and its rule check. */
export interface DecodedAnswer extends Cycle {
  readonly step: number;
  readonly cycle: number;
  /** Cells whose symbol differs from the answer before, ascending; empty for the first answer. */
  readonly changedCells: readonly number[];
  readonly report: RuleReport;
  /** Cells equal to the known solution; null where no solution is known. */
  readonly correct: number | null;
  /** Equal to the known solution, or legal where none is known. */
  readonly solved: boolean;
}

export interface SolvePlayback {
  readonly trace: Trace;
  readonly frames: readonly Frame[];
  readonly answers: readonly DecodedAnswer[];
  readonly hCycles: number;
  /** Index of the first frame of each supervision step. */
  readonly stepStarts: readonly number[];
  /** Largest change of an L update and of an answer. */
  readonly largestChange: { readonly latent: number; readonly answer: number };
  /** False while further steps are computed. */
  readonly isComplete: boolean;
  /** Supervision steps of the solve, including those that are not computed yet. */
  readonly plannedSteps: number;
  /** Cells whose answer is known; 0 where none is. */
  readonly labelCount: number;
  /** Index into `answers` of the first that is fully right. */
  readonly firstSolved: number | null;
}

/** What a trace is judged against; `labels` has 0 where no answer is known. */
export interface TracedPuzzle {
  readonly kind: PuzzleKind;
  readonly inputs: readonly number[];
  readonly labels: readonly number[];
}

export function buildPlayback(trace: Trace, puzzle: TracedPuzzle): SolvePlayback {
  const builder = new PlaybackBuilder(puzzle);
  builder.add(trace.steps);
  return builder.build(trace);
}

/** Builds a playback step by step, while a solve is computed: each step is decoded and checked once. */
export class PlaybackBuilder {
  private readonly steps: Step[] = [];
  private readonly frames: Frame[] = [];
  private readonly answers: DecodedAnswer[] = [];
  private readonly stepStarts: number[] = [];
  private readonly largest = { latent: 0, answer: 0 };
  private readonly inputs: Uint8Array;
  private readonly labelCount: number;
  private firstSolved: number | null = null;

  constructor(private readonly puzzle: TracedPuzzle) {
    this.inputs = Uint8Array.from(puzzle.inputs);
    this.labelCount = countLabels(puzzle.labels);
  }

  add(steps: readonly Step[]): void {
    for (const { cycles, qHalt } of steps) {
      const step = this.steps.push({ cycles, qHalt }) - 1;
      this.stepStarts.push(this.frames.length);
      cycles.forEach((cycle, index) => this.addCycle(cycle, { step, cycle: index }));
    }
  }

  private addCycle(decoded: Cycle, position: { readonly step: number; readonly cycle: number }): void {
    const { frames, answers, largest } = this;
    const answerIndex = answers.length > 0 ? answers.length - 1 : null;
    decoded.latent.forEach(({ change }, update) => {
      frames.push({ ...position, update, answerIndex, change });
      largest.latent = Math.max(largest.latent, change);
    });
    largest.answer = Math.max(largest.answer, decoded.change);
    const report = this.puzzle.kind.check(this.inputs, Uint8Array.from(decoded.answer));
    const correct = countCorrect(decoded.answer, this.puzzle.labels);
    const solved = correct === null ? report.legal : correct === this.labelCount;
    const changedCells = differences(answers.at(-1)?.answer, decoded.answer);
    answers.push({ ...decoded, ...position, changedCells, report, correct, solved });
    if (solved) this.firstSolved ??= answers.length - 1;
    frames.push({ ...position, update: 'answer', answerIndex: answers.length - 1, change: decoded.change });
  }

  /** The playback of the steps so far. @param trace what is known of the solve besides its steps */
  build(
    trace: Omit<Trace, 'steps'>,
    { isComplete, plannedSteps } = { isComplete: true, plannedSteps: this.steps.length },
  ): SolvePlayback {
    const { steps, frames, answers, stepStarts, largest, labelCount, firstSolved } = this;
    return {
      trace: { ...trace, steps: [...steps] },
      frames: [...frames],
      answers: [...answers],
      hCycles: steps[0]?.cycles.length ?? 0,
      stepStarts: [...stepStarts],
      largestChange: { ...largest },
      isComplete,
      plannedSteps,
      labelCount,
      firstSolved,
    };
  }

  /** The playback of a solve that is still computed. */
  buildPartial({
    plannedSteps,
    ...solve
  }: {
    readonly model: string;
    readonly milliseconds: number;
    readonly plannedSteps: number;
  }): SolvePlayback {
    const halting = this.steps.findIndex(({ qHalt }) => qHalt > 0);
    return this.build(
      {
        ...solve,
        inputs: [...this.puzzle.inputs],
        identifier: 0,
        lCycles: this.steps[0]?.cycles[0]?.latent.length ?? 0,
        haltStep: halting < 0 ? null : halting + 1,
        heads: 0,
        puzzleEmbLen: 0,
        flop: 0,
        path: null,
      },
      { isComplete: false, plannedSteps },
    );
  }
}

function differences(before: readonly number[] | undefined, after: readonly number[]): number[] {
  if (!before) return [];
  return after.flatMap((token, cell) => (token === before[cell] ? [] : [cell]));
}

function countLabels(labels: readonly number[]): number {
  return labels.reduce((count, label) => count + (label === 0 ? 0 : 1), 0);
}

/** Number of labelled cells the answer has right; null if no cell has a label. */
export function countCorrect(answer: readonly number[], labels: readonly number[]): number | null {
  if (countLabels(labels) === 0) return null;
  return labels.reduce((count, label, cell) => count + (label !== 0 && answer[cell] === label ? 1 : 0), 0);
}

/** Index of the last answer that still changed a cell. */
export function lastChange(playback: SolvePlayback): number {
  return playback.answers.reduce((last, answer, index) => (answer.changedCells.length > 0 ? index : last), 0);
}

/**
 * Index of the frame from which nothing changes any more: the end of the supervision step in which
 * the last cell changed, or after which the model would stop, whichever is later.
 */
export function settledFrame(playback: SolvePlayback): number {
  const changing = playback.answers[lastChange(playback)]?.step ?? 0;
  const halting = (playback.trace.haltStep ?? playback.trace.steps.length) - 1;
  const last = Math.max(changing, halting);
  return playback.frames.reduce((latest, { step }, index) => (step <= last ? index : latest), 0);
}

/** Cost of the solve, e.g. `16 supervision steps, 336 updates, 4.1 GFLOP` */
export function describeEffort({ trace, frames }: SolvePlayback): string {
  return t('solve.effort', { steps: trace.steps.length, updates: frames.length, flop: formatOperations(trace.flop) });
}

/** What the answer has cost; undefined while it is computed. */
export function measuredAnswer({ trace, isComplete }: SolvePlayback): MeasuredAnswer | undefined {
  if (!isComplete || trace.flop === 0) return undefined;
  return { steps: trace.steps.length, flop: trace.flop, seconds: trace.milliseconds / 1000 };
}

/** The first fully correct answer, and whether it stayed so: a model can find the answer and leave it again. */
export interface FirstCorrect {
  readonly answer: DecodedAnswer;
  /** Index of the frame in which it was decoded. */
  readonly frame: number;
  /** Whether every later answer was right too. */
  readonly stayed: boolean;
  /** How often a later answer was wrong after a right one. */
  readonly lostCount: number;
  /** Whether the last answer was right. */
  readonly endsCorrect: boolean;
}

/** Null if no answer was correct. */
export function firstCorrect(playback: SolvePlayback): FirstCorrect | null {
  const { answers, firstSolved } = playback;
  const answer = firstSolved === null ? undefined : answers[firstSolved];
  if (firstSolved === null || !answer) return null;
  const lostCount = answers.filter(
    (later, index) => index > firstSolved && !later.solved && answers[index - 1]?.solved,
  ).length;
  return {
    answer,
    frame: findFrame(playback, firstSolved),
    stayed: lostCount === 0,
    lostCount,
    endsCorrect: answers.at(-1)?.solved ?? false,
  };
}

/** e.g. `stayed correct`, `lost once, correct at the end` */
export function describeStay({ lostCount, endsCorrect }: FirstCorrect): string {
  if (lostCount === 0) return t('solve.firstCorrect.stayed');
  return t(endsCorrect ? 'solve.firstCorrect.lostAndFound' : 'solve.firstCorrect.lost', { count: lostCount });
}

/** Index of the frame that decoded an answer. */
function findFrame({ frames }: SolvePlayback, answer: number): number {
  return frames.findIndex(({ update, answerIndex }) => update === 'answer' && answerIndex === answer);
}

/**
 * What an edit did to the answer, in a sentence.
 * @param options.changedCount number of cells whose final answer changed
 */
export function describeEffect(
  { answers, labelCount }: SolvePlayback,
  { changedCount, hasRules }: { readonly changedCount: number; readonly hasRules: boolean },
): string {
  const last = answers.at(-1);
  if (!last) return '';
  const changed = changedCount;
  const mark = last.solved ? '✓ ' : '';
  if (last.correct !== null)
    return `${mark}${t('solve.effect.cells', { correct: last.correct, total: labelCount, changed })}`;
  if (last.solved) return `${mark}${t('solve.effect.legal', { changed })}`;
  return t(hasRules ? 'solve.effect.illegal' : 'solve.effect.changed', { changed });
}
