/** The experiments of the data folder: one folder each, named by its id. */
import { join } from 'node:path';
import { MessageError, type Text } from '../../../renderer/messages/message';
import { errorText } from '../../contract/error-message';
import type { ExperimentRecord } from '../../contract/experiments';
import { isId, newId } from '../storage/ids';
import { readdirIfExists } from '../storage/missing-files';
import type { Trash } from '../storage/trash';
import { ExperimentFolder } from './experiment-folder';

interface StoredExperiment {
  readonly experimentId: string;
  readonly record: ExperimentRecord;
  /** Whether another process runs it. */
  readonly isElsewhere: boolean;
}

export class ExperimentStore {
  constructor(
    private readonly folder: string,
    private readonly trash: Trash,
  ) {}

  /** Latest first, and folders whose record cannot be read, each with the reason. @throws errors of the disk */
  async list(): Promise<{
    readonly experiments: readonly StoredExperiment[];
    readonly unreadable: { folder: string; reason: Text }[];
  }> {
    const ids = (await readdirIfExists(this.folder)).filter(isId).sort();
    const read = await Promise.allSettled(ids.map((id) => this.read(id)));
    const experiments = read.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
    const unreadable = read.flatMap((result, index) =>
      result.status === 'rejected' ? [{ folder: ids[index]!, reason: errorText(result.reason) }] : [],
    );
    return {
      experiments: experiments.sort((a, b) => b.record.startedAt.localeCompare(a.record.startedAt)),
      unreadable,
    };
  }

  /** @throws MessageError for an unknown id; ExperimentFolderError */
  async read(experimentId: string): Promise<StoredExperiment> {
    const folder = this.open(experimentId);
    return { experimentId, record: await folder.read(), isElsewhere: await folder.isLockedElsewhere() };
  }

  /** @throws MessageError for an invalid id */
  open(experimentId: string): ExperimentFolder {
    if (!isId(experimentId)) throw new MessageError('experiments.noSuch', { id: experimentId });
    return new ExperimentFolder(join(this.folder, experimentId));
  }

  /** @returns the id of the new experiment, made of its definition and the time */
  async create(record: ExperimentRecord): Promise<string> {
    const time = record.startedAt.replace(/\D/gu, '').slice(0, 14);
    const experimentId = await newId(this.folder, `${record.experiment.id}-${time}`);
    await ExperimentFolder.create(join(this.folder, experimentId), record);
    return experimentId;
  }

  /** Moves an experiment with its runs to the trash. @returns the id that restores it @throws ExperimentFolderError while another process runs it */
  async remove(experimentId: string): Promise<string> {
    const folder = this.open(experimentId);
    const unlock = await folder.lock();
    // Before the folder moves: the lock must not come back with it.
    await unlock();
    return this.trash.discard(folder.path);
  }
}
