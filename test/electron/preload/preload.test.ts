/** The bridge exposes exactly the calls of `MainApi`, and nothing of Electron. */
import { beforeAll, beforeEach, expect, test, vi } from 'vitest';
import type { MainApi } from '../../../electron/contract/main-api';

const electron = vi.hoisted(() => ({
  contextBridge: { exposeInMainWorld: vi.fn() },
  ipcRenderer: { invoke: vi.fn(), on: vi.fn(), off: vi.fn() },
  webUtils: { getPathForFile: vi.fn(() => '/files/a.csv') },
}));
vi.mock('electron', () => electron);

/** Every call of `MainApi`; a missing or a further one does not compile. */
const calls: Record<keyof MainApi, true> = {
  connect: true,
  getComputeState: true,
  getDataLocation: true,
  getPathForFile: true,
  getSettings: true,
  getSystemInfo: true,
  onComputeState: true,
  onSecondInstance: true,
  onSettingsChanged: true,
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

test('one object is exposed, with exactly the calls of the contract', () => {
  expect(electron.contextBridge.exposeInMainWorld.mock.calls.map(([name]) => String(name))).toEqual(['mainApi']);
  expect(Object.keys(mainApi).sort()).toEqual(Object.keys(calls).sort());
  expect(Object.values(mainApi).every((call) => typeof call === 'function')).toBe(true);
});

test('a call goes to the channel of its name with its arguments', async () => {
  electron.ipcRenderer.invoke.mockResolvedValue({ theme: 'light' });
  expect(await mainApi.updateSettings({ theme: 'light' })).toEqual({ theme: 'light' });
  expect(electron.ipcRenderer.invoke).toHaveBeenCalledExactlyOnceWith('main/updateSettings', { theme: 'light' });
});

test('a refusal has its own message, without the words that Electron adds', async () => {
  const message = "Error invoking remote method 'main/setZoom': TypeError: setZoom: expected number";
  electron.ipcRenderer.invoke.mockImplementation(() => Promise.reject(new Error(message)));
  await expect(mainApi.setZoom(9)).rejects.toThrow(/^setZoom: expected number$/u);
});

test('a listener gets values without the event, and can be removed', () => {
  const listener = vi.fn();
  const stop = mainApi.onComputeState(listener);
  const [channel, pass] = electron.ipcRenderer.on.mock.lastCall ?? [];
  expect(channel).toBe('main/compute-state');
  (pass as (event: object, value: unknown) => void)({ sender: 'electron' }, { state: 'ready' });
  expect(listener).toHaveBeenCalledExactlyOnceWith({ state: 'ready' });
  stop();
  expect(electron.ipcRenderer.off).toHaveBeenCalledExactlyOnceWith('main/compute-state', pass);
});

test('the port of compute is passed on to our own page only', () => {
  const postMessage = vi.fn();
  vi.stubGlobal('window', { postMessage });
  vi.stubGlobal('location', { origin: 'app://lab' });
  onPort({ ports: ['port'] });
  expect(postMessage).toHaveBeenCalledExactlyOnceWith({ type: 'lab/port' }, 'app://lab', ['port']);
  vi.unstubAllGlobals();
});

test('the path of a dropped file comes from Electron', () => {
  expect(mainApi.getPathForFile({ name: 'a.csv' } as File)).toBe('/files/a.csv');
});
