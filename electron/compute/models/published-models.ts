/** Lists published models, downloads them, and imports them into the library. */
import { join } from 'node:path';
import { FormatError } from '../../../datasets/formats/format-error';
import { MissingConfigError } from '../../../models/checkpoint/import/import-model';
import { ConfigError } from '../../../models/family/config';
import { message, MessageError, type Message } from '../../../renderer/messages/message';
import type { Model, PublishedModel } from '../../contract/contract';
import { DownloadError } from '../downloads/connection';
import type { Downloads } from '../downloads/downloads';
import { toJobProgress } from '../downloads/job-progress';
import type { PublishedModelSpec } from '../downloads/published-models';
import type { Job } from '../job';
import { addToLibrary } from './import-to-library';
import type { ModelLibrary } from './library';

export class PublishedModels {
  constructor(
    private readonly downloads: Downloads<PublishedModelSpec>,
    private readonly library: ModelLibrary,
  ) {}

  /** Without network access: sizes are those of the catalogue. */
  async list(): Promise<PublishedModel[]> {
    const [states, models] = [await this.downloads.list(), await this.library.list()];
    return states.map(({ spec, folder, partialBytes }) => ({
      ...describe(spec),
      isDownloaded: folder !== null,
      partialBytes,
      model: findModel(models, spec.id)?.id ?? null,
    }));
  }

  /**
   * Downloads, verifies and imports a model. Received bytes are kept on an error, and until the model is imported.
   * @throws MessageError where the model exists; DownloadError, UnknownIdError, the signal's reason
   */
  async download(id: string, job: Job): Promise<{ readonly model: Model; readonly notes: Message[] }> {
    const spec = this.downloads.spec(id);
    const existing = findModel(await this.library.list(), id);
    if (existing) throw new MessageError('models.published.exists', { name: spec.name, model: existing.id });
    const folder = await this.downloads.download(id, {
      signal: job.signal,
      onProgress: (progress) => job.report(toJobProgress(progress)),
    });
    job.signal.throwIfAborted();
    job.report({ fraction: null, message: message('models.published.importing', { name: spec.name }) });
    const imported = await this.import(spec, folder);
    await this.downloads.clear(id);
    return imported;
  }

  /** @throws DownloadError for files that are not this model, which are removed: they would be wrong again */
  private async import(spec: PublishedModelSpec, folder: string) {
    const { id, name, kind, homepage, licence, reported, dataset, weights, settings } = spec;
    const published = { id, homepage, licence, reported, dataset };
    try {
      return await addToLibrary(
        this.library,
        { path: join(folder, weights), name, kind, settings },
        { command: `model download ${id}`, published },
      );
    } catch (error) {
      const isWrong =
        error instanceof FormatError || error instanceof ConfigError || error instanceof MissingConfigError;
      if (!isWrong) throw error;
      await this.downloads.clear(id);
      const host = new URL(spec.files[0]!.url).hostname;
      throw new DownloadError('wrong', 'downloads.error.invalid', { name, host, reason: error.text }).causedBy(error);
    }
  }
}

const findModel = (models: readonly Model[], id: string): Model | undefined =>
  models.find(({ published }) => published?.id === id);

function describe(spec: PublishedModelSpec): Omit<PublishedModel, 'isDownloaded' | 'partialBytes' | 'model'> {
  const { id, name, summary, homepage, licence, kind, dataset, reported, files } = spec;
  const [weights] = files;
  return {
    ...{ id, name, summary, homepage, licence, kind, dataset, reported },
    bytes: weights!.bytes ?? weights!.roughBytes ?? 0,
    isHashKnown: weights!.sha256 !== null,
  };
}
