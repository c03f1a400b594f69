/** Untrained models for any puzzle kind and size, written to a data folder before the window opens; their answers are random. */
import { join } from 'node:path';
import { getKind } from '../../datasets/kinds/registry';
import { Random } from '../../datasets/random';
import { writeModel } from '../../models/checkpoint/model-folder';
import { trmDefaults, type ModelConfig } from '../../models/family/config';
import { initialState, weightLayout } from '../../models/family/weights';

export interface UntrainedModel {
  readonly id: string;
  readonly name: string;
  /** Id of its puzzle kind. */
  readonly kind: string;
  /** Id of the training dataset in its model card. */
  readonly dataset?: string;
  readonly config?: Partial<ModelConfig>;
}

const small = {
  ...trmDefaults,
  hiddenSize: 32,
  numHeads: 2,
  expansion: 2,
  innerMultiple: 32,
  lLayers: 2,
  hCycles: 3,
  lCycles: 4,
  haltMaxSteps: 4,
  haltExplorationProb: 0,
  mlpT: false,
  posEncodings: 'rope',
} as const;

/** Writes the model to `models/` in a data folder, like a finished run. */
export async function writeUntrainedModel(
  dataFolder: string,
  { id, name, kind: kindId, dataset = '/elsewhere', config: changes = {} }: UntrainedModel,
): Promise<void> {
  const kind = getKind(kindId);
  const config: ModelConfig = {
    ...small,
    seqLen: kind.rows * kind.columns,
    vocabSize: kind.symbols.length,
    ...changes,
  };
  const { hCycles, lCycles, haltMaxSteps } = config;
  const card = {
    name,
    dataset,
    kind: kindId,
    preset: 'classroom-attention',
    family: config.mlpT ? 'TRM-MLP' : 'TRM-attention',
    parameters: weightLayout(config).size,
    hCycles,
    lCycles,
    haltMaxSteps,
    createdAt: '2026-01-01T00:00:00.000Z',
    command: 'none',
    parent: null,
    accuracy: null,
    data: { trainPuzzles: 0, trainClasses: null, testPuzzles: 0, testClasses: null },
    training: { steps: 0, seconds: 0, samples: 0, seed: 1, flop: 0 },
  };
  await writeModel(join(dataFolder, 'models', id), { config, state: initialState(config, Random.seeded(1)), card });
}
