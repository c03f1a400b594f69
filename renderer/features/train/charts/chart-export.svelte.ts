/** Exports charts: as CSV with every measurement, or as PNG. */
import type { Evaluation, Input, Output, Run, StepMetrics } from '../../../../electron/contract/contract';
import { MAX_METRIC_POINTS } from '../../../../electron/contract/limits';
import type { MainApi } from '../../../../electron/contract/main-api';
import type { Compute } from '../../../app/compute.svelte';
import { describeError } from '../../../app/compute.svelte';
import type { Notifications } from '../../../app/notifications.svelte';
import { sharpContext } from '../../../lib/canvas';
import { toPngBytes } from '../../../lib/png';
import { t } from '../../../messages/language.svelte';
import { readCssColour } from '../../../ui/chart-options';
import type { MetricPoint } from './axes';
import { curveTitle, type Curve } from './curves';

interface CurveData {
  readonly steps: readonly StepMetrics[];
  readonly evaluations: readonly Evaluation[];
  /** Range of the steps of the rows: steps around it are only read by curves of differences. All by default. */
  readonly from?: number;
  readonly to?: number;
}

// RFC 4180: a row for every step and every evaluation that has a value; a cell without one is empty, as that of samples which were not
// counted. Shares are in percent.

const csvHeader = ({ readEvaluation }: Curve): string =>
  ['step', 'seconds', 'samples', 'train', ...(readEvaluation ? ['held_out'] : [])].join(',');

const csvLines = (rows: readonly string[]): string => rows.map((row) => `${row}\r\n`).join('');

function csvRows(curve: Curve, { steps, evaluations, from = 0, to = Infinity }: CurveData): string[] {
  const evaluationsShown = curve.readEvaluation ? evaluations : [];
  const rows = [
    ...steps.flatMap((step, index) => csvRow(step, [curve.read(steps, index), null])),
    ...evaluationsShown.flatMap((evaluation) => csvRow(evaluation, [null, curve.readEvaluation?.(evaluation) ?? null])),
  ];
  const columns = curve.readEvaluation ? 5 : 4;
  return rows
    .filter(({ step }) => step >= from && step <= to)
    .sort((one, other) => one.step - other.step)
    .map(({ cells }) => cells.slice(0, columns).join(','));
}

interface Row {
  readonly step: number;
  readonly cells: readonly (string | number)[];
}

function csvRow({ step, seconds, samples }: MetricPoint, values: readonly (number | null)[]): Row[] {
  if (values.every((value) => value === null)) return [];
  return [{ step, cells: [step, seconds, ...[samples, ...values].map((value) => value ?? '')] }];
}

/** Steps that are read at once. A range has one more on either side. */
const PAGE_STEPS = MAX_METRIC_POINTS / 2;

export class ChartExport {
  failure = $state<string | null>(null);
  /** Title of the chart being saved; null if none is. */
  saving = $state<string | null>(null);

  constructor(
    private readonly compute: Compute,
    private readonly mainApi: Pick<MainApi, 'saveFile'>,
    private readonly notifications: Pick<Notifications, 'show'>,
  ) {}

  /** Saves every step, including those that are not drawn. */
  async saveCsv({ runId }: Pick<Run, 'runId'>, curve: Curve): Promise<void> {
    await this.#write(curveTitle(curve), `${runId}-${curve.id}.csv`, async () => {
      const parts = [csvLines([csvHeader(curve)])];
      for await (const page of this.#readPages(runId)) parts.push(csvLines(csvRows(curve, page)));
      return parts.join('');
    });
  }

  /** Reads every step of a run, which may have millions, range by range. */
  async *#readPages(runId: string): AsyncGenerator<CurveData> {
    let from: number | undefined = 0;
    while (from !== undefined) {
      const to: number = from + PAGE_STEPS - 1;
      const range: Input<'readMetrics'> = { runId, points: MAX_METRIC_POINTS, from, to };
      const { steps, evaluations }: Output<'readMetrics'> = await this.compute.request('readMetrics', range);
      const next: number | undefined = steps.find(({ step }) => step > to)?.step;
      yield { steps, evaluations, from, to: next === undefined ? Infinity : next - 1 };
      from = next;
    }
  }

  async saveText(title: string, name: string, text: string): Promise<void> {
    await this.#write(title, name, () => Promise.resolve(text));
  }

  async savePng(title: string, name: string, picture: () => Promise<Uint8Array>): Promise<void> {
    await this.#write(title, name, picture);
  }

  async #write(title: string, name: string, make: () => Promise<string | Uint8Array>): Promise<void> {
    if (this.saving !== null) return;
    [this.saving, this.failure] = [title, null];
    try {
      const written = await this.mainApi.saveFile({
        title: t('train.chart.saveTitle', { chart: title }).slice(0, 200),
        name: name.slice(-200),
        content: await make(),
      });
      if (written !== null) this.notifications.show({ text: t('train.chart.saved', { chart: title, file: written }) });
    } catch (reason) {
      this.failure = describeError(reason);
    } finally {
      this.saving = null;
    }
  }
}

interface PictureLabels {
  readonly title: string;
  /** Names with colour tokens. */
  readonly lines: readonly { readonly name: string; readonly colour: string }[];
  /** Below the title, e.g. the name of the run. */
  readonly subtitle: string;
}

const margin = 16;
const head = 52;

/** The chart with title and legend as PNG bytes, in the resolution of the screen. @throws Error if the picture cannot be made */
export async function renderChartPng(chart: HTMLCanvasElement, labels: PictureLabels): Promise<Uint8Array> {
  const [chartWidth, chartHeight] = [chart.width / devicePixelRatio, chart.height / devicePixelRatio];
  const [width, height] = [chartWidth + 2 * margin, chartHeight + head + 2 * margin];
  const canvas = document.createElement('canvas');
  const context = sharpContext(canvas, { width, height });
  if (!context) throw new Error('the window has no canvas context');
  context.fillStyle = readCssColour('--surface');
  context.fillRect(0, 0, width, height);
  context.drawImage(chart, margin, margin + head, chartWidth, chartHeight);
  drawLabels(context, labels);
  return toPngBytes(canvas);
}

function drawLabels(context: CanvasRenderingContext2D, { title, subtitle, lines }: PictureLabels): void {
  const font = getComputedStyle(document.body).fontFamily;
  context.textBaseline = 'top';
  context.fillStyle = readCssColour('--ink');
  context.font = `600 14px ${font}`;
  context.fillText(title, margin, margin);
  context.fillStyle = readCssColour('--muted');
  context.font = `12px ${font}`;
  context.fillText(subtitle, margin, margin + 22);
  let x = margin + Math.max(context.measureText(subtitle).width, 120) + 24;
  for (const { name, colour } of lines) {
    context.fillStyle = readCssColour(colour);
    context.fillRect(x, margin + 27, 14, 3);
    context.fillStyle = readCssColour('--ink');
    context.fillText(name, x + 20, margin + 22);
    x += 20 + context.measureText(name).width + 20;
  }
}
