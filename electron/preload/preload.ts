/** The bridge between the window and main: exactly `MainApi`, and the transfer of compute's port. */
import { contextBridge, ipcRenderer, webUtils } from 'electron';
import type { MainApi } from '../contract/main-api';

const mainApi: MainApi = {
  connect: () => call('connect'),
  getComputeState: () => call('getComputeState'),
  restartCompute: () => call('restartCompute'),
  getSettings: () => call('getSettings'),
  updateSettings: (changes) => call('updateSettings', changes),
  onSettingsChanged: (listener) => listen('settings', listener),
  getSettingsFailure: () => call('getSettingsFailure'),
  onSettingsFailure: (listener) => listen('settings-failure', listener),
  setZoom: (factor) => call('setZoom', factor),
  onSecondInstance: (listener) => listen('second-instance', () => listener()),
  getSystemInfo: () => call('getSystemInfo'),
  getDataLocation: () => call('getDataLocation'),
  switchDataFolder: (request) => call('switchDataFolder', request),
  removePreviousData: () => call('removePreviousData'),
  showOpenDialog: (request) => call('showOpenDialog', request),
  showSaveDialog: (request) => call('showSaveDialog', request),
  saveFile: (request) => call('saveFile', request),
  openFolder: (request) => call('openFolder', request),
  acceptDroppedFile: (file) => call('acceptDroppedFile', getPathForFile(file)),
  onComputeState: (listener) => listen('compute-state', listener),
};

/** @returns the function that removes the listener */
function listen<Value>(channel: string, listener: (value: Value) => void): () => void {
  const forward = (_event: unknown, value: Value): void => listener(value);
  ipcRenderer.on(`main/${channel}`, forward);
  return () => ipcRenderer.off(`main/${channel}`, forward);
}

/**
 * Empty for what is no file of this machine. Older runtimes have no `webUtils`; there a file has a `path`, which an object that the page has
 * made may have too: only what the browser knows as a file counts.
 */
function getPathForFile(file: File & { readonly path?: unknown }): string {
  const { getPathForFile } = (webUtils as typeof webUtils | undefined) ?? {};
  if (getPathForFile) return getPathForFile(file);
  return file instanceof File && typeof file.path === 'string' ? file.path : '';
}

/** Calls main. Removes the prefix that Electron adds to error messages. */
async function call<Answer>(name: keyof MainApi, ...input: unknown[]): Promise<Answer> {
  try {
    return (await ipcRenderer.invoke(`main/${name}`, ...input)) as Answer;
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw new Error(message.replace(/^Error invoking remote method '[^']*': (\w*Error: )?/, ''));
  }
}

// A port cannot cross the context bridge; a window message transfers it.
ipcRenderer.on('main/port', (event) => window.postMessage({ type: 'lab/port' }, location.origin, [...event.ports]));
contextBridge.exposeInMainWorld('mainApi', mainApi);
