/** Requests about the data folder: disk usage, copying it to another folder, emptying the trash. */
import { z } from 'zod';
import { count, job, path } from './shared-schemas';

/** Folders of the data folder whose sizes are reported one by one. */
export const dataParts = ['datasets', 'models', 'runs', 'downloads', 'trash'] as const;

const bytes = z.number().nonnegative();

export const storageSchema = z.object({
  /** `entries`: number of the user's datasets, models, … */
  parts: z.array(z.object({ part: z.enum(dataParts), bytes, entries: count })),
  /** Bytes of everything that would be copied. */
  bytes,
  /** Free space of the disk; null if unknown. */
  freeBytes: bytes.nullable(),
});

export const destinationSchema = z.object({
  /** The data folder to be: the chosen folder, or a subfolder with the name of the application. */
  folder: z.string(),
  /** `lab`: it already contains a data folder. */
  holds: z.enum(['nothing', 'lab']),
  bytes,
  freeBytes: bytes.nullable(),
  /** Why the folder cannot be used, and why the data cannot be copied there; null if they can. */
  reason: z.string().nullable(),
  copyReason: z.string().nullable(),
});

export const storageRequests = {
  /** Reads the size of every file; slow for many files. */
  getDiskUsage: { input: z.object({}), output: storageSchema },
  /** Checks whether a folder can become the data folder; writes a file and removes it at once. */
  checkDataFolder: { input: z.object({ path }), output: destinationSchema },
  /**
   * Copies all data to a new folder, as returned by `checkDataFolder`, and verifies the copy. The folder appears when
   * the copy is complete. During the copy, and afterwards until compute restarts, changes are refused.
   */
  copyDataFolder: { input: z.object({ path, job }), output: z.object({ folder: z.string(), files: count, bytes }) },
  /** Deletes everything in the trash permanently. */
  emptyTrash: { input: z.object({}), output: z.object({}) },
} as const;

export type Storage = z.infer<typeof storageSchema>;
export type Destination = z.infer<typeof destinationSchema>;
