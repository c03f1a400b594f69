/**
 * A solve laid out for walking: every update of a trace in order, and what each decoded answer is worth.
 *
 * One supervision step holds `hCycles` H cycles; each has `lCycles` updates of the latent zL, closed by one
 * update of the answer zH. The answer is decoded from zH, so a latent update leaves it as it was.
 */
import type { Cycle, Trace } from '../../../../electron/contract/contract';
import type { PuzzleKind, RuleReport } from '../../../../datasets/kinds/puzzle-kind';

/** One point the player can stand on. */
export interface Moment {
  /** Supervision step, counted from 0. */
  readonly step: number;
  /** H cycle within the step, counted from 0. */
  readonly cycle: number;
  /** Which L update, counted from 0, or the update of zH that closes the cycle. */
  readonly update: number | 'answer';
  /** Index into `Journey.answers` of the answer that stands here; null before the first is decoded. */
  readonly shown: number | null;
  /** Root mean square change of the latent (L update) or of zH. */
  readonly change: number;
}

/** One decoded answer: what changed against the one before, and what the rules say of it. */
export interface DecodedAnswer extends Cycle {
  readonly step: number;
  readonly cycle: number;
  /** Cells whose symbol differs from the answer before, ascending; empty for the first answer. */
  readonly flips: readonly number[];
  readonly report: RuleReport;
  /** Cells equal to the known solution; null where no solution is known. */
  readonly right: number | null;
  /** Equal to the known solution, or legal where none is known. */
  readonly solved: boolean;
}

export interface Journey {
  readonly trace: Trace;
  readonly moments: readonly Moment[];
  readonly answers: readonly DecodedAnswer[];
  readonly hCycles: number;
  /** Cells whose answer is known; 0 where none is. */
  readonly labelled: number;
  /** Index into `answers` of the first that is fully right. */
  readonly firstSolved: number | null;
}

/** What a trace is judged against; `labels` has 0 where no answer is known. */
export interface Subject {
  readonly kind: PuzzleKind;
  readonly inputs: readonly number[];
  readonly labels: readonly number[];
}

export function layOut(trace: Trace, subject: Subject): Journey {
  const answers = decodeAll(trace, subject);
  const first = answers.findIndex((answer) => answer.solved);
  return {
    trace,
    moments: momentsOf(trace),
    answers,
    hCycles: trace.steps[0]?.cycles.length ?? 0,
    labelled: labelled(subject.labels),
    firstSolved: first < 0 ? null : first,
  };
}

function momentsOf(trace: Trace): Moment[] {
  const moments: Moment[] = [];
  let decoded = 0;
  trace.steps.forEach(({ cycles }, step) => {
    cycles.forEach(({ latent, change: answerChange }, cycle) => {
      const shown = decoded > 0 ? decoded - 1 : null;
      latent.forEach(({ change }, update) => moments.push({ step, cycle, update, shown, change }));
      moments.push({ step, cycle, update: 'answer', shown: decoded++, change: answerChange });
    });
  });
  return moments;
}

function decodeAll(trace: Trace, subject: Subject): DecodedAnswer[] {
  const answers: DecodedAnswer[] = [];
  const inputs = Uint8Array.from(subject.inputs);
  trace.steps.forEach(({ cycles }, step) => {
    cycles.forEach((decoded, cycle) => {
      const report = subject.kind.check(inputs, Uint8Array.from(decoded.answer));
      const right = cellsRight(decoded.answer, subject.labels);
      const solved = right === null ? report.legal : right === labelled(subject.labels);
      const flips = differences(answers.at(-1)?.answer, decoded.answer);
      answers.push({ ...decoded, step, cycle, flips, report, right, solved });
    });
  });
  return answers;
}

function differences(before: readonly number[] | undefined, after: readonly number[]): number[] {
  if (!before) return [];
  return after.flatMap((token, cell) => (token === before[cell] ? [] : [cell]));
}

function labelled(labels: readonly number[]): number {
  return labels.reduce((count, label) => count + (label === 0 ? 0 : 1), 0);
}

/** How many labelled cells the answer has right; null where no cell has a label. */
export function cellsRight(answer: readonly number[], labels: readonly number[]): number | null {
  if (labelled(labels) === 0) return null;
  return labels.reduce((count, label, cell) => count + (label !== 0 && answer[cell] === label ? 1 : 0), 0);
}

/** How much there is to see in a solve: the last answer (by index) that still changed a cell. */
export function lastFlip(journey: Journey): number {
  return journey.answers.reduce((last, answer, index) => (answer.flips.length > 0 ? index : last), 0);
}

/**
 * The moment (by index) from which nothing new is to be seen: the end of the supervision step in which
 * the last cell changed, or after which the model would stop, whichever is later.
 */
export function settledAt(journey: Journey): number {
  const changing = journey.answers[lastFlip(journey)]?.step ?? 0;
  const halting = (journey.trace.haltStep ?? journey.trace.steps.length) - 1;
  const last = Math.max(changing, halting);
  return journey.moments.reduce((latest, { step }, index) => (step <= last ? index : latest), 0);
}
