/** What a run measured, as files for other programs. */
import { join } from 'node:path';
import { writeFile, writeFolder } from '../../../../datasets/formats/atomic';
import { writeAtomically } from '../../../../models/checkpoint/atomic-file';
import { metricsCsv } from '../../../../models/checkpoint/export/metrics-csv';
import { eventFileName, tensorboardEvents } from '../../../../models/checkpoint/export/tensorboard';
import { readLines } from '../metrics-log';
import type { RunFolder } from '../run-folder';

/** @throws ExistsError where `out` is taken */
export async function writeMetricsCsv(folder: RunFolder, out: string): Promise<void> {
  await writeFile(out, [metricsCsv(await readLines(folder.metricsFile))]);
}

/** A folder, as TensorBoard takes them, with one event file. @throws ExistsError where `out` is taken */
export async function writeTensorboard(folder: RunFolder, out: string): Promise<void> {
  const { run } = await folder.read();
  const options = { startedAt: new Date(run.startedAt) };
  const events = tensorboardEvents(await readLines(folder.metricsFile), options);
  await writeFolder(out, (temporary) => writeAtomically(join(temporary, eventFileName(options)), events));
}
