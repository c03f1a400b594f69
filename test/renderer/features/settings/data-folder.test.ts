import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Destination, Handlers } from '../../../../electron/contract/contract';
import type { DataLocation, MainApi } from '../../../../electron/contract/main-api';
import { cannedLab } from '../../canned-lab';
import { DataFolder } from '../../../../renderer/features/settings/data-folder.svelte';
import { ready } from '../../../../renderer/app/compute.svelte';
import { Notifications } from '../../../../renderer/app/notifications.svelte';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const place: DataLocation = { folder: '/data', defaultFolder: '/data', isFixed: false, previous: [] };
const destination: Destination = {
  folder: '/disk/TRM Puzzle Lab',
  content: 'empty',
  bytes: 100,
  freeBytes: 1e9,
  reason: null,
  copyReason: null,
};
const storage = { folders: [], bytes: 100, freeBytes: 1e9 };

/** A lab and a main that do what they are asked, or what the test says. */
function opened(answers: Partial<Handlers> = {}) {
  const { compute } = cannedLab({
    getDiskUsage: () => storage,
    checkDataFolder: () => destination,
    copyDataFolder: () => ({ folder: destination.folder, files: 3, bytes: 100 }),
    emptyTrash: () => ({}),
    ...answers,
  });
  const mainApi = {
    showOpenDialog: vi.fn<MainApi['showOpenDialog']>().mockResolvedValue('/disk'),
    openFolder: vi.fn<MainApi['openFolder']>().mockResolvedValue(),
    getDataLocation: vi.fn<MainApi['getDataLocation']>().mockResolvedValue(place),
    switchDataFolder: vi.fn<MainApi['switchDataFolder']>().mockResolvedValue(),
    removePreviousData: vi.fn<MainApi['removePreviousData']>().mockResolvedValue(place),
    restartCompute: vi.fn<MainApi['restartCompute']>().mockResolvedValue(),
  };
  const notifications = new Notifications();
  return { folder: new DataFolder(compute, mainApi, notifications), mainApi, notifications };
}

test('the place and what it holds are read', async () => {
  const { folder } = opened();
  await folder.read();
  expect([folder.location, folder.storage]).toEqual([ready(place), ready(storage)]);
});

test('a folder that was chosen is looked at first, and nothing more', async () => {
  const { folder, mainApi } = opened();
  await folder.choose();
  expect(folder.destination).toEqual(destination);
  expect(mainApi.switchDataFolder).not.toHaveBeenCalled();
  mainApi.showOpenDialog.mockResolvedValue(null);
  folder.forget();
  await folder.choose();
  expect(folder.destination).toBeNull();
});

test('moving copies, and only then starts the lab anew with the copy', async () => {
  const { folder, mainApi } = opened();
  await folder.choose();
  await folder.move();
  expect(mainApi.switchDataFolder).toHaveBeenCalledExactlyOnceWith({ folder: destination.folder, copied: true });
  expect([folder.failure, mainApi.restartCompute.mock.calls.length]).toEqual([null, 0]);
});

test('a copy that failed starts nothing, and says what was kept', async () => {
  const { folder, mainApi } = opened({ copyDataFolder: () => Promise.reject(new Error('the disk is full')) });
  await folder.choose();
  await folder.move();
  expect(mainApi.switchDataFolder).not.toHaveBeenCalled();
  expect(folder.failure).toEqual({
    title: 'Could not copy the data.',
    note: 'Your data is unchanged, and the incomplete copy was deleted.',
    details: 'the disk is full',
  });
});

test('where the lab cannot be told of the copy it goes on with what it has, able to change it again', async () => {
  const { folder, mainApi } = opened();
  mainApi.switchDataFolder.mockRejectedValue(new Error('cannot use /home/.config: no permission'));
  await folder.choose();
  await folder.move();
  expect(folder.failure).toMatchObject({
    note: `Your data is unchanged. A complete copy is in ${destination.folder}.`,
    details: 'cannot use /home/.config: no permission',
  });
  expect(mainApi.restartCompute).toHaveBeenCalledOnce();
});

test('an empty folder, or another lab’s, is used as it is', async () => {
  const { folder, mainApi } = opened();
  await folder.choose();
  await folder.use();
  expect(mainApi.switchDataFolder).toHaveBeenCalledExactlyOnceWith({ folder: destination.folder, copied: false });
});

test('what was emptied or deleted for good is told, and measured anew', async () => {
  const { folder, notifications, mainApi } = opened();
  await folder.emptyTrash();
  expect(notifications.current).toMatchObject({ text: 'The trash is empty.' });
  expect(folder.storage).toEqual(ready(storage));
  await folder.removePrevious();
  expect(mainApi.removePreviousData).toHaveBeenCalledOnce();
  expect(notifications.current?.text).toBe('The previous copy was deleted.');
});
