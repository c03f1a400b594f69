/** A curve of the compared runs as CSV (RFC 4180). */
import type { MetricPoint } from '../charts/axes';
import type { Curve } from '../charts/curves';
import type { ComparedRun } from './comparison.svelte';

type NamedRun = Pick<ComparedRun, 'name' | 'dashboard'>;

/**
 * A row for each point: of the evaluations if the curve has them, else of the steps. `samples` is empty where they were not counted. `n`: puzzles behind the value; `low` and `high`: its
 * 95 % interval, where it is an exact accuracy.
 */
export function comparedToCsv(runs: readonly NamedRun[], curve: Curve): string {
  const rows = runs.flatMap((run) => pointsOf(run, curve).map((point) => toRow(run, point)));
  return ['id,run,seed,step,seconds,samples,value,n,low,high', ...rows].map((row) => `${row}\r\n`).join('');
}

interface Point extends MetricPoint {
  readonly value: number;
  readonly n: number | null;
  readonly interval: readonly [number, number] | null;
}

function pointsOf({ dashboard: { evaluations, steps } }: NamedRun, curve: Curve): Point[] {
  const { id, read, readEvaluation, weightOf } = curve;
  if (readEvaluation)
    return evaluations.map((evaluation) => {
      const { step, seconds, samples, count: n, interval } = evaluation;
      return {
        step,
        seconds,
        samples,
        n,
        value: readEvaluation(evaluation),
        interval: id === 'exact' ? interval : null,
      };
    });
  return steps.flatMap(({ step, seconds, samples, halted }, index) => {
    const value = read(steps, index);
    return value === null ? [] : [{ step, seconds, samples, value, n: weightOf ? halted : null, interval: null }];
  });
}

function toRow({ name, dashboard: { run } }: NamedRun, { step, seconds, samples, value, n, interval }: Point): string {
  // Values are in per cent.
  const [low, high] = interval?.map((bound) => 100 * bound) ?? ['', ''];
  const cells = [run.seed, step, seconds, samples ?? '', value, n ?? '', low, high];
  return [quoted(run.runId), quoted(name), ...cells].join(',');
}

/** A CSV cell; a space is put before a name that a spreadsheet would take for a formula. */
function quoted(name: string): string {
  const harmless = /^[=+\-@\t\r]/u.test(name) ? ` ${name}` : name;
  return `"${harmless.replaceAll('"', '""')}"`;
}
