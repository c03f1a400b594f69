/** What the window has made itself, a chart as a picture or a table, goes to a file of the user's choosing. */
import { dialog, type WebFrameMain } from 'electron';
import { extname } from 'node:path';
import { z } from 'zod';
import { writeAtomically } from '../../models/checkpoint/atomic-file';
import { windowOf } from './dialogs';
import { failureOf } from '../contract/error-message';

const MOST_BYTES = 256 * 2 ** 20;
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
      z.string().max(MOST_BYTES),
      z.instanceof(Uint8Array).refine(({ byteLength }) => byteLength <= MOST_BYTES),
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
    throw new Error(failureOf(error), { cause: error });
  }
  return filePath;
}
