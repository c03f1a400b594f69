/** A run carried elsewhere. */
import type { RunExport } from '../../../contract/runs';
import type { Job } from '../../datasets/job';
import { writeCapsule } from '../capsule';
import type { RunFolder } from '../run-folder';
import type { RunParts } from './cluster';
import { writeCluster } from './cluster';
import { writeMetricsCsv, writeTensorboard } from './metrics-files';

export interface RunExportPlan {
  readonly out: string;
  readonly format: RunExport;
  /** See the contract. */
  readonly augment?: number | undefined;
}

export interface ExportedRun {
  readonly out: string;
  /** Sentences: what the reference cannot do of this run. */
  readonly notes: string[];
}

/** Whole or not at all. @throws ExistsError where `out` is taken, RunFolderError, ChangedDataError, the job's reason when it was cancelled */
export async function exportRun(
  parts: RunParts,
  { out, format, augment }: RunExportPlan,
  job: Job,
): Promise<ExportedRun> {
  const notes = await writers[format](parts, { out, ...(augment !== undefined && { augment }), job });
  return { out, notes: [...(notes ?? [])] };
}

interface Writing {
  readonly out: string;
  readonly augment?: number;
  readonly job: Job;
}

const writers: Readonly<Record<RunExport, (parts: RunParts, writing: Writing) => Promise<readonly string[] | void>>> = {
  capsule: ofFolder(writeCapsule),
  csv: ofFolder(writeMetricsCsv),
  tensorboard: ofFolder(writeTensorboard),
  cluster: writeCluster,
};

function ofFolder(write: (folder: RunFolder, out: string) => Promise<void>) {
  return ({ folder }: RunParts, { out }: Writing): Promise<void> => write(folder, out);
}
