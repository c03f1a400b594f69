import { silentMainApi } from '../../renderer/canned-lab';
import AboutPanel from '../../../renderer/features/settings/AboutPanel.svelte';
import ComputeSettings from '../../../renderer/features/settings/ComputeSettings.svelte';
import DataFolderPanel from '../../../renderer/features/settings/DataFolderPanel.svelte';
import DiagnosticsPanel from '../../../renderer/features/settings/DiagnosticsPanel.svelte';
import AppearancePanel from '../../../renderer/features/settings/AppearancePanel.svelte';
import PresenterPanel from '../../../renderer/features/settings/PresenterPanel.svelte';
import StorageTable from '../../../renderer/features/settings/StorageTable.svelte';
import TrashList from '../../../renderer/features/settings/TrashList.svelte';
import type { Destination, DiskUsage, TrashEntry } from '../../../electron/contract/contract';
import type { DataLocation } from '../../../electron/contract/main-api';
import { DataFolder } from '../../../renderer/features/settings/data-folder.svelte';
import { Diagnostics } from '../../../renderer/features/settings/diagnostics.svelte';
import { failed, loading, ready, type Loaded } from '../../../renderer/app/compute.svelte';
import { Presenter, Theme } from '../../../renderer/app/appearance.svelte';
import type { SettingsStore } from '../../../renderer/app/settings.svelte';
import { presenterGroups } from '../../../renderer/app/view-definition';
import { views } from '../../../renderer/app/views';
import { destinations, devices, machine, dataLocation, storage } from '../samples/lab';
import { devicesOf, sampleCatalog, sampleNotifications, settingsOf, silent } from '../samples/states';
import { click, noop, specimen, type Chapter } from '../specimen';

interface FolderOptions extends Partial<Pick<DataFolder, 'destination' | 'failure' | 'activeTask'>> {
  readonly location?: Loaded<DataLocation>;
  readonly storage?: Loaded<DiskUsage>;
  readonly copying?: boolean;
}
function folderOf({ copying = false, ...change }: FolderOptions = {}): DataFolder {
  const folder = Object.assign(
    new DataFolder(silent(), silentMainApi, sampleNotifications([]), sampleCatalog()),
    { location: ready(dataLocation), storage: ready(storage) },
    change,
  );
  if (copying)
    Object.assign(folder.job, {
      activeTask: 'Copying to /media/stick/trm-puzzle-lab',
      fraction: 0.6,
      text: '378 of 631 MB',
    });
  return folder;
}
const panel =
  (options?: FolderOptions, isTraining = false) =>
  () => ({ dataFolder: folderOf(options), isTraining });
const move = (destination: Destination) => panel({ destination });
const trash: readonly TrashEntry[] = [
  { trashId: 'datasets~newspaper~1790000000000', folder: 'datasets', id: 'newspaper', deletedAt: 1790000000000 },
  { trashId: 'runs~run-7~1780000000000', folder: 'runs', id: 'run-7', deletedAt: 1780000000000 },
];
const emptyStorage: DiskUsage = {
  folders: storage.folders.map(({ folder }) => ({ folder, bytes: 0, entries: 0 })),
  bytes: 0,
  freeBytes: null,
};
function diagnosticsOf(isLoaded: boolean): Diagnostics {
  const main = isLoaded ? { getSystemInfo: () => Promise.resolve(machine) } : silentMainApi;
  return new Diagnostics({
    mainApi: main,
    compute: silent(),
    catalog: sampleCatalog(),
    devices: devicesOf(devices.refused),
  });
}
const appearance = (settings: SettingsStore) => ({ settings, theme: new Theme(settings) });
const presenter = (settings: SettingsStore, isOn = false) => ({
  groups: presenterGroups(views),
  settings,
  presenter: Object.assign(new Presenter(settings), { isOn }),
});

export const settings: Chapter = {
  title: 'Settings',
  specimens: [
    specimen(
      'AboutPanel',
      AboutPanel,
      { usual: { version: '0.1.0' }, 'no version yet': { version: undefined } },
      { width: 560 },
    ),
    specimen(
      'AppearancePanel',
      AppearancePanel,
      {
        usual: () => appearance(settingsOf()),
        changed: () => appearance(settingsOf({ theme: 'light', textSize: 130, motion: 'reduce' })),
      },
      { width: 460 },
    ),
    specimen(
      'ComputeSettings',
      ComputeSettings,
      {
        usual: () => ({ settings: settingsOf(), available: 8 }),
        changed: () => ({ settings: settingsOf({ cores: 3, keepAwake: false }), available: 8 }),
        'a number from a larger machine': () => ({ settings: settingsOf({ cores: 32 }), available: 2 }),
      },
      { width: 460 },
    ),
    specimen(
      'PresenterPanel',
      PresenterPanel,
      {
        usual: () => presenter(settingsOf()),
        'on, nothing hidden': () => presenter(settingsOf({ presenterHides: [] }), true),
      },
      { width: 460 },
    ),
    specimen(
      'StorageTable',
      StorageTable,
      {
        usual: { storage: ready(storage), onread: noop },
        'nothing yet': { storage: ready(emptyStorage), onread: noop },
        measuring: { storage: loading, onread: noop },
        failed: { storage: failed('runs: EACCES: permission denied'), onread: noop },
      },
      { width: 420 },
    ),
    specimen(
      'TrashList',
      TrashList,
      {
        usual: { entries: trash, isBusy: false, onrestore: noop },
        busy: { entries: trash, isBusy: true, onrestore: noop },
      },
      { width: 420 },
    ),
    specimen(
      'DataFolderPanel',
      DataFolderPanel,
      {
        usual: panel(),
        'a run is active': panel({}, true),
        moving: move(destinations.empty),
        'moving, disk too full': move(destinations.full),
        'moving to an existing data folder': move(destinations.lab),
        'moving to a folder that is not writable': move(destinations.refused),
        'moving, long text': move({
          ...destinations.empty,
          folder: `/media/stick/${'a-folder-of-a-long-name/'.repeat(6)}trm-puzzle-lab`,
        }),
        copying: panel({ destination: destinations.empty, copying: true }),
        'with a previous copy': panel({ location: ready({ ...dataLocation, previous: ['/home/ada/old-lab'] }) }),
        'fixed by the environment': panel({ location: ready({ ...dataLocation, isFixed: true }) }),
        failed: panel({
          failure: {
            title: 'Could not copy the data.',
            note: 'Your data is unchanged, and the incomplete copy was deleted.',
            details: 'ENOSPC: no space left on device',
          },
        }),
        loading: panel({ location: loading, storage: loading }),
      },
      { width: 460 },
    ),
    specimen(
      'DiagnosticsPanel',
      DiagnosticsPanel,
      { closed: () => ({ diagnostics: diagnosticsOf(true), isOpen: false }) },
      { width: 460 },
    ),
    specimen(
      'DiagnosticsPanel, shown',
      DiagnosticsPanel,
      {
        shown: () => ({ diagnostics: diagnosticsOf(true), isOpen: false }),
        reading: () => ({ diagnostics: diagnosticsOf(false), isOpen: false }),
      },
      { width: 560, onmounted: click('button') },
    ),
  ],
};
