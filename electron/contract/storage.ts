/** Requests about the data folder: disk usage, copying it to another folder, restoring from the trash, emptying it. */
import { z } from 'zod';
import { count, job, path, text } from './shared-schemas';

/** Folders of the data folder whose sizes are reported one by one. */
export const dataFolders = ['datasets', 'models', 'runs', 'experiments', 'downloads', 'trash'] as const;

const bytes = z.number().nonnegative();

export const diskUsageSchema = z.object({
  /** `entries`: number of the user's datasets, models, … */
  folders: z.array(z.object({ folder: z.enum(dataFolders), bytes, entries: count })),
  /** Bytes of everything that would be copied. */
  bytes,
  /** Free space of the disk; null if unknown. */
  freeBytes: bytes.nullable(),
});

export const destinationSchema = z.object({
  /** The data folder to be: the chosen folder, or a subfolder with the name of the application. */
  folder: z.string(),
  /** `dataFolder`: it already contains a data folder. */
  content: z.enum(['empty', 'dataFolder']),
  bytes,
  freeBytes: bytes.nullable(),
  /** Why the folder cannot be used, and why the data cannot be copied there; null if they can. */
  reason: text.nullable(),
  copyReason: text.nullable(),
});

export const storageRequests = {
  /** Reads the size of every file; slow for many files. */
  getDiskUsage: { readOnly: true, input: z.object({}), output: diskUsageSchema },
  /** Checks whether a folder can become the data folder; writes a file and removes it at once. */
  checkDataFolder: { readOnly: true, input: z.object({ path }), output: destinationSchema },
  /**
   * Copies all data to a new folder, as returned by `checkDataFolder`, and verifies the copy. The folder appears when
   * the copy is complete. During the copy, and afterwards until compute restarts, changes are refused.
   * The handler itself checks that changes are allowed, since a copy and changes exclude each other.
   */
  copyDataFolder: {
    readOnly: true,
    input: z.object({ path, job }),
    output: z.object({ folder: z.string(), files: count, bytes }),
  },
  /** Deleted datasets, models, runs and experiments, the latest first; `deletedAt` in milliseconds since 1970. */
  listTrash: {
    readOnly: true,
    input: z.object({}),
    output: z.array(z.object({ trashId: z.string(), folder: z.enum(dataFolders), id: z.string(), deletedAt: count })),
  },
  /** Restores a deleted dataset, model, run or experiment. `trashId`: as returned by its deletion. */
  restoreFromTrash: { input: z.object({ trashId: z.string().max(400) }), output: z.object({}) },
  /** Deletes everything in the trash permanently. */
  emptyTrash: { input: z.object({}), output: z.object({}) },
} as const;

export type DiskUsage = z.infer<typeof diskUsageSchema>;
export type TrashEntry = z.infer<(typeof storageRequests)['listTrash']['output']>[number];
export type Destination = z.infer<typeof destinationSchema>;
