/**
 * Whether a file of weights is the one that the lab wrote: a config that was exported with it names its SHA-256, and safetensors files of the lab
 * have a checksum of their own. Another program may have changed the weights and kept both: an import reports it and reads them.
 */
import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { hashFile } from '../../datasets/formats/hash-file';
import { withFileSource } from './byte-source';
import { verifyChecksum } from './checksum';
import { SafetensorsError, SafetensorsReader } from './safetensors';

const exportedSchema = z.object({ weights_sha256: z.string() });

/** @param configFile null where the weights have none @throws errors of the disk */
export async function areWeightsChanged(weightsFile: string, configFile: string | null): Promise<boolean> {
  const expected = configFile === null ? null : await readExpected(configFile);
  if (expected !== null) return (await hashFile(weightsFile)) !== expected;
  return weightsFile.endsWith('.safetensors') && !(await matchesOwnChecksum(weightsFile));
}

/** Null for a config that was not exported with its weights. */
async function readExpected(configFile: string): Promise<string | null> {
  try {
    return exportedSchema.parse(JSON.parse(await readFile(configFile, 'utf8'))).weights_sha256;
  } catch {
    return null;
  }
}

const matchesOwnChecksum = (path: string): Promise<boolean> =>
  withFileSource(path, async (source) => {
    try {
      await verifyChecksum(source, await SafetensorsReader.open(source));
      return true;
    } catch (error) {
      if (error instanceof SafetensorsError) return false;
      throw error;
    }
  });
