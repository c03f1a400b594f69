/** A curve of the compared runs as CSV (RFC 4180). */
import { meanOverSeeds, type SeedMean } from '../../../../electron/contract/experiment-statistics';
import type { MetricPoint } from '../charts/axes';
import type { Curve } from '../charts/curves';
import type { ComparedRun } from './comparison.svelte';
import type { SeedGroup } from './seed-groups';

type NamedRun = Pick<ComparedRun, 'name' | 'dashboard'>;
type Group = Pick<SeedGroup<NamedRun & Pick<ComparedRun, 'setup'>>, 'runs' | 'mean'>;

/**
 * A row for each point: of the evaluations if the curve has them, else of the steps. `samples` is empty where they were not counted. `n`: puzzles behind the value; `low` and `high`: its
 * 95 % interval, where it is an exact accuracy. Rows of `seeds` above 1 are means of the runs of a group, at each step that all of them
 * evaluated, and without a step at the end of runs that ended at different ones.
 */
export function comparedToCsv(runs: readonly NamedRun[], groups: readonly Group[], curve: Curve): string {
  const rows = runs.flatMap((run) => pointsOf(run, curve).map((point) => toRow(run, point)));
  const means = curve.id === 'exact' ? groups.flatMap(meanRows) : [];
  return ['id,run,seed,step,seconds,samples,value,n,low,high,seeds', ...rows, ...means]
    .map((row) => `${row}\r\n`)
    .join('');
}

function meanRows({ runs, mean }: Group): string[] {
  const ids = quoted(runs.map(({ dashboard }) => dashboard.run.runId).join(' '));
  const toMeanRow = (step: number | '', { mean: value, interval: [low, high], count, seeds }: SeedMean) =>
    [ids, 'mean', '', step, '', '', 100 * value, count, 100 * low, 100 * high, seeds].join(',');
  const [first, ...others] = runs.map(({ dashboard }) => dashboard.evaluations);
  const rows = (first ?? []).flatMap((evaluation) => {
    const { step, count } = evaluation;
    const same = others.flatMap((list) => list.find((other) => other.step === step && other.count === count) ?? []);
    return same.length < others.length ? [] : [toMeanRow(step, meanOverSeeds([evaluation, ...same]))];
  });
  const isOneEnd = new Set(runs.map(({ dashboard }) => dashboard.run.step)).size === 1;
  return isOneEnd ? rows : [...rows, toMeanRow('', mean)];
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
  const cells = [run.seed, step, seconds, samples ?? '', value, n ?? '', low, high, 1];
  return [quoted(run.runId), quoted(name), ...cells].join(',');
}

/** A CSV cell; a space is put before a name that a spreadsheet would take for a formula. */
function quoted(name: string): string {
  const harmless = /^[=+\-@\t\r]/u.test(name) ? ` ${name}` : name;
  return `"${harmless.replaceAll('"', '""')}"`;
}
