/** The chart of an experiment in the language and the colours of the window, and as PNG. */
import {
  layoutExperimentChart,
  type ChartColour,
  type ChartShape,
  type ExperimentChart,
} from '../../../electron/contract/experiment-chart';
import type { ExperimentRecord } from '../../../electron/contract/experiments';
import { sharpContext } from '../../lib/canvas';
import { toPngBytes } from '../../lib/png';
import { formatText } from '../../messages/language.svelte';
import { readCssColour } from '../../ui/chart-options';

const roles = { ink: '--ink', muted: '--muted', grid: '--line' } as const;

/** Null before the first result. */
export const layoutChart = (record: ExperimentRecord): ExperimentChart | null =>
  layoutExperimentChart(record, { format: formatText });

/** Name of the custom property with a colour. */
export const colourName = (colour: ChartColour): string =>
  typeof colour === 'number' ? `--run-${colour + 1}` : roles[colour];

const MARGIN = 24;
const TITLE = 36;

/** @throws Error if the picture cannot be made */
export async function renderExperimentPng(chart: ExperimentChart, title: string): Promise<Uint8Array> {
  const [width, height] = [chart.width + 2 * MARGIN, chart.height + 2 * MARGIN + TITLE];
  const canvas = document.createElement('canvas');
  const context = sharpContext(canvas, { width, height });
  if (!context) throw new Error('the window has no canvas context');
  const font = getComputedStyle(document.body).fontFamily;
  context.fillStyle = readCssColour('--surface');
  context.fillRect(0, 0, width, height);
  context.fillStyle = readCssColour('--ink');
  context.font = `600 15px ${font}`;
  context.fillText(title, MARGIN, MARGIN + 12, chart.width);
  context.translate(MARGIN, MARGIN + TITLE);
  context.font = `12px ${font}`;
  for (const shape of chart.shapes) drawShape(context, shape);
  return toPngBytes(canvas);
}

function drawShape(context: CanvasRenderingContext2D, shape: ChartShape): void {
  const colour = readCssColour(colourName(shape.colour));
  [context.fillStyle, context.strokeStyle, context.globalAlpha] = [colour, colour, 1];
  if (shape.type === 'text') {
    context.textAlign = shape.anchor === 'middle' ? 'center' : shape.anchor;
    return context.fillText(shape.text, shape.x, shape.y);
  }
  context.beginPath();
  if (shape.type === 'line') {
    for (const [x, y] of shape.points) context.lineTo(x, y);
    context.lineWidth = shape.width;
    return context.stroke();
  }
  context.arc(shape.x, shape.y, shape.radius, 0, 2 * Math.PI);
  if (shape.type === 'ring') {
    context.lineWidth = 2;
    return context.stroke();
  }
  if (shape.isFaint) context.globalAlpha = 0.45;
  context.fill();
}
