/** Finds the files near a checkpoint that belong to it: those exported beside it, and the dataset.json of the puzzles that it was trained on. */
import { existsSync } from 'node:fs';
import { basename, dirname, extname, join, relative, resolve } from 'node:path';
import { z } from 'zod';
import { message, type Message } from '../../../renderer/messages/message';
import { readRegularFile } from '../regular-file';
import { readDataPaths } from './import-settings';

/**
 * A file that was written beside weights and has their name with an ending, or in the folder of a model only that; null if there is none.
 * @param ending e.g. `identifiers.json`
 */
export function findCompanion(weights: string, ending: string): string | null {
  const file = basename(weights);
  const stems = [file, file.slice(0, file.length - extname(file).length)];
  const names = [...stems.map((stem) => `${stem}.${ending}`), ending];
  return names.map((name) => join(dirname(weights), name)).find((path) => existsSync(path)) ?? null;
}

const dataSchema = z.object({ seq_len: z.int().min(1), vocab_size: z.int().min(1) });

interface DatasetSizes extends z.infer<typeof dataSchema> {
  /** Path of the dataset.json. */
  readonly file: string;
}

/** The reference's trainer saves in checkpoints/<project>/<run>/ of its folder, and reads data/<dataset>/ of it. */
const MAX_LEVELS = 4;

interface KnownSizes {
  /** The config of the checkpoint, which may name datasets. */
  readonly settingsFile: string | null;
  /** Tokens of the weights. */
  readonly vocabulary: number | undefined;
  /** Cells of the puzzles of a known kind. */
  readonly cells: number | undefined;
}

/**
 * The sizes of the dataset near a checkpoint, whose cells weights with attention do not determine; null if it has other tokens than the weights,
 * or other cells than the puzzles of a known kind.
 * @throws FormatError for a config that cannot be read
 */
export async function findNearbySizes(
  weights: string,
  { settingsFile, vocabulary, cells }: KnownSizes,
): Promise<DatasetSizes | null> {
  const sizes = await findDatasetSizes(await nearbyFolders(weights, settingsFile));
  if (sizes?.vocab_size !== vocabulary) return null;
  return cells === undefined || cells === sizes?.seq_len ? sizes : null;
}

/** Names the file that the number of cells is read from. */
export const describeNearbySizes = (sizes: DatasetSizes | null, weights: string): Message[] =>
  sizes === null
    ? []
    : [
        message('checkpoint.import.nearbyDataset', {
          cells: sizes.seq_len,
          file: relative(dirname(weights), sizes.file),
        }),
      ];

/**
 * The folders near a checkpoint that may have its dataset: its own, those of the datasets that its trainer names, then `dataset/` beside its folder,
 * as in a cluster job.
 * @param settingsFile the config of the checkpoint; only the names of the folders near the checkpoint are looked up, never other paths
 * @throws FormatError for a config that cannot be read
 */
export async function nearbyFolders(weights: string, settingsFile: string | null): Promise<readonly string[]> {
  return candidates(resolve(dirname(weights)), settingsFile === null ? [] : await readDataPaths(settingsFile));
}

/** The sizes of the first dataset.json in the folders; null where there is none. */
async function findDatasetSizes(folders: readonly string[]): Promise<DatasetSizes | null> {
  for (const folder of folders)
    for (const file of ['train/dataset.json', 'dataset.json']) {
      const sizes = await readSizes(join(folder, file));
      if (sizes !== null) return sizes;
    }
  return null;
}

function candidates(folder: string, dataPaths: readonly string[]): string[] {
  const levels = Array.from({ length: MAX_LEVELS }, (_, level) => resolve(folder, ...Array<string>(level).fill('..')));
  const names = dataPaths.flatMap((path) => [path, basename(path)]).filter(isInside);
  const named = levels.flatMap((level) => names.map((name) => join(level, name)));
  return [folder, ...named, join(folder, 'dataset'), join(dirname(folder), 'dataset')];
}

/** Whether a path leads into the folder that it is joined to, rather than to this folder itself or out of it. */
const isInside = (path: string): boolean =>
  !['', '.'].includes(path) && !/^[\\/]|[:\0]|(?:^|[\\/])\.\.(?:[\\/]|$)/u.test(path);

/** Larger than any: the files have a few hundred bytes. */
const MAX_BYTES = 2 ** 18;

/** Null where the file is missing or does not describe a dataset; the user is then asked for the sizes. */
async function readSizes(path: string): Promise<DatasetSizes | null> {
  try {
    const text = new TextDecoder().decode(await readRegularFile(path, MAX_BYTES));
    return { ...dataSchema.parse(JSON.parse(text)), file: path };
  } catch {
    return null;
  }
}
