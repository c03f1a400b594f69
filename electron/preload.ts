/** The bridge between the window and main: exactly `Host`, and the hand-over of compute's port. */
import { contextBridge, ipcRenderer, webUtils } from 'electron';
import type { ComputeState, Host } from './contract';

const host: Host = {
  connect: () => call('connect'),
  computeState: () => call('computeState'),
  restartCompute: () => call('restartCompute'),
  theme: () => call('theme'),
  setTheme: (theme) => call('setTheme', theme),
  chooseOpen: (request) => call('chooseOpen', request),
  chooseSave: (request) => call('chooseSave', request),
  saveFile: (request) => call('saveFile', request),
  openFolder: (request) => call('openFolder', request),
  pathOf,
  onComputeState: (listener) => {
    const pass = (_event: unknown, state: ComputeState): void => listener(state);
    ipcRenderer.on('host/compute-state', pass);
    return () => ipcRenderer.off('host/compute-state', pass);
  },
};

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
