/** Whether a file of weights is the one that was exported with a config, which names its SHA-256. */
import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { hashFile } from '../../datasets/formats/hash-file';

const exportedSchema = z.object({ weights_sha256: z.string() });

/** @param configFile null where the weights have none @throws errors of the disk */
export async function areWeightsChanged(weightsFile: string, configFile: string | null): Promise<boolean> {
  const expected = configFile === null ? null : await readExpected(configFile);
  return expected !== null && (await hashFile(weightsFile)) !== expected;
}

/** Null for a config that was not exported with its weights. */
async function readExpected(configFile: string): Promise<string | null> {
  try {
    return exportedSchema.parse(JSON.parse(await readFile(configFile, 'utf8'))).weights_sha256;
  } catch {
    return null;
  }
}
