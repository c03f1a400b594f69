/** The real state classes of the rooms, standing where a specimen wants them. */
import type { Device, Handlers, Host, Model, Run } from '../../../electron/contract/contract';
import { defaultPreferences, type Preferences } from '../../../electron/contract/preferences';
import type { Keeping } from '../../../renderer/features/train/charts/chart-view.svelte';
import { ChartFiles } from '../../../renderer/features/train/charts/chart-files.svelte';
import { Compute } from '../../../renderer/app/compute.svelte';
import { Devices } from '../../../renderer/features/settings/devices.svelte';
import { CatalogStore } from '../../../renderer/app/catalog-store.svelte';
import { JobState } from '../../../renderer/app/task-runner.svelte';
import { ready } from '../../../renderer/app/loaded';
import { Notifications } from '../../../renderer/app/notifications.svelte';
import { Settings } from '../../../renderer/app/settings.svelte';
import { Theme } from '../../../renderer/app/appearance.svelte';
import { cannedCompute } from '../canned-lab';
import { lab } from './lab';
import { historyOf, setupOf } from './metrics';
import { models } from './models';
import { manyRuns } from './runs';
import { sets } from './sets';

/** Never connected: whatever is asked waits. */
export const silent = (): Compute => new Compute(host);

/** Main, which keeps nothing and shows no dialog. */
export const host: Host = {
  connect: () => Promise.resolve(),
  computeState: () => Promise.resolve({ state: 'starting' }),
  onComputeState: () => () => undefined,
  restartCompute: () => Promise.resolve(),
  readSettings: () => Promise.resolve(defaultPreferences),
  changeSettings: (changes) => Promise.resolve({ ...defaultPreferences, ...changes }),
  onSettings: () => () => undefined,
  zoom: () => Promise.resolve(),
  onSecondStart: () => () => undefined,
  describeMachine: () => new Promise(() => undefined),
  dataPlace: () => new Promise(() => undefined),
  useDataFolder: () => Promise.resolve(),
  removeFormerData: () => new Promise(() => undefined),
  chooseOpen: () => Promise.resolve(null),
  chooseSave: () => Promise.resolve(null),
  saveFile: () => Promise.resolve(null),
  openFolder: () => Promise.resolve(),
  pathOf: () => '',
};

/** Storage of its own, so that no specimen finds what another kept. */
export function memory(): Keeping & Pick<Storage, 'removeItem'> {
  const kept = new Map<string, string>();
  return {
    getItem: (key) => kept.get(key) ?? null,
    setItem: (key, text) => void kept.set(key, text),
    removeItem: (key) => void kept.delete(key),
  };
}

/** What is asked of runs, answered. */
export const runAnswers = {
  readMetrics: ({ runId }) => historyOf(runOf(runId)),
  readSetup: ({ runId }) => setupOf(runOf(runId)),
  readNotes: () => ({ text: 'Seed 7 is slower than seed 8.\nNext: half the learning rate from step 900 on.' }),
  listCheckpoints: () => ({ steps: [500, 1000, 1200, 1240], best: 1200 }),
} as const satisfies Partial<Handlers>;

const runOf = (runId: string): Run => manyRuns.find((known) => known.runId === runId) ?? manyRuns[0]!;

/** A fresh lab of its own has none of these. */
interface Content {
  readonly runs?: readonly Run[];
  readonly models?: readonly Model[];
}

/** What the lab has, told already. */
export function sampleCatalog({ runs = manyRuns, models: list = models }: Content = {}, compute = silent()): CatalogStore {
  const catalog = new CatalogStore(compute);
  [catalog.lab, catalog.datasets, catalog.models, catalog.runs] = [ready(lab), ready(sets), ready(list), ready(runs)];
  return catalog;
}

export function devicesOf(
  list: readonly Device[] | null,
  change: Partial<Pick<Devices, 'testing' | 'failure'>> = {},
): Devices {
  const devices = new Devices(silent());
  if (list) devices.list = ready(list);
  return Object.assign(devices, change);
}

/** Work that is under way, or has failed. */
export const jobOf = (change: Partial<Pick<JobState, 'doing' | 'share' | 'words' | 'failure'>>): JobState =>
  Object.assign(new JobState(silent()), change);

export function settingsOf(values: Partial<Preferences> = {}, failure: string | null = null): Settings {
  return Object.assign(new Settings(host), { values: { ...defaultPreferences, ...values }, failure });
}

export const themeOf = (values: Partial<Preferences> = {}): Theme => new Theme(settingsOf(values));

/** @param texts the latest last */
export function sampleNotifications(texts: readonly string[], undo = false): Notifications {
  const notifications = new Notifications();
  // It would go from the foot before it is looked at.
  notifications.holdOpen('gallery');
  for (const text of texts) notifications.show(undo ? { text, undo: () => undefined } : { text });
  return notifications;
}

export const chartFiles = (change: Partial<Pick<ChartFiles, 'failure' | 'doing'>> = {}): ChartFiles =>
  Object.assign(new ChartFiles(silent(), host, sampleNotifications([])), change);

/** One for all that only ask about runs. */
let shared: Compute | undefined;
export const runsCompute = (): Compute => (shared ??= cannedCompute(runAnswers));
