/** The bridge between the window and main: exactly `MainApi`, and the hand-over of compute's port. */
import { contextBridge, ipcRenderer, webUtils } from 'electron';
import type { MainApi } from '../contract/main-api';

const mainApi: MainApi = {
  connect: () => call('connect'),
  getComputeState: () => call('getComputeState'),
  restartCompute: () => call('restartCompute'),
  getSettings: () => call('getSettings'),
  updateSettings: (changes) => call('updateSettings', changes),
  onSettingsChanged: (listener) => listen('settings', listener),
  setZoom: (factor) => call('setZoom', factor),
  onSecondInstance: (listener) => listen('second-start', () => listener()),
  getSystemInfo: () => call('getSystemInfo'),
  getDataLocation: () => call('getDataLocation'),
  switchDataFolder: (request) => call('switchDataFolder', request),
  removePreviousData: () => call('removePreviousData'),
  showOpenDialog: (request) => call('showOpenDialog', request),
  showSaveDialog: (request) => call('showSaveDialog', request),
  saveFile: (request) => call('saveFile', request),
  openFolder: (request) => call('openFolder', request),
  getPathForFile,
  onComputeState: (listener) => listen('compute-state', listener),
};

/** Returns the function that stops the listening. */
function listen<Value>(news: string, listener: (value: Value) => void): () => void {
  const pass = (_event: unknown, value: Value): void => listener(value);
  ipcRenderer.on(`main/${news}`, pass);
  return () => ipcRenderer.off(`main/${news}`, pass);
}

/** Older runtimes have no `webUtils` and tell the path with the file itself. */
function getPathForFile(file: File): string {
  const { getPathForFile } = (webUtils as typeof webUtils | undefined) ?? {};
  return getPathForFile ? getPathForFile(file) : ((file as File & { readonly path?: string }).path ?? '');
}

/** Electron wraps a refusal in words of its own, which are not for people. */
async function call<Answer>(name: keyof MainApi, ...input: unknown[]): Promise<Answer> {
  try {
    return (await ipcRenderer.invoke(`main/${name}`, ...input)) as Answer;
  } catch (reason) {
    const message = reason instanceof Error ? reason.message : String(reason);
    throw new Error(message.replace(/^Error invoking remote method '[^']*': (\w*Error: )?/, ''));
  }
}

// A port cannot cross the context bridge; a window message carries it over.
ipcRenderer.on('main/port', (event) => window.postMessage({ type: 'lab/port' }, location.origin, [...event.ports]));
contextBridge.exposeInMainWorld('mainApi', mainApi);
