/** The folder of an experiment: its record, and the runs that were trained for it. */
import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { writeAtomically, writeNewFolder } from '../../../datasets/formats/atomic-write';
import { parseWithChecksum, stringifyWithChecksum } from '../../../datasets/formats/json-checksum';
import { findSchemaProblem } from '../../../datasets/formats/schema-problem';
import { MessageError, type MessageId } from '../../../renderer/messages/message';
import { experimentRecordSchema, type ExperimentRecord } from '../../contract/experiments';
import { acquireLock, isLockedElsewhere } from '../storage/lock-file';
import { isMissing } from '../storage/missing-files';

export const RECORD_FILE = 'experiment.json';

/** A folder without an experiment that this version can read. */
export class ExperimentFolderError<Id extends MessageId = MessageId> extends MessageError<Id> {
  override readonly name = 'ExperimentFolderError';
}

export class ExperimentFolder {
  private readonly lockFile: string;

  constructor(readonly path: string) {
    this.lockFile = join(path, 'experiment.lock');
  }

  /** @throws ExistsError where the path exists */
  static async create(path: string, record: ExperimentRecord): Promise<ExperimentFolder> {
    await writeNewFolder(path, (temporary) => new ExperimentFolder(temporary).write(record));
    return new ExperimentFolder(path);
  }

  /** @throws ExperimentFolderError; errors of the disk */
  async read(): Promise<ExperimentRecord> {
    const file = join(basename(this.path), RECORD_FILE);
    const { value, isDamaged } = parseJson(await this.text(), file);
    if (isDamaged) throw new ExperimentFolderError('experiments.damaged', { file });
    const { data, error } = experimentRecordSchema.safeParse(value);
    if (data) return data;
    const { place, reason } = findSchemaProblem(error);
    throw new ExperimentFolderError('experiments.invalid', { file, path: place, reason });
  }

  async write(record: ExperimentRecord): Promise<void> {
    await writeAtomically(join(this.path, RECORD_FILE), stringifyWithChecksum(withoutUndefined(record)));
  }

  /** One process runs an experiment at a time. @returns the function that unlocks @throws ExperimentFolderError */
  lock(): Promise<() => Promise<void>> {
    const refusal = () => new ExperimentFolderError('experiments.locked', { folder: basename(this.path) });
    return acquireLock(this.lockFile, refusal);
  }

  isLockedElsewhere(): Promise<boolean> {
    return isLockedElsewhere(this.lockFile);
  }

  /** Folder of the run of one condition with one seed. */
  runPath(condition: string, seed: number): string {
    return join(this.path, 'runs', `${condition}-seed-${seed}`);
  }

  private async text(): Promise<string> {
    try {
      return await readFile(join(this.path, RECORD_FILE), 'utf8');
    } catch (error) {
      if (!isMissing(error)) throw error;
      throw new ExperimentFolderError('experiments.noRecord', { folder: this.path, file: RECORD_FILE });
    }
  }
}

function parseJson(text: string, file: string): ReturnType<typeof parseWithChecksum> {
  try {
    return parseWithChecksum(text);
  } catch {
    throw new ExperimentFolderError('experiments.notJson', { file });
  }
}

/** As the checksum needs it. */
const withoutUndefined = (record: ExperimentRecord): object => JSON.parse(JSON.stringify(record)) as object;
