/** The system's own dialogs, in which people say where files are to come from and go to. */
import { BrowserWindow, dialog, shell, type WebFrameMain } from 'electron';
import { join } from 'node:path';
import { z } from 'zod';

const text = z.string().min(1).max(200);
const extensions = z.array(z.string().regex(/^[\w.]{1,20}$/u)).max(10);

export const openRequestSchema = z.object({
  title: text,
  what: z.enum(['file', 'folder']),
  extensions: extensions.optional(),
});
export const saveRequestSchema = z.object({ title: text, name: text, extensions: extensions.optional() });
export const places = ['data', 'models', 'runs', 'datasets'] as const;
export const folderRequestSchema = z.object({
  place: z.enum(places),
  id: z
    .string()
    .regex(/^\w[\w.-]{0,119}$/u)
    .optional(),
});

export type OpenRequest = z.infer<typeof openRequestSchema>;
export type SaveRequest = z.infer<typeof saveRequestSchema>;
export type FolderRequest = z.infer<typeof folderRequestSchema>;

/** Null when the dialog was left. */
export async function chooseOpen(
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
export async function chooseSave(
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
