/** Generates built-in datasets on their first use. */
import { formatEnglish } from '../../../renderer/messages/english';
import type { DatasetLibrary } from '../../compute/datasets/library';
import { Job } from '../../compute/job';
import { formatBytes, formatDuration, formatInteger } from '../../contract/format';
import { onInterrupt } from '../exit';
import { ProgressLine } from '../output';

/**
 * Generates a built-in dataset unless it is stored, after telling its size and the time; Ctrl-C cancels.
 * @throws Error when it was cancelled; errors of the disk. Nothing is stored then.
 */
export async function prepareBuiltIn(library: DatasetLibrary, id: string): Promise<void> {
  const dataset = (await library.listBuiltIn()).find((known) => known.id === id);
  if (!dataset?.generation) return;
  const { isDamaged, seconds, bytes } = dataset.generation;
  const line = new ProgressLine();
  line.print(
    `${isDamaged ? 'The stored copy is damaged. ' : ''}Generating ${id}: ${formatInteger(dataset.train.puzzles)} training and ${formatInteger(dataset.test.puzzles)} test puzzles, ${formatBytes(bytes)}, about ${formatDuration(seconds)}`,
  );
  const controller = new AbortController();
  const ignoreInterrupts = onInterrupt(() =>
    controller.abort(new Error('Generating was cancelled. Nothing was saved.')),
  );
  const job = new Job(({ fraction, message }) => line.show(fraction ?? 0, formatEnglish(message)), controller.signal);
  try {
    await library.prepare(id, job);
  } finally {
    ignoreInterrupts();
    line.clear();
  }
}
