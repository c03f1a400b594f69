import { expect, test } from 'vitest';
import { readHyperParameters, renameNanoTrm, isNanoTrm } from '../../../../models/checkpoint/import/nano-trm';
import { stripPrefixes } from '../../../../models/checkpoint/import/weights-file';
import { namedTensors } from '../../../../models/checkpoint/model-tensors';
import { initialState } from '../../../../models/family/weights';
import { Random } from '../../../../datasets/random';
import { tinyAttention } from '../../family/tiny';

const config = { ...tinyAttention, puzzleEmbNdim: 8, puzzleEmbLen: 1, numPuzzleIdentifiers: 3 };
const tensors = new Map([...namedTensors(config, initialState(config, Random.seeded(5)))]);

/** The name that nano-trm gives a tensor of the reference. */
const nanoName = (name: string): string =>
  name
    .replace('model.inner.', '')
    .replace('embed_tokens.', 'input_embedding.')
    .replace('L_level.', 'lenet.')
    .replace(/^([HL])_init$/u, 'z_$1_init');

/** Newer versions have a halting head with one output. */
const halting = (name: string, tensor: { shape: readonly number[]; values: Float32Array }) =>
  name.startsWith('q_head.')
    ? { shape: [1, ...tensor.shape.slice(1)], values: tensor.values.subarray(0, tensor.values.length / 2) }
    : tensor;

test('tensors of nano-trm get the names of the reference, and the halting head its second row', () => {
  const named = new Map(
    [...tensors].map(([name, tensor]) => [
      nanoName(name),
      halting(nanoName(name), tensor as { shape: readonly number[]; values: Float32Array }),
    ]),
  );
  named.set('puzzle_emb.local_weights', { shape: [1], values: new Float32Array(1) });
  const plain = stripPrefixes(named, 'last.ckpt');
  expect(isNanoTrm(plain)).toBe(true);
  expect(isNanoTrm(tensors)).toBe(false);
  // Weights and bias of an untrained head are those that the added row gets.
  expect(renameNanoTrm(plain)).toEqual(tensors);
});

test('hyperparameters of nano-trm are settings of the reference', () => {
  const own = {
    hidden_size: 512,
    num_heads: 8,
    H_cycles: 3,
    L_cycles: 6,
    N_supervision: 16,
    ffn_expansion: 4,
    rope_theta: 10000,
  };
  const sizes = { puzzle_emb_len: 16, seq_len: 81, halt_exploration_prob: 0.1, learning_rate: 1e-4, num_layers: 2 };
  expect(readHyperParameters({ ...own, ...sizes, pos_emb_type: '1d' }, 'last.ckpt')).toEqual({
    name: 'recursive_reasoning.trm@TinyRecursiveReasoningModel_ACTV1',
    ...{
      hidden_size: 512,
      num_heads: 8,
      H_cycles: 3,
      L_cycles: 6,
      halt_max_steps: 16,
      expansion: 4,
      rope_theta: 10000,
    },
    ...{ puzzle_emb_len: 16, seq_len: 81, halt_exploration_prob: 0.1, pos_encodings: 'rope', no_ACT_continue: true },
  });
  expect(readHyperParameters({ ...own, use_mlp: true, pos_emb_type: null }, 'last.ckpt')).toMatchObject({
    pos_encodings: 'none',
  });
});

test.each([
  [
    { pos_emb_type: '2d' },
    'last.ckpt: expected pos_emb_type 1d, the variant of nano-trm that can be imported, found 2d',
  ],
  [
    { attn_gate_type: 'headwise' },
    'last.ckpt: expected attn_gate_type None, the variant of nano-trm that can be imported, found headwise',
  ],
])('a variant that the lab has not is refused: %o', (hyperParameters, reason) => {
  expect(() => readHyperParameters(hyperParameters, 'last.ckpt')).toThrow(reason);
});
