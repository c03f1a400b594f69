/** Generates built-in datasets on their first use. */
import type { DatasetLibrary } from '../../compute/datasets/library';
import { formatBytes, formatDuration, formatInteger } from '../../contract/format';
import { printNotice, withProgress } from '../output';

/**
 * Generates a built-in dataset unless it is stored, after telling its size and the time; Ctrl-C cancels.
 * @throws Error when it was cancelled; errors of the disk. Nothing is stored then.
 */
export async function prepareBuiltIn(library: DatasetLibrary, id: string): Promise<void> {
  const dataset = (await library.listBuiltIn()).find((known) => known.id === id);
  if (!dataset?.generation) return;
  const { isDamaged, seconds, bytes } = dataset.generation;
  printNotice(
    `${isDamaged ? 'The stored copy is damaged. ' : ''}Generating ${id}: ${formatInteger(dataset.train.puzzles)} training and ${formatInteger(dataset.test.puzzles)} test puzzles, ${formatBytes(bytes)}, about ${formatDuration(seconds)}`,
  );
  await withProgress((job) => library.prepare(id, job), 'Generating was cancelled. Nothing was saved.');
}
