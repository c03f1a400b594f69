/** The training state of a checkpoint as a file of PyTorch, which load_state.py reads. */
import type { ByteSource } from '../../../../models/checkpoint/byte-source';
import { namedTensors } from '../../../../models/checkpoint/model-tensors';
import {
  readEvalWeights,
  readTrainedVectors,
  type EvalWeights,
  type TrainedVectors,
} from '../../../../models/checkpoint/training-state-file';
import {
  writeTorchCheckpoint,
  type FloatTensor,
  type TorchEntries,
} from '../../../../models/checkpoint/torch/write-torch';
import type { ModelConfig } from '../../../../models/family/config';
import { weightLayout } from '../../../../models/family/weights';
import type { RunConfig } from '../../../../models/train/run-config';

export interface Trained extends Omit<EvalWeights, 'samples'> {
  /** Null for a saved model, which has only the weights that are evaluated. */
  readonly vectors: TrainedVectors | null;
}

/** @throws as `readEvalWeights` */
export const readTrained = async (source: ByteSource, config: RunConfig): Promise<Trained> => ({
  ...(await readEvalWeights(source, config)),
  vectors: await readTrainedVectors(source, config),
});

/**
 * Writes dictionaries `model` (the weights that are trained, and buffers), `ema_helper` and `optimizer` (`exp_avg`, `exp_avg_sq`) by the names
 * of a compiled model, and the numbers `step`: of the run, and of its optimiser, which may have started before it. Writes nothing for a saved model.
 */
export async function writeTrainingState(path: string, config: ModelConfig, trained: Trained): Promise<void> {
  const { state, vectors, updates, priorUpdates } = trained;
  if (!vectors) return;
  const weights = (values: Float32Array): TorchEntries =>
    weightLayout(config).specs.map(({ name, shape }) => [
      compiled(name),
      { shape, values: weightLayout(config).values(values, name) },
    ]);
  const model = [...namedTensors(config, { ...state, params: vectors.params })] as [string, FloatTensor][];
  await writeTorchCheckpoint(path, [
    ['model', model.map(([name, tensor]) => [compiled(name), tensor])],
    ...(vectors.ema ? [['ema_helper', weights(vectors.ema)] as const] : []),
    [
      'optimizer',
      [
        ['exp_avg', weights(vectors.m)],
        ['exp_avg_sq', weights(vectors.v)],
        ['step', priorUpdates + updates],
      ],
    ],
    ['step', updates],
  ]);
}

const compiled = (name: string): string => `_orig_mod.${name}`;
