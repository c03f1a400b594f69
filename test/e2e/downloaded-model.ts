/** A published model that is downloaded but not imported, with random weights of a narrow network. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { finaliseDownload } from '../../electron/compute/downloads/finalise-download';
import { publishedModels } from '../../electron/compute/downloads/published-models';
import { checkpointBytes, sudokuConfig } from '../electron/compute/models/published-checkpoints';

/** @param id of an entry for Sudoku whose checksum is not known */
export async function writeDownloaded(folder: string, id: string): Promise<void> {
  const spec = publishedModels.find((known) => known.id === id);
  if (!spec) throw new Error(`there is no published model "${id}"`);
  const part = join(folder, `${id}.part`);
  await mkdir(part, { recursive: true });
  await writeFile(
    join(part, spec.weights),
    await checkpointBytes({ ...sudokuConfig, hiddenSize: 64, puzzleEmbNdim: 64 }),
  );
  await finaliseDownload(spec, { part, target: join(folder, id), onUnpacking: () => undefined });
}
