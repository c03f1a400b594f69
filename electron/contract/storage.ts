/** What compute serves of the data folder itself: what it holds, and its copy elsewhere. */
import { z } from 'zod';
import { count, job, path } from './shared-schemas';

/** Folders of the data folder whose sizes are reported one by one. */
export const dataParts = ['datasets', 'models', 'runs', 'downloads', 'trash'] as const;

const bytes = z.number().nonnegative();

export const storageSchema = z.object({
  /** `entries`: data sets, models, … of the user's. */
  parts: z.array(z.object({ part: z.enum(dataParts), bytes, entries: count })),
  /** Of everything that would move along. */
  bytes,
  /** Of the disk; null where it does not tell. */
  freeBytes: bytes.nullable(),
});

export const destinationSchema = z.object({
  /** Where the data would lie: the folder that was chosen, or one of the lab's name in it. */
  folder: z.string(),
  /** `lab`: data of a lab are there already. */
  holds: z.enum(['nothing', 'lab']),
  bytes,
  freeBytes: bytes.nullable(),
  /** Why the data cannot lie there at all, and why they cannot be copied there; null where they can. */
  reason: z.string().nullable(),
  copyReason: z.string().nullable(),
});

export const storageRequests = {
  /** Looks at every file's size; takes a while where there are many. */
  getDiskUsage: { input: z.object({}), output: storageSchema },
  /** Whether the data could lie in a folder; nothing is written but a file that is removed at once. */
  checkDataFolder: { input: z.object({ path }), output: destinationSchema },
  /**
   * A verified copy of all data in a new folder, as told by `checkDataFolder`. Until it is done nothing is there;
   * meanwhile, and afterwards until compute is started anew, nothing can be changed.
   */
  copyDataFolder: { input: z.object({ path, job }), output: z.object({ folder: z.string(), files: count, bytes }) },
  /** For good. */
  emptyTrash: { input: z.object({}), output: z.object({}) },
} as const;

export type Storage = z.infer<typeof storageSchema>;
export type Destination = z.infer<typeof destinationSchema>;
