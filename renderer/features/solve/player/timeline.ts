/** The timeline's blocks and ticks, and the words for a point on it. */
import { firstRight } from './first-correct';
import type { Journey, Moment } from './solve-trace';

export interface Tick {
  /** Index of its moment. */
  readonly index: number;
  readonly kind: 'latent' | 'answer';
  /**
   * Its change against the largest of its kind in this solve, 0..1, as a square root: changes fall by
   * a factor of a hundred within a few steps, and the small ones are to be seen too.
   */
  readonly height: number;
  /** Cells (or the one asked for) changed here. */
  readonly flips: boolean;
  /** The first fully right answer was decoded here. */
  readonly firstRight: boolean;
  /** Ends an H cycle that another follows in the same supervision step. */
  readonly closes: boolean;
}

export interface Block {
  readonly step: number;
  readonly ticks: readonly Tick[];
  /** The first fully right answer was decoded in this supervision step: in words whether it stayed; null elsewhere. */
  readonly firstRight: string | null;
  /** The model would stop after this supervision step. */
  readonly halts: boolean;
}

/** One block for each supervision step; with `cell` given only its own changes are marked. */
export function timelineBlocks(journey: Journey, cell: number | null): Block[] {
  const largest = { latent: largestChange(journey, 'latent'), answer: largestChange(journey, 'answer') };
  const first = firstRight(journey);
  const blocks: { step: number; ticks: Tick[]; firstRight: string | null; halts: boolean }[] = [];
  journey.moments.forEach((moment, index) => {
    const { step, cycle } = moment;
    const kind = kindOf(moment);
    blocks[step] ??= {
      step,
      ticks: [],
      firstRight: step === first?.answer.step ? first.words : null,
      halts: step + 1 === journey.trace.haltStep,
    };
    blocks[step].ticks.push({
      index,
      kind,
      height: largest[kind] > 0 ? Math.sqrt(moment.change / largest[kind]) : 0,
      flips: kind === 'answer' && flipsAt(journey, moment, cell),
      firstRight: index === first?.moment,
      closes: kind === 'answer' && cycle + 1 < journey.hCycles,
    });
  });
  return blocks;
}

function kindOf(moment: Moment): Tick['kind'] {
  return moment.update === 'answer' ? 'answer' : 'latent';
}

function largestChange(journey: Journey, kind: Tick['kind']): number {
  return journey.moments.reduce((most, moment) => (kindOf(moment) === kind ? Math.max(most, moment.change) : most), 0);
}

function flipsAt(journey: Journey, moment: Moment, cell: number | null): boolean {
  const flips = moment.shown === null ? [] : (journey.answers[moment.shown]?.flips ?? []);
  return cell === null ? flips.length > 0 : flips.includes(cell);
}

/** Supervision steps (counted from 1) in which a cell changed its symbol, each once. */
export function stepsChanging(journey: Journey, cell: number): number[] {
  const steps = journey.answers.flatMap(({ flips, step }) => (flips.includes(cell) ? [step + 1] : []));
  return [...new Set(steps)];
}

/** e.g. `supervision step 5 of 16, H cycle 2, L update 4` or `…, H cycle 2, answer`. */
export function momentWords(journey: Journey, index: number): string {
  const moment = journey.moments[index];
  if (!moment) return 'nothing solved yet';
  const update = moment.update === 'answer' ? 'answer' : `L update ${moment.update + 1}`;
  return `supervision step ${moment.step + 1} of ${journey.trace.steps.length}, H cycle ${moment.cycle + 1}, ${update}`;
}
