/** notes.sha256 beside notes.md, as `sha256sum` writes it: shows that the notes were changed, damaged or lost. Earlier versions wrote none. */
import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { writeAtomically } from '../../../datasets/formats/atomic-write';
import { ifExists } from '../storage/missing-files';

const hash = (content: string | Uint8Array): string => createHash('sha256').update(content).digest('hex');

/** @throws errors of the disk */
export const writeNotesChecksum = (file: string, notes: string, text: string): Promise<void> =>
  writeAtomically(file, `${hash(text)}  ${basename(notes)}\n`);

/** More than the longest notes. */
const MAX_BYTES = 2 ** 22;

/** Whether notes do not match their checksum, or cannot be read; false where there is no checksum. @throws errors of the disk */
export async function areNotesChanged(checksumFile: string, notesFile: string): Promise<boolean> {
  const found = await ifExists(stat(checksumFile));
  if (found === null) return false;
  const content = await ifExists(stat(notesFile));
  if (!isReadable(found) || !isReadable(content)) return true;
  const [expected, text] = await Promise.all([readFile(checksumFile, 'utf8'), readFile(notesFile)]);
  return expected !== `${hash(text)}  ${basename(notesFile)}\n`;
}

type Found = Awaited<ReturnType<typeof stat>>;

/** A pipe would be read without end. */
const isReadable = (found: Found | null): boolean => found?.isFile() === true && found.size <= MAX_BYTES;
