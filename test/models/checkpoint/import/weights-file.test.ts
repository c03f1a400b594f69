/** Checkpoint folders of the reference trainer, with step_<number> and all_config.yaml. */
import { mkdir, writeFile } from 'node:fs/promises';
import { beforeEach, expect, test } from 'vitest';
import { dump } from 'js-yaml';
import { Random } from '../../../../datasets/random';
import { importModel } from '../../../../models/checkpoint/import/import-model';
import { namedTensors } from '../../../../models/checkpoint/model-tensors';
import { toReference } from '../../../../models/checkpoint/reference-config';
import type { FloatTensor } from '../../../../models/checkpoint/torch/write-torch';
import type { ModelConfig } from '../../../../models/family/config';
import { trmDefaults } from '../../../../models/family/config';
import { initialState, weightLayout } from '../../../../models/family/weights';
import { temporaryFolder } from '../temporary-folder';
import { trainerCheckpoint, type Named } from './trainer-checkpoint';
import { message } from '../../../../renderer/messages/message';
import { formatEnglish } from '../../../../renderer/messages/english';

const path = temporaryFolder();

const config: ModelConfig = {
  ...trmDefaults,
  seqLen: 16,
  vocabSize: 6,
  hiddenSize: 32,
  numHeads: 2,
  expansion: 4,
  innerMultiple: 256,
  lLayers: 1,
  hCycles: 2,
  lCycles: 2,
  haltMaxSteps: 4,
  haltExplorationProb: 0.1,
  mlpT: false,
  posEncodings: 'rope',
  puzzleEmbNdim: 32,
  puzzleEmbLen: 4,
  numPuzzleIdentifiers: 5,
};

const compiled = (seed: number): Named =>
  [...namedTensors(config, initialState(config, Random.seeded(seed)))].map(([name, tensor]) => [
    `_orig_mod.${name}`,
    tensor as FloatTensor,
  ]);

/** The trainer averages trainable weights; H_init, L_init and the puzzle table are buffers. */
const weightNames = new Set(weightLayout(config).specs.map(({ name }) => `_orig_mod.${name}`));
const averagesOf = (tensors: Named): Named => tensors.filter(([name]) => weightNames.has(name));

/** A complete all_config.yaml. */
const allConfig = dump({
  arch: { ...toReference(config), forward_dtype: 'bfloat16' },
  beta1: 0.9,
  beta2: 0.95,
  checkpoint_every_eval: true,
  checkpoint_path: '/cluster/run/checkpoints',
  data_paths: ['/cluster/run/dataset'],
  data_paths_test: [],
  ema: true,
  ema_rate: 0.999,
  epochs: 100,
  eval_interval: 10,
  evaluators: [],
  freeze_weights: false,
  global_batch_size: 8,
  load_checkpoint: '/cluster/run/model.pt',
  lr: 0.0001,
  lr_min_ratio: 1,
  lr_warmup_steps: 100,
  puzzle_emb_lr: 0.01,
  puzzle_emb_weight_decay: 0.1,
  run_name: 'lab-run',
  seed: 0,
  weight_decay: 0.1,
});

let count = 0;
let folder: string;
beforeEach(async () => {
  folder = path(`checkpoints-${++count}`);
  await mkdir(folder);
  await writeFile(`${folder}/all_config.yaml`, allConfig);
});

const imported = () => importModel(folder, { settings: { seq_len: 16 } });

const kept = message('checkpoint.import.optimizerKept', { step: 300 });

test.each([
  ['directly', false],
  ['nested with their rate', true],
])('averages stored %s are imported, and other tensors come from the model', async (_, shadow) => {
  const [model, averages] = [compiled(1), averagesOf(compiled(2))];
  await writeFile(`${folder}/step_300`, trainerCheckpoint({ model, averages, step: 300, shadow }));
  const { state, config: read, notes } = await imported();
  const [online, averaged] = [1, 2].map((seed) => initialState(config, Random.seeded(seed)));
  expect(read).toEqual(config);
  expect(state).toEqual({ ...online, params: averaged!.params });
  expect(notes.map(formatEnglish)).toEqual([
    `${averages.length} of ${model.length} tensors are averages (EMA) that the trainer saved with the weights.`,
    formatEnglish(kept),
  ]);
});

test('without averages the trained weights are imported', async () => {
  await writeFile(`${folder}/step_300`, trainerCheckpoint({ model: compiled(1), step: 300 }));
  const { state, notes } = await imported();
  expect(state).toEqual(initialState(config, Random.seeded(1)));
  expect(notes).toEqual([kept]);
});

test('weights without an average come from the model', async () => {
  const [frozen, ...learning] = averagesOf(compiled(2));
  await writeFile(`${folder}/step_300`, trainerCheckpoint({ model: compiled(1), averages: learning, step: 300 }));
  const { state, notes } = await imported();
  const expected = initialState(config, Random.seeded(2)).params;
  expected.set(compiled(1).find(([name]) => name === frozen![0])?.[1].values ?? []);
  expect(state.params).toEqual(expected);
  expect(formatEnglish(notes[0]!)).toMatch(new RegExp(`^${learning.length} of `, 'u'));
});

test('an average of another shape than its weights is rejected by name', async () => {
  const averages = averagesOf(compiled(2)).map(
    ([name, { shape, values }]) => [name, { shape: [...shape].reverse(), values }] as const,
  );
  await writeFile(`${folder}/step_300`, trainerCheckpoint({ model: compiled(1), averages, step: 300 }));
  await expect(imported()).rejects.toThrow(
    'step_300, average of _orig_mod.model.inner.embed_tokens.embedding_weight: expected [6, 32], as for the weights, found [32, 6]',
  );
});
