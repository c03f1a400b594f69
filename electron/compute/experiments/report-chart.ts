/** The chart of a report as SVG. */
import { layoutExperimentChart, type ChartColour, type ChartShape } from '../../contract/experiment-chart';
import type { ExperimentRecord } from '../../contract/experiments';
import { formatEnglish } from '../../../renderer/messages/english';
import { escapeHtml } from './escape-html';

/** Told apart without colour vision as well (Okabe and Ito). */
const conditions = ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#e69f00', '#56b4e9'];
const roles = { ink: '#1c1b1a', muted: '#5d5a55', grid: '#d8d4cd' } as const;

const toHex = (colour: ChartColour): string => (typeof colour === 'number' ? conditions[colour]! : roles[colour]);

export function drawReportChart(record: ExperimentRecord): string {
  const chart = layoutExperimentChart(record, { format: formatEnglish });
  if (chart === null) return '';
  const content = chart.shapes.map(drawShape).join('');
  return `<svg viewBox="0 0 ${chart.width} ${chart.height}" role="img" aria-label="Exact accuracy by condition" font-family="system-ui, sans-serif" font-size="13">${content}</svg>`;
}

function drawShape(shape: ChartShape): string {
  const colour = toHex(shape.colour);
  switch (shape.type) {
    case 'line':
      return `<polyline points="${shape.points.map((point) => point.map(round).join(',')).join(' ')}" fill="none" stroke="${colour}" stroke-width="${shape.width}"/>`;
    case 'dot':
      return `<circle cx="${round(shape.x)}" cy="${round(shape.y)}" r="${shape.radius}" fill="${colour}" fill-opacity="${shape.isFaint ? 0.45 : 1}"/>`;
    case 'ring':
      return `<circle cx="${round(shape.x)}" cy="${round(shape.y)}" r="${shape.radius}" fill="none" stroke="${colour}" stroke-width="2"/>`;
    case 'text':
      return `<text x="${round(shape.x)}" y="${round(shape.y)}" text-anchor="${shape.anchor}" fill="${colour}">${escapeHtml(shape.text)}</text>`;
  }
}

const round = (value: number): string => value.toFixed(1);
