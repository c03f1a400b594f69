/** Checkpoints of the same form as published ones, with random weights, and their entries in a catalogue. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Random } from '../../../../datasets/random';
import type { PublishedModelSpec } from '../../../../electron/compute/downloads/published-models';
import { namedTensors } from '../../../../models/checkpoint/model-tensors';
import { writeTorchCheckpoint } from '../../../../models/checkpoint/torch/write-torch';
import { trmDefaults, type ModelConfig } from '../../../../models/family/config';
import { initialState } from '../../../../models/family/weights';
import type { FileServer } from '../downloads/file-server';

/** TRM with token mixing for Sudoku-Extreme, as in the paper: 5,028,866 weights and three vectors of 512 numbers. */
export const sudokuConfig: ModelConfig = {
  ...trmDefaults,
  seqLen: 81,
  vocabSize: 11,
  hiddenSize: 512,
  numHeads: 1,
  expansion: 4,
  innerMultiple: 256,
  lLayers: 2,
  hCycles: 3,
  lCycles: 6,
  haltMaxSteps: 16,
  haltExplorationProb: 0.1,
  mlpT: true,
  posEncodings: 'none',
  puzzleEmbNdim: 512,
  puzzleEmbLen: 16,
};

/** TRM with attention for Maze-Hard. */
export const mazeConfig: ModelConfig = {
  ...sudokuConfig,
  seqLen: 900,
  vocabSize: 6,
  numHeads: 8,
  lCycles: 4,
  mlpT: false,
  posEncodings: 'rope',
};

/** HRM for Sudoku-Extreme, as its config file describes it. */
export const hrmConfig: ModelConfig = {
  ...mazeConfig,
  family: 'hrm',
  seqLen: 81,
  vocabSize: 11,
  hLayers: 4,
  lLayers: 4,
  hCycles: 2,
  lCycles: 2,
  puzzleEmbLen: 1,
  loss: 'softmax',
  noActContinue: false,
};

/** The content of a checkpoint; names have the prefix that `torch.compile` adds. */
export async function checkpointBytes(config: ModelConfig, prefix = '_orig_mod.'): Promise<Buffer> {
  const folder = await mkdtemp(join(tmpdir(), 'checkpoint-'));
  const file = join(folder, 'step');
  const tensors = [...namedTensors(config, initialState(config, Random.seeded(1)))];
  await writeTorchCheckpoint(
    file,
    tensors.map(([name, { shape, values }]) => [`${prefix}${name}`, { shape, values: values as Float32Array }]),
  );
  const bytes = await readFile(file);
  await rm(folder, { recursive: true });
  return bytes;
}

/** The entry with the server's addresses instead of the publisher's, and the given size and checksum of the weights. */
export function servedBy(
  server: FileServer,
  spec: PublishedModelSpec,
  weights: Partial<PublishedModelSpec['files'][number]> = {},
): PublishedModelSpec {
  const files = spec.files.map((file, i) => ({
    ...file,
    url: `${server.url}/${file.name}`,
    ...(i === 0 && weights),
  }));
  return { ...spec, files };
}
