/** Public sets that become data sets of the user's: fetched, verified, imported. */
import { formatMegabytes } from '../../contract/format';
import { join } from 'node:path';
import type { Dataset, Download } from '../../contract/contract';
import type { DownloadSpec } from '../downloads/download-specs';
import type { DownloadProgress, Downloads } from '../downloads/downloads';
import type { Importer } from './import-set';
import type { Job } from '../job';

const stages: Readonly<Record<DownloadProgress['stage'], string>> = {
  connecting: 'connecting',
  receiving: 'receiving',
  waiting: 'the connection broke, trying again',
  checking: 'checking',
  unpacking: 'unpacking',
};

export class DatasetDownloads {
  constructor(
    private readonly downloads: Downloads,
    private readonly importer: Importer,
  ) {}

  async list(): Promise<Download[]> {
    const states = await this.downloads.list();
    return states.map(({ spec: { id, name, summary, home, licence, kind }, folder, kept }) => ({
      id,
      name,
      summary,
      home,
      licence,
      kind,
      isFetched: folder !== null,
      kept,
    }));
  }

  /** @throws DownloadError, UnknownIdError, FormatError, the signal's reason; what came is kept for the next time */
  async fetch(id: string, job: Job): Promise<Dataset> {
    const folder = await this.downloads.download(id, {
      signal: job.signal,
      onProgress: (progress) => job.report(shown(progress)),
    });
    const { spec } = (await this.downloads.list()).find((state) => state.spec.id === id) ?? {};
    if (!spec) throw new Error(`${id} is no download any more`);
    const plan = { name: spec.name, heldOut: 0, augment: 0, seed: 1, origin: `downloaded from ${spec.home}` };
    return this.importer.import({ ...plan, path: pathOf(spec, folder), kind: spec.kind }, job);
  }
}

/** Of ARC the tasks to learn from; those to be measured on stay beside them. */
function pathOf({ result }: DownloadSpec, folder: string): string {
  return result === 'task files' ? join(folder, 'training') : folder;
}

function shown({ stage, file, fileNumber, fileCount, received, total }: DownloadProgress) {
  const megabytes = `${formatMegabytes(received)}${total === null ? '' : ` of ${formatMegabytes(total)}`}`;
  return {
    fraction: total === null || total === 0 ? null : Math.min(1, received / total),
    message: `${stages[stage]} ${file} (${fileNumber} of ${fileCount})${stage === 'receiving' ? `, ${megabytes}` : ''}`,
  };
}
