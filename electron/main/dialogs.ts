/** Native dialogs: open and save files, and recover from a missing data folder. */
import { extname, join } from 'node:path';
import type { WebFrameMain } from 'electron';
import { app, BrowserWindow, dialog, shell } from 'electron';
import { z } from 'zod';
import { writeAtomically } from '../../datasets/formats/atomic-write';
import { defaultFolder, resetDataFolder } from '../compute/storage/data-folder';
import { errorMessage } from '../contract/format';

const text = z.string().min(1).max(200);
const extensions = z.array(z.string().regex(/^[\w.]{1,20}$/u)).max(10);

export const openRequestSchema = z.object({
  title: text,
  what: z.enum(['file', 'folder']),
  extensions: extensions.optional(),
});
export const saveRequestSchema = z.object({ title: text, name: text, extensions: extensions.optional() });
const places = ['data', 'models', 'runs', 'datasets'] as const;
export const folderRequestSchema = z.object({
  place: z.enum(places),
  id: z
    .string()
    .regex(/^\w[\w.-]{0,119}$/u)
    .optional(),
});

type OpenRequest = z.infer<typeof openRequestSchema>;
type SaveRequest = z.infer<typeof saveRequestSchema>;
type FolderRequest = z.infer<typeof folderRequestSchema>;

/** Null when the dialog was left. */
export async function showOpenDialog(
  frame: WebFrameMain,
  { title, what, extensions: allowed }: OpenRequest,
): Promise<string | null> {
  const options = {
    title,
    properties: what === 'file' ? ['openFile' as const] : ['openDirectory' as const, 'createDirectory' as const],
    ...filtersOf(allowed),
  };
  const window = windowOf(frame);
  const { filePaths } = await (window ? dialog.showOpenDialog(window, options) : dialog.showOpenDialog(options));
  return filePaths[0] ?? null;
}

/** Null when the dialog was left. */
export async function showSaveDialog(
  frame: WebFrameMain,
  { title, name, extensions: allowed }: SaveRequest,
): Promise<string | null> {
  const options = { title, defaultPath: name, ...filtersOf(allowed) };
  const window = windowOf(frame);
  const { filePath } = await (window ? dialog.showSaveDialog(window, options) : dialog.showSaveDialog(options));
  return filePath || null;
}

/** In the system's file manager. @throws Error where there is no such folder */
export async function openFolder({ place, id }: FolderRequest, folder: string): Promise<void> {
  const problem = await shell.openPath(
    place === 'data' ? folder : join(folder, place, ...(id === undefined ? [] : [id])),
  );
  if (problem !== '') throw new Error(problem);
}

const filtersOf = (allowed?: readonly string[]) =>
  allowed
    ? { filters: [{ name: allowed.map((extension) => `.${extension}`).join(', '), extensions: [...allowed] }] }
    : {};

/** The window of a page. */
export function windowOf(frame: WebFrameMain): BrowserWindow | null {
  return BrowserWindow.getAllWindows().find(({ webContents }) => webContents.mainFrame === frame) ?? null;
}

// What the window has made itself, a chart as a picture or a table, goes to a file of the user's choosing.

const MAX_BYTES = 256 * 2 ** 20;
const pngStart = [0x89, 0x50, 0x4e, 0x47];

const isPicture = (content: string | Uint8Array): boolean =>
  typeof content !== 'string' && pngStart.every((byte, at) => content[at] === byte);

/** Text as text, pictures as PNG: nothing that could be run. */
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
    ({ name, content }) => (extname(name) === '.png' ? isPicture(content) : typeof content === 'string'),
    'the content is not what the name says',
  );

/** Where it was written, whole or not at all; null when the dialog was left. @throws Error in a sentence for people */
export async function saveFile(
  frame: WebFrameMain,
  { title, name, content }: z.infer<typeof saveFileSchema>,
): Promise<string | null> {
  const extension = extname(name).slice(1);
  const options = { title, defaultPath: name, filters: [{ name: `.${extension}`, extensions: [extension] }] };
  const window = windowOf(frame);
  const { filePath } = await (window ? dialog.showSaveDialog(window, options) : dialog.showSaveDialog(options));
  if (!filePath) return null;
  try {
    await writeAtomically(filePath, content);
  } catch (error) {
    throw new Error(errorMessage(error), { cause: error });
  }
  return filePath;
}

const recoveryButtons = ['Look again', 'Use the usual folder', 'Quit'] as const;

/** Asks before the first window what to do when the data folder cannot be reached; then restarts or quits. */
export async function showRecoveryDialog(reason: unknown): Promise<void> {
  const { response } = await dialog.showMessageBox({
    type: 'warning',
    title: 'TRM Puzzle Lab',
    message: 'The lab’s data folder is not there.',
    detail: `${errorMessage(reason)}.\n\nNothing is lost: connect its disk and look again. With the usual folder (${defaultFolder()}) the lab starts without those data; they can be chosen again in Settings.`,
    buttons: [...recoveryButtons],
    defaultId: 0,
    cancelId: 2,
  });
  if (response === 1) resetDataFolder();
  if (response !== 2) app.relaunch();
  app.exit();
}
