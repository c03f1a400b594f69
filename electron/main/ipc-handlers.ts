/** Main's side of `Host`: every call is checked for its sender and its arguments. */
import { BrowserWindow, ipcMain, nativeTheme, type WebFrameMain } from 'electron';
import { z } from 'zod';
import type { ComputeHost } from './compute-process';
import type { ComputeState, Host } from '../contract/contract';
import { dataPlace, moveSchema, removeFormerData } from './data-location';
import {
  chooseOpen,
  chooseSave,
  folderRequestSchema,
  openFolder,
  openRequestSchema,
  saveRequestSchema,
  windowOf,
} from './dialogs';
import { describeMachine } from './system-info';
import { saveFile, saveFileSchema } from './save-file';
import { isTrusted } from './security';
import { changesSchema, preferencesOf, type Settings } from './settings';

type CallName = Exclude<keyof Host, 'onComputeState' | 'onSettings' | 'onSecondStart' | 'pathOf'>;

const nothing = z.tuple([]);

export interface HostOptions {
  readonly compute: ComputeHost;
  readonly settings: Settings;
  readonly dataFolder: string;
  /** Starts the lab anew with the data of another folder. */
  readonly move: (request: z.infer<typeof moveSchema>) => Promise<void>;
}

export function serveHost({ compute, settings, dataFolder, move }: HostOptions): void {
  handle('connect', nothing, (frame) => compute.connect(frame));
  handle('computeState', nothing, () => compute.state);
  handle('restartCompute', nothing, () => compute.restart());
  handle('readSettings', nothing, () => preferencesOf(settings.values));
  handle('changeSettings', z.tuple([changesSchema]), async (_frame, changes) => {
    if (changes.theme) nativeTheme.themeSource = changes.theme;
    await settings.update(definedIn(changes));
    return preferencesOf(settings.values);
  });
  handle('zoom', z.tuple([z.number().min(0.5).max(3)]), (frame, factor) =>
    windowOf(frame)?.webContents.setZoomFactor(factor),
  );
  handle('describeMachine', nothing, describeMachine);
  handle('dataPlace', nothing, () => dataPlace({ dataFolder }));
  handle('useDataFolder', z.tuple([moveSchema]), (_frame, request) => move(request));
  handle('removeFormerData', nothing, () => removeFormerData({ dataFolder }));
  handle('chooseOpen', z.tuple([openRequestSchema]), chooseOpen);
  handle('chooseSave', z.tuple([saveRequestSchema]), chooseSave);
  handle('saveFile', z.tuple([saveFileSchema]), saveFile);
  handle('openFolder', z.tuple([folderRequestSchema]), (_frame, request) => openFolder(request, dataFolder));
}

/** Tells every window. */
export function publishComputeState(state: ComputeState): void {
  publish('compute-state', state);
}

/** Tells every window what was set elsewhere. */
export function publishSettings({ values }: Settings): void {
  publish('settings', preferencesOf(values));
}

export function publishSecondStart(): void {
  publish('second-start', null);
}

function publish(news: string, value: unknown): void {
  for (const window of BrowserWindow.getAllWindows()) window.webContents.send(`host/${news}`, value);
}

/** Without what was not said. */
function definedIn<Values extends object>(values: Values): { [Key in keyof Values]: Exclude<Values[Key], undefined> } {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as never;
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
