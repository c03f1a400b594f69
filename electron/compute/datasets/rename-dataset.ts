/** Changes the name of a dataset folder, which `source.json` holds. */
import { join } from 'node:path';
import { writeAtomically } from '../../../datasets/formats/atomic-write';
import { writeDigest, removeDigest } from '../../../datasets/formats/digests';
import { openSource, readSourceFile } from '../../../datasets/formats/puzzle-source';
import { message } from '../../../renderer/messages/message';
import { formatSourceFile } from './write-dataset';

const SOURCE_FILE = 'source.json';

/**
 * Folders without `source.json` get one. At no moment does the file contradict its digest, which would count as damage.
 * @throws FormatError for a folder that is damaged or no dataset; errors of the disk
 */
export async function renameDataset(folder: string, name: string): Promise<void> {
  const { kind } = await openSource(folder);
  const source = (await readSourceFile(folder)) ?? { kind: kind.id, origin: message('datasets.origin.added') };
  await removeDigest(folder, SOURCE_FILE);
  await writeAtomically(join(folder, SOURCE_FILE), formatSourceFile({ ...source, name }));
  await writeDigest(folder, SOURCE_FILE);
}
