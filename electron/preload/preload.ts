/** The bridge between the window and main: exactly `Host`, and the hand-over of compute's port. */
import { contextBridge, ipcRenderer, webUtils } from 'electron';
import type { Host } from '../contract/contract';

const host: Host = {
  connect: () => call('connect'),
  computeState: () => call('computeState'),
  restartCompute: () => call('restartCompute'),
  readSettings: () => call('readSettings'),
  changeSettings: (changes) => call('changeSettings', changes),
  onSettings: (listener) => listen('settings', listener),
  zoom: (factor) => call('zoom', factor),
  onSecondStart: (listener) => listen('second-start', () => listener()),
  describeMachine: () => call('describeMachine'),
  dataPlace: () => call('dataPlace'),
  useDataFolder: (request) => call('useDataFolder', request),
  removeFormerData: () => call('removeFormerData'),
  chooseOpen: (request) => call('chooseOpen', request),
  chooseSave: (request) => call('chooseSave', request),
  saveFile: (request) => call('saveFile', request),
  openFolder: (request) => call('openFolder', request),
  pathOf,
  onComputeState: (listener) => listen('compute-state', listener),
};

/** Returns the function that stops the listening. */
function listen<Value>(news: string, listener: (value: Value) => void): () => void {
  const pass = (_event: unknown, value: Value): void => listener(value);
  ipcRenderer.on(`host/${news}`, pass);
  return () => ipcRenderer.off(`host/${news}`, pass);
}

/** Older runtimes have no `webUtils` and tell the path with the file itself. */
function pathOf(file: File): string {
  const { getPathForFile } = (webUtils as typeof webUtils | undefined) ?? {};
  return getPathForFile ? getPathForFile(file) : ((file as File & { readonly path?: string }).path ?? '');
}

/** Electron wraps a refusal in words of its own, which are not for people. */
async function call<Answer>(name: keyof Host, ...input: unknown[]): Promise<Answer> {
  try {
    return (await ipcRenderer.invoke(`host/${name}`, ...input)) as Answer;
  } catch (reason) {
    const message = reason instanceof Error ? reason.message : String(reason);
    throw new Error(message.replace(/^Error invoking remote method '[^']*': (\w*Error: )?/, ''));
  }
}

// A port cannot cross the context bridge; a window message carries it over.
ipcRenderer.on('host/port', (event) => window.postMessage({ type: 'lab/port' }, location.origin, [...event.ports]));
contextBridge.exposeInMainWorld('host', host);
