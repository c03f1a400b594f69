/** Main's side of `MainApi`: every call is checked for its sender and its arguments. */
import { availableParallelism, cpus, freemem, homedir, release, totalmem, type, userInfo } from 'node:os';
import type { WebFrameMain } from 'electron';
import { BrowserWindow, ipcMain, nativeTheme } from 'electron';
import { z } from 'zod';
import type { LanguageChoice } from '../../renderer/messages/languages';
import type { Text } from '../../renderer/messages/message';
import { errorText } from '../contract/error-message';
import type { ComputeState, MainApi, SystemInfo } from '../contract/main-api';
import type { ComputeProcess } from './compute-process';
import { getDataLocation, switchRequestSchema, removePreviousData } from './data-location';
import {
  confirmDeletion,
  confirmSwitch,
  showOpenDialog,
  showSaveDialog,
  folderRequestSchema,
  openFolder,
  openRequestSchema,
  saveFile,
  saveFileSchema,
  saveRequestSchema,
  getWindow,
} from './dialogs';
import type { KeepAwake } from './keep-awake';
import { formatText } from './language';
import { isTrusted } from './security';
import type { SettingsFile } from './settings-file';
import { settingsChangesSchema, pickPreferences } from './settings-file';

function getSystemInfo(): SystemInfo {
  const { electron = '', chrome = '', node } = process.versions;
  return {
    system: `${type()} ${release()}, ${process.arch}`,
    cpu: cpus()[0]?.model.trim() || 'unknown',
    logicalCpus: availableParallelism(),
    memoryBytes: totalmem(),
    freeMemoryBytes: freemem(),
    electron,
    chrome,
    node,
    home: homedir(),
    user: userName(),
  };
}

/** Empty on systems without a user name. */
function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return '';
  }
}

type CallName = Exclude<
  keyof MainApi,
  'onComputeState' | 'onSettingsChanged' | 'onSettingsFailure' | 'onSecondInstance'
>;

const noArguments = z.tuple([]);

interface MainApiOptions {
  readonly compute: ComputeProcess;
  readonly settings: SettingsFile;
  readonly dataFolder: string;
  /** Shows the menu in another language. */
  readonly onLanguage: (choice: LanguageChoice) => Promise<void>;
  readonly keepAwake: Pick<KeepAwake, 'update'>;
  /** Restarts the application with the data of another folder. */
  readonly switchFolder: (request: z.infer<typeof switchRequestSchema>) => Promise<void>;
}

export function serveMainApi(options: MainApiOptions): void {
  const { compute, settings, dataFolder, switchFolder } = options;
  handle('connect', noArguments, (frame) => compute.connect(frame));
  handle('getComputeState', noArguments, () => compute.state);
  handle('restartCompute', noArguments, () => compute.restart());
  handle('getSettings', noArguments, () => pickPreferences(settings.values));
  handle('updateSettings', z.tuple([settingsChangesSchema]), async (_frame, changes) => {
    await applySettings(changes, options);
    await settings.update(withoutUndefined(changes));
    return pickPreferences(settings.values);
  });
  handle('getSettingsFailure', noArguments, () => settings.failure);
  handle('setZoom', z.tuple([z.number().min(0.5).max(3)]), (frame, factor) =>
    getWindow(frame)?.webContents.setZoomFactor(factor),
  );
  handle('getSystemInfo', noArguments, getSystemInfo);
  handle('getDataLocation', noArguments, () => getDataLocation({ dataFolder }));
  handle('switchDataFolder', z.tuple([switchRequestSchema]), async (frame, request) => {
    const isConfirmed = await confirmSwitch(frame, request.folder);
    if (isConfirmed) await switchFolder(request);
    return isConfirmed;
  });
  handle('removePreviousData', noArguments, (frame) =>
    removePreviousData({ dataFolder, confirm: (folders) => confirmDeletion(frame, folders) }),
  );
  const { files } = compute;
  handle('showOpenDialog', z.tuple([openRequestSchema]), async (frame, request) =>
    files.grant(await showOpenDialog(frame, request), 'read'),
  );
  handle('showSaveDialog', z.tuple([saveRequestSchema]), async (frame, request) =>
    files.grant(await showSaveDialog(frame, request), 'write'),
  );
  handle('acceptDroppedFile', z.tuple([z.string().max(4096)]), (_frame, path) => files.grant(path, 'read'));
  handle('saveFile', z.tuple([saveFileSchema]), saveFile);
  handle('openFolder', z.tuple([folderRequestSchema]), (_frame, request) => openFolder(request, dataFolder));
}

/** Settings that take effect outside the window do so before they are saved. */
async function applySettings(
  { theme, language, cores, keepAwake }: z.infer<typeof settingsChangesSchema>,
  options: MainApiOptions,
): Promise<void> {
  if (theme) nativeTheme.themeSource = theme;
  if (cores !== undefined) options.compute.setCores(cores);
  if (keepAwake !== undefined) options.keepAwake.update({ isEnabled: keepAwake });
  if (language) await options.onLanguage(language);
}

/** Sends the state to every window. */
export function publishComputeState(state: ComputeState): void {
  publish('compute-state', state);
}

/** Sends changed settings to every window. */
export function publishSettings({ values }: SettingsFile): void {
  publish('settings', pickPreferences(values));
}

export function publishSettingsFailure(failure: Text | null): void {
  publish('settings-failure', failure);
}

export function publishSecondInstance(): void {
  publish('second-instance', null);
}

function publish(channel: string, value: unknown): void {
  for (const window of BrowserWindow.getAllWindows()) window.webContents.send(`main/${channel}`, value);
}

/** Removes keys without a value. */
function withoutUndefined<Values extends object>(
  values: Values,
): { [Key in keyof Values]: Exclude<Values[Key], undefined> } {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as never;
}

/** Electron transfers only the message of an error: it is formatted in the language of the window. */
async function act(action: () => unknown): Promise<unknown> {
  try {
    return await action();
  } catch (error) {
    throw new Error(formatText(errorText(error)), { cause: error });
  }
}

function handle<Arguments extends unknown[]>(
  name: CallName,
  schema: z.ZodType<Arguments>,
  action: (frame: WebFrameMain, ...input: Arguments) => unknown,
): void {
  ipcMain.handle(`main/${name}`, (event, ...input: unknown[]) => {
    const frame = event.senderFrame;
    if (!isTrusted(frame)) throw new Error(`${name} was called by an untrusted page`);
    const parsed = schema.safeParse(input);
    if (!parsed.success) throw new TypeError(`${name}: ${parsed.error.issues[0]?.message ?? 'invalid arguments'}`);
    return act(() => action(frame, ...parsed.data));
  });
}
