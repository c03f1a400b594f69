/** Implements the contract's requests about the data folder. */
import type { Handlers, ComputeEvent } from '../../contract/contract';
import type { storageRequests } from '../../contract/storage';
import { MessageError } from '../../../renderer/messages/message';
import { createJob } from '../job';
import type { FreeBytes } from './disk-usage';
import type { Trash } from './trash';
import { checkDestination, copyData } from './migration';
import { getDiskUsage } from './disk-usage';
import type { ReadOnlyGuard } from './read-only-guard';

export interface StorageServiceOptions {
  readonly dataFolder: string;
  readonly trash: Trash;
  readonly freeBytes: FreeBytes;
  readonly guard: ReadOnlyGuard;
  /** Whether a run trains. */
  readonly isBusy: () => boolean;
  readonly emit: (event: ComputeEvent) => void;
}

export function storageHandlers({
  dataFolder,
  trash,
  freeBytes,
  guard,
  isBusy,
  emit,
}: StorageServiceOptions): Pick<Handlers, keyof typeof storageRequests> {
  return {
    getDiskUsage: (_input, signal) => getDiskUsage(dataFolder, freeBytes, signal),
    checkDataFolder: ({ path }, signal) => checkDestination(path, { dataFolder, freeBytes, signal }),
    copyDataFolder: ({ path, job: name }, signal) =>
      guard.copy(async () => {
        if (isBusy()) throw new MessageError('storage.move.training');
        const { folder, copyReason } = await checkDestination(path, { dataFolder, freeBytes, signal });
        if (copyReason !== null) throw new MessageError('storage.move.refused', { reason: copyReason });
        const job = createJob(emit, name, signal);
        return { folder, ...(await copyData({ from: dataFolder, to: folder, job })) };
      }),
    listTrash: () => trash.list(),
    restoreFromTrash: async ({ trashId }) => {
      await trash.restore(trashId, dataFolder);
      return {};
    },
    emptyTrash: async () => {
      await trash.empty();
      return {};
    },
  };
}
