import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Destination, Handlers } from '../../../../electron/contract/contract';
import type { DataLocation, MainApi } from '../../../../electron/contract/main-api';
import { cannedLab } from '../../canned-lab';
import { DataFolder } from '../../../../renderer/features/settings/data-folder.svelte';
import { ready } from '../../../../renderer/app/compute.svelte';
import { Notifications } from '../../../../renderer/app/notifications.svelte';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const location: DataLocation = { folder: '/data', defaultFolder: '/data', isFixed: false, previous: [] };
const destination: Destination = {
  folder: '/disk/TRM Puzzle Lab',
  content: 'empty',
  bytes: 100,
  freeBytes: 1e9,
  reason: null,
  copyReason: null,
};
const storage = { folders: [], bytes: 100, freeBytes: 1e9 };

const trashed = { trashId: 'runs~a~5', folder: 'runs', id: 'a', deletedAt: 5 } as const;

/** A compute process and a main API that succeed, unless the test gives other answers. */
function createFolder(answers: Partial<Handlers> = {}) {
  const { compute } = cannedLab({
    getDiskUsage: () => storage,
    checkDataFolder: () => destination,
    copyDataFolder: () => ({ folder: destination.folder, files: 3, bytes: 100 }),
    emptyTrash: () => ({}),
    listTrash: () => [trashed],
    restoreFromTrash: () => ({}),
    ...answers,
  });
  const mainApi = {
    showOpenDialog: vi.fn<MainApi['showOpenDialog']>().mockResolvedValue({ token: '/disk', name: 'disk' }),
    openFolder: vi.fn<MainApi['openFolder']>().mockResolvedValue(),
    getDataLocation: vi.fn<MainApi['getDataLocation']>().mockResolvedValue(location),
    switchDataFolder: vi.fn<MainApi['switchDataFolder']>().mockResolvedValue(true),
    removePreviousData: vi.fn<MainApi['removePreviousData']>().mockResolvedValue(location),
    restartCompute: vi.fn<MainApi['restartCompute']>().mockResolvedValue(),
  };
  const notifications = new Notifications();
  const catalog = { read: vi.fn(() => Promise.resolve()) };
  return { folder: new DataFolder(compute, mainApi, notifications, catalog), mainApi, notifications, catalog };
}

test('read loads the location and the disk usage', async () => {
  const { folder } = createFolder();
  await folder.read();
  expect([folder.location, folder.storage]).toEqual([ready(location), ready(storage)]);
});

test('what is in the trash is listed, and restored with everything read again', async () => {
  const { folder, catalog, notifications } = createFolder();
  await folder.read();
  expect(folder.trash).toEqual([trashed]);
  await folder.restore(trashed);
  expect([notifications.current?.text, catalog.read.mock.calls.length]).toEqual(['Restored a.', 1]);
  const failing = createFolder({ restoreFromTrash: () => Promise.reject(new Error('“a” already exists')) });
  await failing.folder.restore(trashed);
  expect([failing.folder.failure?.details, failing.catalog.read.mock.calls.length]).toEqual(['“a” already exists', 0]);
});

test('choose only checks the folder', async () => {
  const { folder, mainApi } = createFolder();
  await folder.choose();
  expect(folder.destination).toEqual(destination);
  expect(mainApi.switchDataFolder).not.toHaveBeenCalled();
  mainApi.showOpenDialog.mockResolvedValue(null);
  folder.forget();
  await folder.choose();
  expect(folder.destination).toBeNull();
});

test('move copies the data, then restarts with the copy', async () => {
  const { folder, mainApi } = createFolder();
  await folder.choose();
  await folder.move();
  expect(mainApi.switchDataFolder).toHaveBeenCalledExactlyOnceWith({ folder: destination.folder, copied: true });
  expect([folder.failure, mainApi.restartCompute.mock.calls.length]).toEqual([null, 0]);
});

test('a failed copy does not switch the folder, and reports that the data is unchanged', async () => {
  const { folder, mainApi } = createFolder({ copyDataFolder: () => Promise.reject(new Error('the disk is full')) });
  await folder.choose();
  await folder.move();
  expect(mainApi.switchDataFolder).not.toHaveBeenCalled();
  expect(folder.failure).toEqual({
    title: 'Could not copy the data.',
    note: 'Your data is unchanged, and the incomplete copy was deleted.',
    details: 'the disk is full',
  });
});

test('a failed switch keeps the folder and restarts compute', async () => {
  const { folder, mainApi } = createFolder();
  mainApi.switchDataFolder.mockRejectedValue(new Error('cannot use /home/.config: no permission'));
  await folder.choose();
  await folder.move();
  expect(folder.failure).toMatchObject({
    note: `Your data is unchanged. A complete copy is in ${destination.folder}.`,
    details: 'cannot use /home/.config: no permission',
  });
  expect(mainApi.restartCompute).toHaveBeenCalledOnce();
});

test('a declined switch keeps the folder, restarts compute and names the copy', async () => {
  const { folder, mainApi, notifications } = createFolder();
  mainApi.switchDataFolder.mockResolvedValue(false);
  await folder.choose();
  await folder.move();
  expect(folder.failure).toBeNull();
  expect(notifications.current?.text).toBe(
    `The data folder was not changed. A complete copy of the data is in ${destination.folder}.`,
  );
  expect(mainApi.restartCompute).toHaveBeenCalledOnce();
});

test('use switches to an empty or existing data folder without copying', async () => {
  const { folder, mainApi } = createFolder();
  await folder.choose();
  await folder.use();
  expect(mainApi.switchDataFolder).toHaveBeenCalledExactlyOnceWith({ folder: destination.folder, copied: false });
});

test('emptying the trash and deleting the previous copy notify and refresh the disk usage', async () => {
  const { folder, notifications, mainApi } = createFolder();
  await folder.emptyTrash();
  expect(notifications.current).toMatchObject({ text: 'The trash is empty.' });
  expect(folder.storage).toEqual(ready(storage));
  await folder.removePrevious();
  expect(mainApi.removePreviousData).toHaveBeenCalledOnce();
  expect(notifications.current?.text).toBe('The previous copy was deleted.');
});
