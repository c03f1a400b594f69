/** Main's side of `Host`: every call is checked for its sender and its arguments. */
import { BrowserWindow, ipcMain, nativeTheme, type WebFrameMain } from 'electron';
import { z } from 'zod';
import type { ComputeHost } from './compute-host';
import type { ComputeState, Host } from './contract';
import { chooseOpen, chooseSave, folderRequestSchema, openFolder, openRequestSchema, saveRequestSchema } from './dialogs';
import { saveFile, saveFileSchema } from './save-file';
import { isTrusted } from './security';
import { themeSchema, type Settings } from './settings';

type CallName = Exclude<keyof Host, 'onComputeState' | 'pathOf'>;

const nothing = z.tuple([]);

export function serveHost(compute: ComputeHost, settings: Settings): void {
  handle('connect', nothing, (frame) => compute.connect(frame));
  handle('computeState', nothing, () => compute.state);
  handle('restartCompute', nothing, () => compute.restart());
  handle('theme', nothing, () => settings.values.theme);
  handle('setTheme', z.tuple([themeSchema]), (_frame, theme) => {
    nativeTheme.themeSource = theme;
    return settings.update({ theme });
  });
  handle('chooseOpen', z.tuple([openRequestSchema]), chooseOpen);
  handle('chooseSave', z.tuple([saveRequestSchema]), chooseSave);
  handle('saveFile', z.tuple([saveFileSchema]), saveFile);
  handle('openFolder', z.tuple([folderRequestSchema]), (_frame, request) => openFolder(request));
}

/** Tells every window. */
export function publishComputeState(state: ComputeState): void {
  for (const window of BrowserWindow.getAllWindows()) window.webContents.send('host/compute-state', state);
}

function handle<Arguments extends unknown[]>(
  name: CallName,
  schema: z.ZodType<Arguments>,
  action: (frame: WebFrameMain, ...input: Arguments) => unknown,
): void {
  ipcMain.handle(`host/${name}`, (event, ...input: unknown[]) => {
    const frame = event.senderFrame;
    if (!isTrusted(frame)) throw new Error(`${name} was called by a page that is not ours`);
    const parsed = schema.safeParse(input);
    if (!parsed.success) throw new TypeError(`${name}: ${parsed.error.issues[0]?.message ?? 'wrong arguments'}`);
    return action(frame, ...parsed.data);
  });
}
