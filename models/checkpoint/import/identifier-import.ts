/** The names of the puzzles of imported embeddings: from the file exported beside the weights, else from the dataset near them. */
import { existsSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { parseUndamaged } from '../../../datasets/formats/json-checksum';
import { message, MessageError, type Message } from '../../../renderer/messages/message';
import type { ModelConfig } from '../../family/config';
import { anyIdentifiersSchema, identifiersFile, MAX_IDENTIFIER_BYTES } from '../identifier-names';
import { readRegularFile } from '../regular-file';
import { findCompanion, nearbyFolders } from './companion-files';

interface ImportedIdentifiers {
  readonly identifiers?: readonly string[];
  readonly notes: readonly Message[];
}

/**
 * Without names that fit, the weights are imported alone.
 * @param settingsFile the config of the weights, which may name their dataset; null for none
 * @throws FormatError for a config that cannot be read
 */
export async function importIdentifiers(
  weights: string,
  settingsFile: string | null,
  { puzzleEmbNdim, numPuzzleIdentifiers: count }: ModelConfig,
): Promise<ImportedIdentifiers> {
  const path = puzzleEmbNdim === 0 ? null : await findIdentifiers(weights, settingsFile);
  if (path === null) return { notes: [] };
  const file = relative(dirname(weights), path);
  const identifiers = await readNames(path);
  if (!identifiers) return { notes: [message('checkpoint.import.unreadableIdentifiers', { file })] };
  if (identifiers.length === count)
    return { identifiers, notes: [message('checkpoint.import.identifiers', { file, count: count - 1 })] };
  return { notes: [message('checkpoint.import.otherIdentifiers', { file, count, found: identifiers.length })] };
}

/** Null if there is none. @throws FormatError */
async function findIdentifiers(weights: string, settingsFile: string | null): Promise<string | null> {
  const beside = findCompanion(weights, identifiersFile);
  if (beside !== null) return beside;
  const folders = await nearbyFolders(weights, settingsFile);
  return folders.map((folder) => join(folder, identifiersFile)).find((path) => existsSync(path)) ?? null;
}

/** Null for a file that is damaged or has no names. */
async function readNames(path: string): Promise<readonly string[] | null> {
  try {
    const text = new TextDecoder().decode(await readRegularFile(path, MAX_IDENTIFIER_BYTES));
    return parseUndamaged(text, anyIdentifiersSchema)?.names ?? null;
  } catch (error) {
    if (error instanceof MessageError) return null;
    throw error;
  }
}
