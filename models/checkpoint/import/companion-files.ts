/** Finds what files near a checkpoint say about its data: the dataset.json of the puzzles that it was trained on. */
import { basename, dirname, join, relative, resolve } from 'node:path';
import { z } from 'zod';
import { message, type Message } from '../../../renderer/messages/message';
import { readRegularFile } from '../regular-file';
import { readDataPaths } from './import-settings';

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
  const sizes = await findDatasetSizes(weights, settingsFile === null ? [] : await readDataPaths(settingsFile));
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
 * The sizes of the dataset that a checkpoint was trained on: of a dataset.json beside it, else of the dataset that its trainer names, else of
 * `dataset/` beside its folder, as in a cluster job. Null where there is none.
 * @param dataPaths of the trainer's configuration; only the names of the folders near the checkpoint are looked up, never other paths
 */
async function findDatasetSizes(weights: string, dataPaths: readonly string[]): Promise<DatasetSizes | null> {
  for (const folder of candidates(resolve(dirname(weights)), dataPaths))
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

/** Null where the file is missing or does not describe a dataset: the user is asked for the sizes then. */
async function readSizes(path: string): Promise<DatasetSizes | null> {
  try {
    const text = new TextDecoder().decode(await readRegularFile(path, MAX_BYTES));
    return { ...dataSchema.parse(JSON.parse(text)), file: path };
  } catch {
    return null;
  }
}
