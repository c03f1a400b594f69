/** Comparison of the selected runs: their curves over one axis, as CSV, and their differing settings. */
import type { ComputeEvent } from '../../../../electron/contract/contract';
import type { CatalogStore } from '../../../app/catalog-store.svelte';
import type { Compute } from '../../../app/compute.svelte';
import { loadedValue, describeError } from '../../../app/compute.svelte';
import type { ChartColumns, AxisRange } from '../../../ui/chart-options';
import type { XAxis } from '../charts/axes';
import type { CurveLine } from '../charts/chart-lines';
import {
  alignLines,
  evaluationLine,
  getFullRange,
  meansAndSteps,
  rawLine,
  smoothedLine,
  smoothingSteps,
} from '../charts/chart-lines';
import type { ChartSettings, SettingsStorage } from '../charts/chart-view.svelte';
import { ChartView } from '../charts/chart-view.svelte';
import type { Curve } from '../charts/curves';
import type { Dashboard } from '../run/run-monitor.svelte';
import { createDashboard } from '../run/run-monitor.svelte';
import type { RunConfigInfo, RunsState } from '../runs/runs.svelte';
import { groupSeeds } from './seed-groups';

/** A setting by its path, `model.hiddenSize`, and its value in each run; null where a run has none. */
interface Difference {
  readonly setting: string;
  readonly values: readonly (string | null)[];
}

/** Settings that differ between runs, in the order of the configuration. */
export function findDifferences(setups: readonly RunConfigInfo[]): Difference[] {
  const flat = setups.map(({ preset, config }) => Object.fromEntries([['preset', preset.id], ...leaves(config)]));
  const all: Readonly<Record<string, string>> = Object.assign({}, ...flat);
  return Object.keys(all)
    .map((setting) => ({ setting, values: flat.map((values) => values[setting] ?? null) }))
    .filter(({ values }) => values.some((value) => value !== values[0]));
}

function leaves(value: unknown, path = ''): [string, string][] {
  if (value === null || typeof value !== 'object') return [[path, String(value)]];
  return Object.entries(value).flatMap(([key, inner]) => leaves(inner, path === '' ? key : `${path}.${key}`));
}

/** A run with the number of puzzles per step. */
export interface BatchedRun {
  readonly dashboard: Dashboard;
  readonly batchSize: number;
}

interface ComparedOptions {
  readonly settings: ChartSettings;
  readonly range: AxisRange | null;
  readonly width: number;
}

/** One column per run: its evaluations if the curve has them, else its smoothed training metrics. */
export function comparedColumns(
  runs: readonly BatchedRun[],
  curve: Curve,
  { settings, ...options }: ComparedOptions,
): ChartColumns {
  const isLog = settings.logY.includes(curve.id);
  const lines = runs.map(({ dashboard, batchSize }): CurveLine => {
    const at = { ...options, batchSize, axis: settings.axis };
    if (curve.readEvaluation) return evaluationLine(dashboard.evaluations, curve.readEvaluation, at);
    const spanSteps = smoothingSteps(dashboard, settings);
    return spanSteps === null
      ? rawLine(dashboard.steps, curve.read, at)
      : smoothedLine(meansAndSteps(dashboard), curve.read, { ...at, spanSteps, weightOf: curve.weightOf });
  });
  const positive = ({ x, y }: CurveLine): CurveLine => {
    const indices = x
      .map((_, index) => index)
      .filter((index) => (!settings.isLogX || (x[index] ?? 0) > 0) && (!isLog || (y[index] ?? 0) > 0));
    return { x: indices.map((index) => x[index] ?? 0), y: indices.map((index) => y[index] ?? null) };
  };
  return alignLines(isLog || settings.isLogX ? lines.map(positive) : lines);
}

/** The range of x that contains every run. */
export function getComparedRange(
  runs: readonly BatchedRun[],
  { axis, isLogX }: { readonly axis: XAxis; readonly isLogX: boolean },
): AxisRange {
  const ranges = runs.map(({ dashboard, batchSize }) => getFullRange(dashboard, { axis, isLogX, batchSize }));
  if (ranges.length === 0) return { from: isLogX ? 1 : 0, to: 10 };
  return { from: Math.min(...ranges.map(({ from }) => from)), to: Math.max(...ranges.map(({ to }) => to)) };
}

/** The mark of a run in a comparison: a stroke and a shape besides the colour, so that colour is never the only sign. */
export interface RunMark {
  /** Token of the colour. */
  readonly colour: string;
  /** Strokes and gaps in pixels; unbroken without. */
  readonly dash: readonly number[];
  readonly shape: 'circle' | 'square' | 'triangle' | 'diamond' | 'cross' | 'ring';
  readonly letter: string;
}

const runMarks: readonly RunMark[] = [
  { colour: '--run-1', dash: [], shape: 'circle', letter: 'A' },
  { colour: '--run-2', dash: [7, 4], shape: 'square', letter: 'B' },
  { colour: '--run-3', dash: [2, 3], shape: 'triangle', letter: 'C' },
  { colour: '--run-4', dash: [10, 3, 2, 3], shape: 'diamond', letter: 'D' },
  { colour: '--run-5', dash: [4, 2], shape: 'cross', letter: 'E' },
  { colour: '--run-6', dash: [12, 5], shape: 'ring', letter: 'F' },
];

/** The shape as a path around the origin, for a canvas or an SVG; `size` is its height. */
export function shapePath(shape: RunMark['shape'], size: number): string {
  const r = size / 2;
  const paths: Readonly<Record<RunMark['shape'], string>> = {
    circle: `M${-r} 0A${r} ${r} 0 1 0 ${r} 0A${r} ${r} 0 1 0 ${-r} 0Z`,
    ring: `M${-r} 0A${r} ${r} 0 1 0 ${r} 0A${r} ${r} 0 1 0 ${-r} 0Z`,
    square: `M${-r} ${-r}H${r}V${r}H${-r}Z`,
    triangle: `M0 ${-r}L${r} ${r}H${-r}Z`,
    diamond: `M0 ${-r * 1.2}L${r * 1.2} 0L0 ${r * 1.2}L${-r * 1.2} 0Z`,
    cross: `M${-r} ${-r}L${r} ${r}M${r} ${-r}L${-r} ${r}`,
  };
  return paths[shape];
}

export interface ComparedRun {
  readonly name: string;
  readonly mark: RunMark;
  readonly dashboard: Dashboard;
  readonly setup: RunConfigInfo;
}

type Read = Pick<ComparedRun, 'dashboard' | 'setup'>;

/** Of each run: enough for the width of a screen. */
const points = 2000;

export class ComparisonState {
  readonly charts: ChartView;
  /** Id of the highlighted run. */
  highlighted = $state<string | null>(null);
  failure = $state<string | null>(null);
  isReading = $state(false);
  #read = $state.raw<Readonly<Record<string, Read>>>({});
  readonly list = $derived.by((): readonly ComparedRun[] =>
    this.runs.slots.flatMap((runId, slot) => {
      const run = loadedValue(this.catalog.runs)?.find((known) => known.runId === runId);
      const [read, mark] = [run && this.#read[run.runId], runMarks[slot]];
      return run && read && mark ? [{ ...read, mark, name: this.runs.withName(run).name }] : [];
    }),
  );
  readonly groups = $derived(groupSeeds(this.list));
  readonly differing = $derived(findDifferences(this.list.map(({ setup }) => setup)));

  constructor(
    private readonly compute: Compute,
    private readonly catalog: CatalogStore,
    private readonly runs: RunsState,
    storage: SettingsStorage,
  ) {
    this.charts = new ChartView('compare', storage);
    compute.onEvent((event) => this.#receive(event));
  }

  /** Reads the selected runs that are not read yet. */
  async read(again = false): Promise<void> {
    if (this.isReading) return;
    const wanted = this.runs.selected.filter((runId) => again || !(runId in this.#read));
    if (wanted.length === 0) return;
    [this.isReading, this.failure] = [true, null];
    try {
      const read = await Promise.all(wanted.map(async (runId) => [runId, await this.#readRun(runId)] as const));
      this.#read = { ...this.#read, ...Object.fromEntries(read) };
    } catch (reason) {
      this.failure = describeError(reason);
    } finally {
      this.isReading = false;
    }
  }

  async #readRun(runId: string): Promise<Read> {
    const [history, setup] = await Promise.all([
      this.compute.request('readMetrics', { runId, points }),
      this.compute.request('getRunConfig', { runId }),
    ]);
    return { dashboard: createDashboard(history), setup };
  }

  /** Reads a run again after an evaluation, a resume or its end. */
  #receive(event: ComputeEvent): void {
    if (!isChange(event) || !(event.runId in this.#read)) return;
    void this.#readRun(event.runId).then(
      (read) => (this.#read = { ...this.#read, [event.runId]: read }),
      () => undefined,
    );
  }
}

const changes = ['run/evaluated', 'run/resumed', 'run/finished', 'run/stopped', 'run/failed'] as const;
type Change = Extract<ComputeEvent, { type: (typeof changes)[number] }>;

const isChange = (event: ComputeEvent): event is Change => changes.some((type) => type === event.type);
