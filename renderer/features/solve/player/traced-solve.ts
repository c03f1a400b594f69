/**
 * A traced solve as the player shows it: one frame per update, in order, and the check of each decoded answer.
 *
 * One supervision step holds `hCycles` H cycles; each has `lCycles` updates of the latent zL, closed by one
 * update of the answer zH. The answer is decoded from zH, so a latent update leaves it as it was.
 */
import type { PuzzleKind, RuleReport } from '../../../../datasets/kinds/puzzle-kind';
import type { Cycle, Trace } from '../../../../electron/contract/contract';
import { formatCount, formatFlop, formatInteger } from '../../../../electron/contract/format';

/** One position of the player. */
export interface Frame {
  /** Supervision step, counted from 0. */
  readonly step: number;
  /** H cycle within the step, counted from 0. */
  readonly cycle: number;
  /** Which L update, counted from 0, or the update of zH that closes the cycle. */
  readonly update: number | 'answer';
  /** Index into `TracedSolve.answers` of the latest answer; null before the first is decoded. */
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

export interface TracedSolve {
  readonly trace: Trace;
  readonly frames: readonly Frame[];
  readonly answers: readonly DecodedAnswer[];
  readonly hCycles: number;
  /** Cells whose answer is known; 0 where none is. */
  readonly labelCount: number;
  /** Index into `answers` of the first that is fully right. */
  readonly firstSolved: number | null;
}

/** What a trace is judged against; `labels` has 0 where no answer is known. */
interface TracedPuzzle {
  readonly kind: PuzzleKind;
  readonly inputs: readonly number[];
  readonly labels: readonly number[];
}

export function buildTracedSolve(trace: Trace, puzzle: TracedPuzzle): TracedSolve {
  const answers = decodeAll(trace, puzzle);
  const first = answers.findIndex((answer) => answer.solved);
  return {
    trace,
    frames: layOutFrames(trace),
    answers,
    hCycles: trace.steps[0]?.cycles.length ?? 0,
    labelCount: countLabels(puzzle.labels),
    firstSolved: first < 0 ? null : first,
  };
}

function layOutFrames(trace: Trace): Frame[] {
  const frames: Frame[] = [];
  let decoded = 0;
  trace.steps.forEach(({ cycles }, step) => {
    cycles.forEach(({ latent, change: answerChange }, cycle) => {
      const answerIndex = decoded > 0 ? decoded - 1 : null;
      latent.forEach(({ change }, update) => frames.push({ step, cycle, update, answerIndex, change }));
      frames.push({ step, cycle, update: 'answer', answerIndex: decoded++, change: answerChange });
    });
  });
  return frames;
}

function decodeAll(trace: Trace, puzzle: TracedPuzzle): DecodedAnswer[] {
  const answers: DecodedAnswer[] = [];
  const inputs = Uint8Array.from(puzzle.inputs);
  trace.steps.forEach(({ cycles }, step) => {
    cycles.forEach((decoded, cycle) => {
      const report = puzzle.kind.check(inputs, Uint8Array.from(decoded.answer));
      const correct = countCorrect(decoded.answer, puzzle.labels);
      const solved = correct === null ? report.legal : correct === countLabels(puzzle.labels);
      const changedCells = differences(answers.at(-1)?.answer, decoded.answer);
      answers.push({ ...decoded, step, cycle, changedCells, report, correct, solved });
    });
  });
  return answers;
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
export function lastChange(tracedSolve: TracedSolve): number {
  return tracedSolve.answers.reduce((last, answer, index) => (answer.changedCells.length > 0 ? index : last), 0);
}

/**
 * Index of the frame from which nothing changes any more: the end of the supervision step in which
 * the last cell changed, or after which the model would stop, whichever is later.
 */
export function settledFrame(tracedSolve: TracedSolve): number {
  const changing = tracedSolve.answers[lastChange(tracedSolve)]?.step ?? 0;
  const halting = (tracedSolve.trace.haltStep ?? tracedSolve.trace.steps.length) - 1;
  const last = Math.max(changing, halting);
  return tracedSolve.frames.reduce((latest, { step }, index) => (step <= last ? index : latest), 0);
}

/** Cost of the solve, e.g. `16 supervision steps, 336 updates, 4.1 GFLOP` */
export function describeEffort({ trace, frames }: TracedSolve): string {
  const { value, unit } = formatFlop(trace.flop);
  return `${formatCount(trace.steps.length, 'supervision step')}, ${formatInteger(frames.length)} updates, ${value} ${unit}`;
}

/** The first fully correct answer, and whether it stayed so: a model can find the answer and leave it again. */
export interface FirstCorrect {
  readonly answer: DecodedAnswer;
  /** Index of the frame in which it was decoded. */
  readonly frame: number;
  /** Whether every later answer was right too. */
  readonly stayed: boolean;
  /** e.g. `stayed right`, `left once, right at the end` */
  readonly description: string;
}

/** Null if no answer was correct. */
export function firstCorrect(tracedSolve: TracedSolve): FirstCorrect | null {
  const { answers, firstSolved } = tracedSolve;
  const answer = firstSolved === null ? undefined : answers[firstSolved];
  if (firstSolved === null || !answer) return null;
  const left = answers.filter(
    (later, index) => index > firstSolved && !later.solved && answers[index - 1]?.solved,
  ).length;
  const ends = answers.at(-1)?.solved ?? false;
  return {
    answer,
    frame: findFrame(tracedSolve, firstSolved),
    stayed: left === 0,
    description: describeStay(left, ends),
  };
}

function describeStay(left: number, ends: boolean): string {
  if (left === 0) return 'stayed right';
  const times = left === 1 ? 'once' : formatCount(left, 'time');
  return `left ${times}, ${ends ? 'right at the end' : 'wrong at the end'}`;
}

/** Index of the frame that decoded an answer. */
function findFrame({ frames }: TracedSolve, answer: number): number {
  return frames.findIndex(({ update, answerIndex }) => update === 'answer' && answerIndex === answer);
}

/**
 * What an edit did to the answer, in a sentence.
 * @param options.changedCount number of cells whose final answer changed
 */
export function describeEffect(
  { answers, labelCount }: TracedSolve,
  { changedCount, hasRules }: { readonly changedCount: number; readonly hasRules: boolean },
): string {
  const last = answers.at(-1);
  if (!last) return '';
  const worth =
    last.correct !== null
      ? `${last.correct} of ${labelCount} cells right`
      : last.solved
        ? 'a legal answer'
        : hasRules
          ? 'no legal answer'
          : null;
  const difference = `${formatCount(changedCount, 'cell')} changed.`;
  if (worth === null) return `${difference.charAt(0).toUpperCase()}${difference.slice(1)}`;
  return `${last.solved ? '✓ ' : ''}${worth}; ${difference}`;
}
