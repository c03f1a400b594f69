/** A page of one file: question, chart with every seed, table, published figures, and what the result shows. Works offline, and in print. */
import { describeAxis } from '../../contract/experiment-axis';
import { conclude, countTrials, summarise, type Series } from '../../contract/experiment-conclusion';
import type { ExperimentRecord, Published } from '../../contract/experiments';
import {
  formatDate,
  formatDuration,
  formatOperations,
  formatInteger,
  formatInterval,
  formatPercent,
} from '../../contract/format';
import type { Message } from '../../../renderer/messages/message';
import { formatEnglish } from '../../../renderer/messages/english';
import { drawReportChart } from './report-chart';
import { escapeHtml } from './escape-html';

export function createReport(record: ExperimentRecord): string {
  const { experiment } = record;
  const series = summarise(record);
  const text = (value: Parameters<typeof formatEnglish>[0]) => escapeHtml(formatEnglish(value));
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${text(experiment.question)}</title>
<style>${style}</style>
</head>
<body>
<main>
<h1>${text(experiment.question)}</h1>
${experiment.claim === null ? '' : `<p class="claim"><b>Claim.</b> ${text(experiment.claim)}</p>`}
<section class="conclusion"><h2>Result</h2>${conclude(record)
    .map((sentence) => `<p>${text(sentence)}</p>`)
    .join('')}${experiment.limits === null ? '' : `<p><b>Limits.</b> ${text(experiment.limits)}</p>`}</section>
${drawReportChart(record)}
${createTable(series, describeAxis(experiment.test))}
${createPublished(experiment.published)}
${createMethod(record)}
</main>
</body>
</html>
`;
}

const style = `
:root { color-scheme: light; --text: #1c1b1a; --muted: #5d5a55; --line: #d8d4cd; --accent: #0b6b6b; }
body { margin: 0; background: #faf8f5; color: var(--text); font: 16px/1.5 system-ui, sans-serif; }
main { max-width: 46rem; margin: 0 auto; padding: 3rem 1.5rem; }
h1 { font-size: 1.9rem; line-height: 1.2; margin: 0 0 0.75rem; }
h2 { font-size: 1.1rem; margin: 2rem 0 0.5rem; }
.claim { color: var(--muted); margin: 0; }
.conclusion p { margin: 0 0 0.4rem; }
.conclusion p::first-letter { text-transform: uppercase; }
table { border-collapse: collapse; width: 100%; font-size: 0.9rem; font-variant-numeric: tabular-nums; }
th, td { text-align: right; padding: 0.35rem 0.5rem; border-bottom: 1px solid var(--line); }
th:first-child, td:first-child { text-align: left; padding-left: 0; }
th { color: var(--muted); font-weight: 600; }
svg { display: block; width: 100%; height: auto; margin: 1.5rem 0 0; }
.note { color: var(--muted); font-size: 0.85rem; }
@media print { body { background: none; } main { max-width: none; padding: 0; } h2 { break-after: avoid; } tr, svg { break-inside: avoid; } }
`;

function createTable(series: readonly Series[], axis: Message | null): string {
  const rows = series.flatMap(({ condition, points }) =>
    points.map(({ x, mean, values }) => [
      formatEnglish(condition.label),
      ...(axis ? [x === null ? '' : formatInteger(x)] : []),
      `${formatPercent(mean.mean)} %`,
      `${formatInterval(mean.interval)} %`,
      values.map(({ exactAccuracy }) => formatPercent(exactAccuracy)).join(' · '),
      formatInteger(mean.count),
    ]),
  );
  const head = ['Condition', ...(axis ? [formatEnglish(axis)] : []), 'Exact', '95 % CI', 'Each seed', 'Puzzles'];
  return `<h2>Exact accuracy on held-out puzzles</h2>${toTable(head, rows)}
<p class="note">Mean over seeds. ${describeInterval(series)}</p>`;
}

/** Which interval the table has; conditions of an unfinished experiment may have different ones. */
function describeInterval(series: readonly Series[]): string {
  const methods = new Set(series.flatMap(({ points }) => points.map(({ mean }) => mean.method)));
  const names = [
    ...(methods.has('student') ? ['Student’s t over the seeds'] : []),
    ...(methods.has('bootstrap') ? ['a percentile bootstrap over the seeds (from 8 seeds on)'] : []),
  ];
  return names.length === 0
    ? 'The interval is Wilson’s over the puzzles.'
    : `The interval is the wider one of ${names.join(' or ')} and Wilson’s over the puzzles.`;
}

function toTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const cells = (tag: string, row: readonly string[]) =>
    row.map((cell) => `<${tag}>${escapeHtml(cell)}</${tag}>`).join('');
  return `<table><thead><tr>${cells('th', head)}</tr></thead><tbody>${rows
    .map((row) => `<tr>${cells('td', row)}</tr>`)
    .join('')}</tbody></table>`;
}

function createPublished(published: readonly Published[]): string {
  if (published.length === 0) return '';
  const rows = published.map(({ label, exactAccuracy, protocol }) => [
    formatEnglish(label),
    `${formatPercent(exactAccuracy)} %`,
    formatEnglish(protocol),
  ]);
  const sources = [...new Map(published.map((each) => [each.source.url, each])).values()].map(
    ({ source, readOn, isSecondHand }) =>
      `${escapeHtml(source.title)}, <a href="${escapeHtml(source.url)}">${escapeHtml(source.url)}</a>, ${
        isSecondHand ? 'figures taken from a summary, ' : ''
      }${formatDate(readOn)}`,
  );
  return `<h2>Published elsewhere</h2>${toTable(['Condition', 'Exact', 'Evaluated on'], rows)}
<p class="note">Not evaluated here, and at another size: compare the order, not the numbers. ${sources.join('; ')}.</p>`;
}

function createMethod(record: ExperimentRecord): string {
  const { experiment, command, startedAt, datasets, results } = record;
  const list = (of: (result: ExperimentRecord['results'][number]) => string) =>
    [...new Set(results.map(of))].join(', ');
  const sum = (value: (result: ExperimentRecord['results'][number]) => number) =>
    results.reduce((total, result) => total + value(result), 0);
  const isTrained = experiment.conditions.some(({ source }) => 'preset' in source);
  const rows = [
    ['Trials', `${formatInteger(results.length)} of ${formatInteger(countTrials(record))}`],
    ['Seeds', experiment.seeds.join(', ')],
    ...(isTrained
      ? [
          ['Training time', formatDuration(sum(({ trainingSeconds }) => trainingSeconds))],
          ['Operations of the training', formatOperations(sum(({ flop }) => flop))],
        ]
      : []),
    ['Time of all trials', formatDuration(sum(({ seconds }) => seconds))],
    [
      'Datasets',
      Object.entries(datasets)
        .map(([id, hash]) => `${id} (${hash.slice(0, 12)})`)
        .join(', '),
    ],
    ...(results.length > 0
      ? [['Version and device', `TRM Puzzle Lab ${list(({ version }) => version)}, ${list(({ device }) => device)}`]]
      : []),
    ['Started', formatDate(startedAt)],
    ['Repeat with', `${command} --out <folder>`],
  ];
  return `<h2>Method</h2><table><tbody>${rows
    .map(([name, content]) => `<tr><td>${escapeHtml(name!)}</td><td>${escapeHtml(content!)}</td></tr>`)
    .join('')}</tbody></table>`;
}
