/** What was fetched, from where and when, written into the folder last of all; the folder is held against it later. */
import { lstat, open, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { DownloadSpec } from './download-specs';

/** Not `.json`, which importers take for tasks. */
export const RECORD = 'download.record';

const recordSchema = z.object({
  id: z.string(),
  fetchedAt: z.iso.datetime(),
  /** Where the bytes came from. */
  sources: z.array(z.object({ url: z.string(), sha256: z.string() })),
  files: z.array(z.object({ path: z.string(), bytes: z.int().min(0) })),
});

export type DownloadRecord = Readonly<z.infer<typeof recordSchema>>;

/** @throws the disk's error */
export async function writeRecord(
  folder: string,
  { id }: DownloadSpec,
  sources: DownloadRecord['sources'],
): Promise<void> {
  const record: DownloadRecord = { id, fetchedAt: new Date().toISOString(), sources, files: await filesOf(folder) };
  const handle = await open(join(folder, RECORD), 'w');
  try {
    await handle.writeFile(`${JSON.stringify(record, null, 1)}\n`);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Null for a folder that is not there or no longer as it was fetched. */
export async function readRecord(folder: string, id: string): Promise<DownloadRecord | null> {
  try {
    const record = recordSchema.parse(JSON.parse(await readFile(join(folder, RECORD), 'utf8')));
    const stats = await Promise.all(record.files.map(({ path }) => lstat(join(folder, path))));
    const isUnchanged = record.files.every(({ bytes }, i) => stats[i]!.isFile() && stats[i]!.size === bytes);
    return isUnchanged && record.id === id ? record : null;
  } catch {
    return null;
  }
}

/** Every file below the folder but the record, by its path with `/`. */
async function filesOf(folder: string, below = ''): Promise<DownloadRecord['files']> {
  const files: DownloadRecord['files'] = [];
  for (const entry of await readdir(join(folder, below), { withFileTypes: true })) {
    const path = below ? `${below}/${entry.name}` : entry.name;
    if (entry.isDirectory()) files.push(...(await filesOf(folder, path)));
    else if (path !== RECORD) files.push({ path, bytes: (await lstat(join(folder, path))).size });
  }
  return files;
}
