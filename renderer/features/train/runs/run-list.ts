/** Names, states, search, filter and order of runs. */
import type { Run } from '../../../../electron/contract/contract';
import { formatInterval } from '../../../../electron/contract/format';
import { t } from '../../../messages/language.svelte';
import type { MessageId } from '../../../messages/message';

/** A run with its display name and the names of its dataset and preset. */
export interface NamedRun {
  readonly run: Run;
  /** The name given by the user, else dataset and preset. */
  readonly name: string;
  readonly dataset: string;
  readonly preset: string;
}

export const runFilters = [
  { value: 'all', label: 'train.runs.filterAll', states: null },
  { value: 'active', label: 'train.runs.filterActive', states: ['running', 'paused', 'elsewhere'] },
  { value: 'finished', label: 'train.runs.filterFinished', states: ['finished'] },
  { value: 'stopped', label: 'train.runs.filterStopped', states: ['stopped'] },
  { value: 'broken', label: 'train.runs.filterBroken', states: ['interrupted', 'failed'] },
] as const satisfies readonly { value: string; label: MessageId; states: readonly Run['state'][] | null }[];
export type RunFilter = (typeof runFilters)[number]['value'];

export const runOrders = [
  { value: 'newest', label: 'train.runs.sortNewest' },
  { value: 'best', label: 'train.runs.sortBest' },
  { value: 'steps', label: 'train.runs.sortSteps' },
  { value: 'time', label: 'train.runs.sortTime' },
  { value: 'name', label: 'train.runs.sortName' },
] as const satisfies readonly { value: string; label: MessageId }[];
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
  return [name, dataset, preset, run.dataset, run.preset, formatSeed(run), run.runId, ...run.tags]
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

const formatSeed = ({ seed }: Run): string => t('common.seed', { seed: String(seed) });

/** `95.4 %` and `93.1–97.0 %, n = 486`, or that it was not evaluated. */
export function formatAccuracy({ accuracy }: Pick<Run, 'accuracy'>): {
  readonly value: string;
  readonly detail: string;
} {
  if (!accuracy) return { value: '–', detail: t('common.notEvaluated') };
  return {
    value: t('common.percent', { share: accuracy.exactAccuracy }),
    detail: t('train.runs.interval', { interval: formatInterval(accuracy.interval), count: accuracy.count }),
  };
}

/** Parses tags separated by commas; drops duplicates and limits number and length. */
export function parseTags(text: string): string[] {
  const tags = text
    .split(/[,，、]/u)
    .map((tag) => tag.trim().slice(0, 40))
    .filter(Boolean);
  return [...new Set(tags)].slice(0, 20);
}

/** Details of a run besides its name: `Sudoku 4×4, Classroom · seed 7 · fine-tuned from a model`. */
export function describeRun({ run, dataset, preset }: NamedRun): string {
  const from = run.parent && t(run.parent.kind === 'run' ? 'train.runs.fromRun' : 'train.runs.fromModel');
  return [run.name === null ? null : `${dataset}, ${preset}`, formatSeed(run), from].filter(Boolean).join(' · ');
}

/** Label of a state of a run, with the tone of its mark. */
export interface RunStateLabel {
  readonly label: string;
  readonly tone: 'good' | 'bad' | 'waiting' | 'done';
}

const stateLabel = (id: MessageId, tone: RunStateLabel['tone']): RunStateLabel => ({
  get label() {
    return t(id);
  },
  tone,
});

export const runStateLabels: Record<Run['state'], RunStateLabel> = {
  running: stateLabel('train.runs.running', 'good'),
  paused: stateLabel('train.runs.paused', 'waiting'),
  finished: stateLabel('train.runs.finished', 'done'),
  stopped: stateLabel('train.runs.stopped', 'done'),
  failed: stateLabel('train.runs.failed', 'bad'),
  interrupted: stateLabel('train.runs.interrupted', 'bad'),
  elsewhere: stateLabel('train.runs.elsewhere', 'good'),
};

/** Label of an active run while compute has ended. */
export const disconnected = stateLabel('train.runs.disconnected', 'bad');
