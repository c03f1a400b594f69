/** Native dialogs: open and save files, and recover from a missing data folder. */
import { lstat } from 'node:fs/promises';
import { extname, join } from 'node:path';
import type { WebFrameMain } from 'electron';
import { app, BrowserWindow, dialog, shell } from 'electron';
import { z } from 'zod';
import { writeAtomically } from '../../datasets/formats/atomic-write';
import { message, MessageError, type MessageId } from '../../renderer/messages/message';
import { defaultFolder, resetDataFolder } from '../compute/storage/data-folder';
import { errorText } from '../contract/error-message';
import { t } from './language';

const text = z.string().min(1).max(200);
const extensions = z.array(z.string().regex(/^[\w.]{1,20}$/u)).max(20);

export const openRequestSchema = z.object({
  title: text,
  what: z.enum(['file', 'folder']),
  extensions: extensions.optional(),
});
export const saveRequestSchema = z.object({ title: text, name: text, extensions: extensions.optional() });
const locations = ['data', 'models', 'runs', 'datasets', 'experiments'] as const;
export const folderRequestSchema = z.object({
  location: z.enum(locations),
  id: z
    .string()
    .regex(/^\w[\w.-]{0,119}$/u)
    .optional(),
});

type OpenRequest = z.infer<typeof openRequestSchema>;
type SaveRequest = z.infer<typeof saveRequestSchema>;
type FolderRequest = z.infer<typeof folderRequestSchema>;

/** @returns the chosen path; undefined if the dialog was cancelled */
export async function showOpenDialog(
  frame: WebFrameMain,
  { title, what, extensions: allowed }: OpenRequest,
): Promise<string | undefined> {
  const options = {
    title,
    properties: what === 'file' ? ['openFile' as const] : ['openDirectory' as const, 'createDirectory' as const],
    ...createFilters(allowed),
  };
  const window = getWindow(frame);
  const { filePaths } = await (window ? dialog.showOpenDialog(window, options) : dialog.showOpenDialog(options));
  return filePaths[0];
}

/** @returns the chosen path; empty or undefined if the dialog was cancelled */
export async function showSaveDialog(
  frame: WebFrameMain,
  { title, name, extensions: allowed }: SaveRequest,
): Promise<string | undefined> {
  const options = { title, defaultPath: name, ...createFilters(allowed) };
  const window = getWindow(frame);
  const { filePath } = await (window ? dialog.showSaveDialog(window, options) : dialog.showSaveDialog(options));
  return filePath;
}

/**
 * Opens a folder in the system's file manager.
 * @throws MessageError for anything else, which the system would run or open in another program; errors of the disk, and the system's message
 */
export async function openFolder({ location, id }: FolderRequest, dataFolder: string): Promise<void> {
  const path = location === 'data' ? dataFolder : join(dataFolder, location, ...(id === undefined ? [] : [id]));
  // On macOS a folder with this ending is a program.
  if (!(await lstat(path)).isDirectory() || /\.app$/iu.test(path))
    throw new MessageError('error.cannotUsePath', { path, reason: message('error.disk.notFolder') });
  const reason = await shell.openPath(path);
  if (reason !== '') throw new Error(reason);
}

const createFilters = (allowed?: readonly string[]) =>
  allowed
    ? { filters: [{ name: allowed.map((extension) => `.${extension}`).join(', '), extensions: [...allowed] }] }
    : {};

/** The window of a page. */
export function getWindow(frame: WebFrameMain): BrowserWindow | null {
  return BrowserWindow.getAllWindows().find(({ webContents }) => webContents.mainFrame === frame) ?? null;
}

/** Maximum size of a saved file. */
const MAX_BYTES = 256 * 2 ** 20;
const pngSignature = [0x89, 0x50, 0x4e, 0x47];

const isPng = (content: string | Uint8Array): boolean =>
  typeof content !== 'string' && pngSignature.every((byte, at) => content[at] === byte);

/** A file created by the window, e.g. an exported chart or table: text or PNG, nothing executable. */
export const saveFileSchema = z
  .object({
    title: z.string().min(1).max(200),
    name: z
      .string()
      .max(200)
      .regex(/^[^/\\]+\.(?:csv|json|txt|png)$/u, 'expected a name that ends in .csv, .json, .txt or .png'),
    content: z.union([
      z.string().max(MAX_BYTES),
      z.instanceof(Uint8Array).refine(({ byteLength }) => byteLength <= MAX_BYTES),
    ]),
  })
  .refine(
    ({ name, content }) => (extname(name) === '.png' ? isPng(content) : typeof content === 'string'),
    'the content does not match the extension',
  );

/** Writes a file to a path that the user chooses. @returns the path; null if the dialog was cancelled @throws errors of the disk */
export async function saveFile(
  frame: WebFrameMain,
  { title, name, content }: z.infer<typeof saveFileSchema>,
): Promise<string | null> {
  const extension = extname(name).slice(1);
  const options = { title, defaultPath: name, filters: [{ name: `.${extension}`, extensions: [extension] }] };
  const window = getWindow(frame);
  const { filePath } = await (window ? dialog.showSaveDialog(window, options) : dialog.showSaveDialog(options));
  if (!filePath) return null;
  await writeAtomically(filePath, content);
  return filePath;
}

/** Asks in a dialog of the system, which a page cannot answer. @returns whether the user agrees */
async function confirm(frame: WebFrameMain, action: MessageId, text: string, detail: string): Promise<boolean> {
  const options = {
    type: 'question' as const,
    title: 'TRM Puzzle Lab',
    message: text,
    detail,
    buttons: [t(action), t('common.cancel')],
    defaultId: 1,
    cancelId: 1,
  };
  const window = getWindow(frame);
  const { response } = await (window ? dialog.showMessageBox(window, options) : dialog.showMessageBox(options));
  return response === 0;
}

/** @returns whether the user agrees to restart with the data of a folder */
export const confirmSwitch = (frame: WebFrameMain, folder: string): Promise<boolean> =>
  confirm(frame, 'storage.switch.action', t('storage.switch.message'), folder);

/** @param folders whose data of the lab is deleted @returns whether the user agrees */
export const confirmDeletion = (frame: WebFrameMain, folders: readonly string[]): Promise<boolean> =>
  confirm(frame, 'storage.deletion.action', t('storage.deletion.message'), folders.join('\n'));

/** Asks what to do when the data folder cannot be reached; then restarts or quits. */
export async function showRecoveryDialog(reason: unknown): Promise<void> {
  const { response } = await dialog.showMessageBox({
    type: 'warning',
    title: 'TRM Puzzle Lab',
    message: t('app.recovery.message'),
    detail: t('app.recovery.detail', { reason: errorText(reason), folder: defaultFolder() }),
    buttons: [t('app.recovery.retry'), t('app.recovery.useDefault'), t('app.recovery.quit')],
    defaultId: 0,
    cancelId: 2,
  });
  if (response === 1) resetDataFolder();
  if (response !== 2) app.relaunch();
  app.exit();
}
