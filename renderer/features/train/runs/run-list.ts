/** Names, states, search, filter and order of runs. */
import type { Run } from '../../../../electron/contract/contract';
import { formatInteger, formatInterval, formatPercent } from '../../../../electron/contract/format';

/** A run with its display name and the names of its dataset and preset. */
export interface NamedRun {
  readonly run: Run;
  /** The name given by the user, else dataset and preset. */
  readonly name: string;
  readonly dataset: string;
  readonly preset: string;
}

export const runFilters = [
  { value: 'all', label: 'All states', states: null },
  { value: 'active', label: 'Training or paused', states: ['running', 'paused'] },
  { value: 'finished', label: 'Finished', states: ['finished'] },
  { value: 'stopped', label: 'Stopped', states: ['stopped'] },
  { value: 'broken', label: 'Interrupted or failed', states: ['interrupted', 'failed'] },
] as const satisfies readonly { value: string; label: string; states: readonly Run['state'][] | null }[];
export type RunFilter = (typeof runFilters)[number]['value'];

export const runOrders = [
  { value: 'newest', label: 'Newest first' },
  { value: 'best', label: 'Most accurate first' },
  { value: 'steps', label: 'Most steps first' },
  { value: 'time', label: 'Longest first' },
  { value: 'name', label: 'By name' },
] as const;
export type RunOrder = (typeof runOrders)[number]['value'];

export interface RunQuery {
  readonly text: string;
  readonly filter: RunFilter;
  readonly order: RunOrder;
}

/** Each word of the text must occur in name, dataset, preset, tags, seed or id. */
export function filterRuns(runs: readonly NamedRun[], { text, filter, order }: RunQuery): NamedRun[] {
  const words = text.toLowerCase().split(/\s+/u).filter(Boolean);
  const states: readonly Run['state'][] | null = runFilters.find(({ value }) => value === filter)?.states ?? null;
  const found = runs.filter(
    (named) => (states?.includes(named.run.state) ?? true) && words.every((word) => searchText(named).includes(word)),
  );
  return found.sort(orders[order]);
}

function searchText({ run, name, dataset, preset }: NamedRun): string {
  return [name, dataset, preset, run.dataset, run.preset, `seed ${run.seed}`, run.runId, ...run.tags]
    .join('\n')
    .toLowerCase();
}

const newestFirst = (one: NamedRun, other: NamedRun): number => other.run.startedAt.localeCompare(one.run.startedAt);

/** Ties are sorted newest first. */
const orders: Readonly<Record<RunOrder, (one: NamedRun, other: NamedRun) => number>> = {
  newest: newestFirst,
  best: (one, other) =>
    (other.run.accuracy?.exactAccuracy ?? -1) - (one.run.accuracy?.exactAccuracy ?? -1) || newestFirst(one, other),
  steps: (one, other) => other.run.step - one.run.step || newestFirst(one, other),
  time: (one, other) => other.run.seconds - one.run.seconds || newestFirst(one, other),
  name: (one, other) => one.name.localeCompare(other.name, 'en', { numeric: true }) || newestFirst(one, other),
};

/** `95.4 %` and `93.1–97.0 %, n 486`, or that it was not measured. */
export function formatAccuracy({ accuracy }: Pick<Run, 'accuracy'>): {
  readonly value: string;
  readonly detail: string;
} {
  if (!accuracy) return { value: '–', detail: 'not measured' };
  return {
    value: `${formatPercent(accuracy.exactAccuracy)} %`,
    detail: `${formatInterval(accuracy.interval)}, n ${formatInteger(accuracy.count)}`,
  };
}

/** Parses tags separated by commas; drops duplicates and limits number and length. */
export function parseTags(text: string): string[] {
  const tags = text
    .split(',')
    .map((tag) => tag.trim().slice(0, 40))
    .filter(Boolean);
  return [...new Set(tags)].slice(0, 20);
}

/** Details of a run besides its name: `Sudoku 4×4, Classroom · seed 7 · from a model`. */
export function describeRun({ run, dataset, preset }: NamedRun): string {
  const from = run.parent && (run.parent.kind === 'run' ? 'from a run' : 'from a model');
  return [run.name === null ? null : `${dataset}, ${preset}`, `seed ${run.seed}`, from].filter(Boolean).join(' · ');
}

/** Label of a state of a run, with the tone of its mark. */
export interface RunStateLabel {
  readonly label: string;
  readonly tone: 'good' | 'bad' | 'waiting' | 'done';
}

export const runStateLabels: Record<Run['state'], RunStateLabel> = {
  running: { label: 'training', tone: 'good' },
  paused: { label: 'paused', tone: 'waiting' },
  finished: { label: 'finished', tone: 'done' },
  stopped: { label: 'stopped', tone: 'done' },
  failed: { label: 'failed', tone: 'bad' },
  interrupted: { label: 'interrupted', tone: 'bad' },
};

/** Label of an active run while compute has ended. */
export const disconnected: RunStateLabel = { label: 'cut off', tone: 'bad' };
