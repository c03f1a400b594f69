/** The preload script exposes exactly the calls of `MainApi` and no Electron objects. */
import { afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import type { MainApi } from '../../../electron/contract/main-api';

const electron = vi.hoisted(() => ({
  contextBridge: { exposeInMainWorld: vi.fn() },
  ipcRenderer: { invoke: vi.fn(), on: vi.fn(), off: vi.fn() },
  webUtils: { getPathForFile: vi.fn(() => '/files/a.csv') },
}));
vi.mock('electron', () => electron);

/** Every call of `MainApi`; the type check fails if one is missing or unknown. */
const calls: Record<keyof MainApi, true> = {
  acceptDroppedFile: true,
  connect: true,
  getComputeState: true,
  getDataLocation: true,
  getSettings: true,
  getSettingsFailure: true,
  getSystemInfo: true,
  onComputeState: true,
  onSecondInstance: true,
  onSettingsChanged: true,
  onSettingsFailure: true,
  openFolder: true,
  removePreviousData: true,
  restartCompute: true,
  saveFile: true,
  setZoom: true,
  showOpenDialog: true,
  showSaveDialog: true,
  switchDataFolder: true,
  updateSettings: true,
};

let mainApi: MainApi;
let onPort: (event: { ports: unknown[] }) => void;
beforeAll(async () => {
  await import('../../../electron/preload/preload');
  mainApi = electron.contextBridge.exposeInMainWorld.mock.calls[0]?.[1] as MainApi;
  onPort = electron.ipcRenderer.on.mock.calls.find(([channel]) => channel === 'main/port')?.[1] as typeof onPort;
});
beforeEach(() => void electron.ipcRenderer.invoke.mockReset());

test('exposes one object with exactly the calls of MainApi', () => {
  expect(electron.contextBridge.exposeInMainWorld.mock.calls.map(([name]) => String(name))).toEqual(['mainApi']);
  expect(Object.keys(mainApi).sort()).toEqual(Object.keys(calls).sort());
  expect(Object.values(mainApi).every((call) => typeof call === 'function')).toBe(true);
});

test('invokes the channel named after the call with its arguments', async () => {
  electron.ipcRenderer.invoke.mockResolvedValue({ theme: 'light' });
  expect(await mainApi.updateSettings({ theme: 'light' })).toEqual({ theme: 'light' });
  expect(electron.ipcRenderer.invoke).toHaveBeenCalledExactlyOnceWith('main/updateSettings', { theme: 'light' });
});

test('rejects with the original message, without the prefix that Electron adds', async () => {
  const message = "Error invoking remote method 'main/setZoom': TypeError: setZoom: expected number";
  electron.ipcRenderer.invoke.mockImplementation(() => Promise.reject(new Error(message)));
  await expect(mainApi.setZoom(9)).rejects.toThrow(/^setZoom: expected number$/u);
});

test('passes values to a listener without the Electron event, until it unsubscribes', () => {
  const listener = vi.fn();
  const stop = mainApi.onComputeState(listener);
  const [channel, forward] = electron.ipcRenderer.on.mock.lastCall ?? [];
  expect(channel).toBe('main/compute-state');
  (forward as (event: object, value: unknown) => void)({ sender: 'electron' }, { state: 'ready' });
  expect(listener).toHaveBeenCalledExactlyOnceWith({ state: 'ready' });
  stop();
  expect(electron.ipcRenderer.off).toHaveBeenCalledExactlyOnceWith('main/compute-state', forward);
});

test('posts the compute port to the application origin only', () => {
  const postMessage = vi.fn();
  vi.stubGlobal('window', { postMessage });
  vi.stubGlobal('location', { origin: 'app://lab' });
  onPort({ ports: ['port'] });
  expect(postMessage).toHaveBeenCalledExactlyOnceWith({ type: 'lab/port' }, 'app://lab', ['port']);
  vi.unstubAllGlobals();
});

test('a dropped file goes to main with the path that Electron reports, and to the page as a token', async () => {
  const chosen = { token: 't', name: 'a.csv' };
  electron.ipcRenderer.invoke.mockResolvedValue(chosen);
  expect(await mainApi.acceptDroppedFile({ name: 'a.csv' } as File)).toEqual(chosen);
  expect(electron.ipcRenderer.invoke).toHaveBeenCalledExactlyOnceWith('main/acceptDroppedFile', '/files/a.csv');
});

describe('without webUtils, as in older runtimes', () => {
  const { webUtils } = electron;
  beforeEach(() => {
    electron.webUtils = undefined as unknown as typeof webUtils;
    electron.ipcRenderer.invoke.mockResolvedValue(null);
  });
  afterEach(() => void (electron.webUtils = webUtils));

  test('a file goes to main with its own path', async () => {
    const file = Object.assign(new File([], 'a.csv'), { path: '/files/a.csv' });
    await mainApi.acceptDroppedFile(file);
    expect(electron.ipcRenderer.invoke).toHaveBeenCalledExactlyOnceWith('main/acceptDroppedFile', '/files/a.csv');
  });

  test.each([
    ['an object with a path', { name: 'a.csv', path: '/etc/passwd' }],
    ['a blob with a path', Object.assign(new Blob([]), { path: '/etc/passwd' })],
    ['a file whose path is no text', Object.assign(new File([], 'a'), { path: { toString: () => '/etc/passwd' } })],
    ['nothing', null],
  ])('%s has none', async (_, file) => {
    await mainApi.acceptDroppedFile(file as unknown as File);
    expect(electron.ipcRenderer.invoke).toHaveBeenCalledExactlyOnceWith('main/acceptDroppedFile', '');
  });
});
