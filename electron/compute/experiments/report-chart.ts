/** The chart of a report as SVG: every seed as a dot, means with 95 % intervals; curves where the test has several points. */
import type { Series } from '../../contract/experiment-conclusion';
import { formatEnglish } from '../../../renderer/messages/english';
import { formatInteger } from '../../contract/format';
import { escapeHtml } from './escape-html';

/** Told apart without colour vision as well (Okabe and Ito). */
const colours = ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#e69f00', '#56b4e9'];
const colourOf = (index: number): string => colours[index % colours.length]!;

const WIDTH = 720;
const ROW = 34;
const LEFT = 250;
const RIGHT = 24;

export const drawReportChart = (series: readonly Series[]): string => {
  if (series.length === 0) return '';
  return series.some(({ points }) => points.length > 1) ? drawCurves(series) : drawRows(series);
};

const svg = (height: number, label: string, content: string): string =>
  `<svg viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="${escapeHtml(label)}" font-family="system-ui, sans-serif" font-size="13">${content}</svg>`;

const line = (x1: number, y1: number, x2: number, y2: number, colour: string, width = 1): string =>
  `<line x1="${x1.toFixed(1)}" y1="${y1.toFixed(1)}" x2="${x2.toFixed(1)}" y2="${y2.toFixed(1)}" stroke="${colour}" stroke-width="${width}"/>`;

const dot = (x: number, y: number, radius: number, colour: string, opacity = 1): string =>
  `<circle cx="${x.toFixed(1)}" cy="${y.toFixed(1)}" r="${radius}" fill="${colour}" fill-opacity="${opacity}"/>`;

const text = (x: number, y: number, anchor: 'start' | 'middle' | 'end', content: string, fill = '#5d5a55'): string =>
  `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" text-anchor="${anchor}" fill="${fill}">${escapeHtml(content)}</text>`;

const GRID = '#d8d4cd';
const ticks = [0, 0.25, 0.5, 0.75, 1];

/** One row for each condition, accuracy to the right. */
function drawRows(series: readonly Series[]): string {
  const x = (share: number) => LEFT + share * (WIDTH - LEFT - RIGHT);
  const height = series.length * ROW + 40;
  const grid = ticks.map(
    (share) =>
      line(x(share), 8, x(share), height - 28, GRID) + text(x(share), height - 10, 'middle', `${100 * share} %`),
  );
  const rows = series.map(({ condition, points }, index) => {
    const [y, colour, { mean, values }] = [24 + index * ROW, colourOf(index), points[0]!];
    return [
      text(LEFT - 12, y + 4, 'end', shorten(formatEnglish(condition.label)), '#1c1b1a'),
      line(x(mean.interval[0]), y, x(mean.interval[1]), y, colour, 2),
      ...values.map(({ exactAccuracy }) => dot(x(exactAccuracy), y, 4, colour, 0.45)),
      dot(x(mean.mean), y, 6, colour),
    ].join('');
  });
  return svg(height, 'Exact accuracy by condition', [...grid, ...rows].join(''));
}

const shorten = (label: string): string => (label.length > 36 ? `${label.slice(0, 35)}…` : label);

/** One curve for each condition over a logarithmic axis. */
function drawCurves(series: readonly Series[]): string {
  const xs = [...new Set(series.flatMap(({ points }) => points.map((point) => point.x ?? 1)))].sort((a, b) => a - b);
  const [top, bottom, left] = [12, 300, 52];
  const log = (value: number) => Math.log2(Math.max(1, value));
  const width = log(xs[xs.length - 1]!) - log(xs[0]!) || 1;
  const x = (value: number) => left + ((log(value) - log(xs[0]!)) / width) * (WIDTH - left - RIGHT);
  const y = (share: number) => bottom - share * (bottom - top);
  const grid = ticks.map(
    (share) =>
      line(left, y(share), WIDTH - RIGHT, y(share), GRID) + text(left - 8, y(share) + 4, 'end', `${100 * share} %`),
  );
  const names = xs.map((value) => text(x(value), bottom + 20, 'middle', formatInteger(value)));
  const curves = series.map(({ points }, index) => {
    const colour = colourOf(index);
    const path = points.map((point) => `${x(point.x ?? 1).toFixed(1)},${y(point.mean.mean).toFixed(1)}`).join(' ');
    const marks = points.flatMap((point) => [
      line(x(point.x ?? 1), y(point.mean.interval[0]), x(point.x ?? 1), y(point.mean.interval[1]), colour),
      ...point.values.map(({ exactAccuracy }) => dot(x(point.x ?? 1), y(exactAccuracy), 3, colour, 0.45)),
    ]);
    return `<polyline points="${path}" fill="none" stroke="${colour}" stroke-width="2"/>${marks.join('')}`;
  });
  const legend = series.map(({ condition }, index) => {
    const row = bottom + 48 + index * 20;
    return (
      dot(left + 6, row - 4, 5, colourOf(index)) +
      text(left + 18, row, 'start', formatEnglish(condition.label), '#1c1b1a')
    );
  });
  const height = bottom + 44 + series.length * 20;
  return svg(height, 'Exact accuracy over what the test varies', [...grid, ...names, ...curves, ...legend].join(''));
}
