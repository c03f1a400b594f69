/** The state classes of the views, in the states that specimens need. */
import type { Device, Handlers, Model, Run } from '../../../electron/contract/contract';
import { defaultPreferences, type Preferences } from '../../../electron/contract/main-api';
import type { SettingsStorage } from '../../../renderer/features/train/charts/chart-view.svelte';
import { ChartExport } from '../../../renderer/features/train/charts/chart-export.svelte';
import { AppState } from '../../../renderer/app/app-state.svelte';
import { views } from '../../../renderer/app/views';
import { Compute, ready } from '../../../renderer/app/compute.svelte';
import { CatalogStore, DeviceStore } from '../../../renderer/app/catalog-store.svelte';
import { Notifications } from '../../../renderer/app/notifications.svelte';
import { SettingsStore } from '../../../renderer/app/settings.svelte';
import { cannedLab, silentMainApi } from '../../renderer/canned-lab';
import { lab } from './lab';
import { historyOf, setupOf } from './metrics';
import { models } from './models';
import { manyRuns } from './runs';
import { sampleDatasets } from './datasets';

/** A compute client that never connects: every request stays pending. */
export const silent = (): Compute => new Compute(silentMainApi);

/** Separate storage, so that specimens do not share settings. */
export function memory(): SettingsStorage & Pick<Storage, 'removeItem'> {
  const items = new Map<string, string>();
  return {
    getItem: (key) => items.get(key) ?? null,
    setItem: (key, text) => void items.set(key, text),
    removeItem: (key) => void items.delete(key),
  };
}

/** Answers to requests about runs. */
export const runAnswers = {
  readMetrics: ({ runId }) => historyOf(runOf(runId)),
  getRunConfig: ({ runId }) => setupOf(runOf(runId)),
  readNotes: () => ({
    text: 'Seed 7 is slower than seed 8.\nNext: halve the learning rate after step 900.',
    isChanged: false,
  }),
  listCheckpoints: () => ({ steps: [500, 1000, 1200, 1240], best: 1200 }),
} as const satisfies Partial<Handlers>;

const runOf = (runId: string): Run => manyRuns.find((known) => known.runId === runId) ?? manyRuns[0]!;

/** The defaults are the sample runs and models. */
interface Content {
  readonly runs?: readonly Run[];
  readonly models?: readonly Model[];
}

/** A loaded catalog. */
export function sampleCatalog(
  { runs = manyRuns, models: list = models }: Content = {},
  compute = silent(),
): CatalogStore {
  const catalog = new CatalogStore(compute);
  [catalog.appInfo, catalog.datasets, catalog.models, catalog.runs] = [
    ready(lab),
    ready(sampleDatasets),
    ready(list),
    ready(runs),
  ];
  return catalog;
}

export function devicesOf(
  list: readonly Device[] | null,
  change: Partial<Pick<DeviceStore, 'testing' | 'failure'>> = {},
): DeviceStore {
  const devices = new DeviceStore(silent());
  if (list) devices.list = ready(list);
  return Object.assign(devices, change);
}

export function settingsOf(values: Partial<Preferences> = {}, failure: string | null = null): SettingsStore {
  return Object.assign(new SettingsStore(silentMainApi), { values: { ...defaultPreferences, ...values }, failure });
}

/** The whole window's state, not connected. */
export function sampleApp(values: Partial<Preferences> = {}, runs: readonly Run[] = []): AppState {
  const app = new AppState(silentMainApi, views);
  app.settings.values = { ...defaultPreferences, ...values };
  app.catalog.runs = ready(runs);
  return app;
}

/** @param texts latest last */
export function sampleNotifications(texts: readonly string[], undo = false): Notifications {
  const notifications = new Notifications();
  // Otherwise it would disappear before a picture is taken.
  notifications.holdOpen('gallery');
  for (const text of texts) notifications.show(undo ? { text, undo: () => undefined } : { text });
  return notifications;
}

export const chartExport = (change: Partial<Pick<ChartExport, 'failure' | 'saving'>> = {}): ChartExport =>
  Object.assign(new ChartExport(silent(), silentMainApi, sampleNotifications([])), change);

/** Shared by all specimens that only request runs. */
let shared: Compute | undefined;
export const runsCompute = (): Compute => (shared ??= cannedLab(runAnswers).compute);
