import type { Run } from '../../../electron/contract/contract';
import Chart from '../../../renderer/ui/Chart.svelte';
import ChartMenu from '../../../renderer/features/train/charts/ChartMenu.svelte';
import ChartToolbar from '../../../renderer/features/train/charts/ChartToolbar.svelte';
import CurvePanel from '../../../renderer/features/train/charts/CurvePanel.svelte';
import type { ChartConfig, AxisRange } from '../../../renderer/ui/chart-options';
import type { ChartSettings } from '../../../renderer/features/train/charts/chart-view.svelte';
import { exactCurve, secondaryCurves, lossCurve } from '../../../renderer/features/train/charts/curves';
import { dashboardOf } from '../samples/metrics';
import { chartExport } from '../samples/states';
import { runs } from '../samples/runs';
import { viewOf } from '../samples/training';
import { click, noop, specimen, type Specimen } from '../specimen';

const theme = 'dark';
const fullRange = { from: 0, to: 2000 };
const name = 'Sudoku 4×4, Classroom';
const config: ChartConfig = {
  lines: [
    { colour: '--latent', width: 2, alpha: 1, rings: false },
    { colour: '--answer', width: 2, alpha: 1, rings: true },
  ],
  x: { isLog: false, range: () => ({ from: 0, to: 20 }), format: String },
  y: { isLog: false, range: () => [0, 12], format: String },
};
const xs = Array.from({ length: 21 }, (_, x) => x);
const chart = { config, theme, label: 'Two lines', onpoint: noop, onzoom: noop, onreset: noop };
const menu = { title: 'Loss per cell', isLog: false, isBusy: false, onlog: noop, oncsv: noop, onpng: noop };
const view = (settings: Partial<ChartSettings>, range: AxisRange | null = null) =>
  Object.assign(viewOf(settings), { range });
const curve =
  (of: Run, which: typeof exactCurve, settings: Partial<ChartSettings> = {}, range: AxisRange | null = null) =>
  () => ({
    curve: which,
    monitor: { detailed: dashboardOf(of), batchSize: 64 },
    view: view(settings, range),
    fullRange,
    chartExport: chartExport(),
    name,
    theme,
  });
const small = (index: number) => () => ({ ...curve(runs.finished, secondaryCurves[index]!)(), isSmall: true });

/** Charts of runs. */
export const charts: readonly Specimen[] = [
  specimen(
    'Chart',
    Chart,
    {
      'two lines': {
        ...chart,
        columns: [xs, xs.map((x) => 10 / (1 + x / 4)), xs.map((x) => (x % 5 === 0 ? x / 2 : null))],
      },
      gaps: { ...chart, columns: [xs, xs.map((x) => (x > 7 && x < 12 ? null : x / 2)), xs.map(() => null)] },
      empty: { ...chart, columns: [[], [], []] },
    },
    { width: 460, height: 220 },
  ),
  specimen(
    'ChartMenu',
    ChartMenu,
    { usual: menu, 'no logarithm': { ...menu, isLog: null }, busy: { ...menu, isBusy: true } },
    { width: 48 },
  ),
  specimen(
    'ChartMenu, opened',
    ChartMenu,
    { opened: { ...menu, isLog: true } },
    { width: 260, minHeight: 180, onmounted: click('summary, button') },
  ),
  specimen(
    'ChartToolbar',
    ChartToolbar,
    {
      usual: () => ({ view: view({}), fullRange, areSamplesEstimated: false, onaxis: noop }),
      'zoomed in, logarithmic': () => ({
        view: view({ isLogX: true, axis: 'samples', smoothing: 'strong' }, { from: 64_000, to: 76_800 }),
        fullRange: { from: 0, to: 128_000 },
        areSamplesEstimated: true,
        onaxis: noop,
      }),
    },
    { width: 860 },
  ),
  specimen(
    'CurvePanel',
    CurvePanel,
    {
      exact: curve(runs.finished, exactCurve),
      loss: curve(runs.finished, lossCurve),
      'logarithmic, as measured': curve(runs.finished, lossCurve, { logY: ['loss'], smoothing: 'none' }),
      'over time, zoomed in': curve(runs.finished, exactCurve, { axis: 'time' }, { from: 40, to: 90 }),
      'nothing yet': curve(runs.fresh, exactCurve),
    },
    { width: 560, height: 280 },
  ),
  specimen(
    'CurvePanel, small',
    CurvePanel,
    { cells: small(0), halting: small(1), gradient: small(3), pace: small(5) },
    { width: 280, height: 190 },
  ),
];
