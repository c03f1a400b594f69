/**
 * Checkpoints of nano-trm (github.com/olivkoch/nano-trm, PyTorch Lightning): the names of its tensors, and the hyperparameters that it saves
 * with them, as those of the reference.
 */
import { FormatError } from '../../../datasets/formats/format-error';
import { message } from '../../../renderer/messages/message';
import { families } from '../../family/families';
import type { StoredTensor } from '../safetensors';
import type { HyperParameters } from '../torch/read-torch';
import type { ImportSettings } from './import-settings';
import type { Tensors } from './weights-file';

const PREFIX = 'model.inner.';

/** Start of a name there, and in the reference. */
const renamed = {
  'input_embedding.': 'embed_tokens.',
  'lenet.': 'L_level.',
  z_H_init: 'H_init',
  z_L_init: 'L_init',
} as const;

/** Rows of the batch, which older versions of PyTorch saved. */
const batchBuffers = ['puzzle_emb.local_weights', 'puzzle_emb.local_ids'];

/** Whether plain names, with the prefix of the reference, are those of nano-trm. */
export const isNanoTrm = (tensors: Tensors): boolean =>
  tensors.has(`${PREFIX}z_H_init`) && [...tensors.keys()].some((name) => name.startsWith(`${PREFIX}lenet.layers.`));

/** The tensors under the reference's names. Its halting head has one output in newer versions: the reference's second one, which only HRM trains, is added. */
export function renameNanoTrm(tensors: Tensors): Tensors {
  const kept = [...tensors].filter(([name]) => !batchBuffers.includes(name.slice(PREFIX.length)));
  return new Map(
    kept.map(([name, tensor]) => {
      const own = name.slice(PREFIX.length);
      const [from = '', to = ''] = Object.entries(renamed).find(([start]) => own.startsWith(start)) ?? [];
      return [
        `${PREFIX}${to}${own.slice(from.length)}`,
        own.startsWith('q_head.') ? withContinueRow(tensor, own) : tensor,
      ];
    }),
  );
}

/** Initial values of the reference's halting head. */
const initialQ = { 'q_head.weight': 0, 'q_head.bias': -5 } as const;

function withContinueRow(tensor: StoredTensor, name: string): StoredTensor {
  const { shape, values } = tensor;
  if (shape[0] !== 1 || !(values instanceof Float32Array) || !(name in initialQ)) return tensor;
  const added = new Float32Array(2 * values.length).fill(initialQ[name as keyof typeof initialQ]);
  added.set(values);
  return { shape: [2, ...shape.slice(1)], values: added };
}

/** The name of a setting there. */
const settingNames = {
  hidden_size: 'hidden_size',
  num_heads: 'num_heads',
  H_cycles: 'H_cycles',
  L_cycles: 'L_cycles',
  ffn_expansion: 'expansion',
  halt_exploration_prob: 'halt_exploration_prob',
  N_supervision: 'halt_max_steps',
  puzzle_emb_len: 'puzzle_emb_len',
  rope_theta: 'rope_theta',
  seq_len: 'seq_len',
} as const satisfies Record<string, keyof ImportSettings>;

/** @throws FormatError for variants that the lab does not support */
export function readHyperParameters(hyperParameters: HyperParameters, file: string): ImportSettings {
  const { pos_emb_type: positions = '1d', attn_gate_type: gate, use_mlp: isMlp } = hyperParameters;
  const refuse = (name: string, expected: string, found: unknown) =>
    new FormatError(file, message('checkpoint.nanoTrm.setting', { name, value: expected }), String(found).slice(0, 40));
  if (gate !== undefined && gate !== null) throw refuse('attn_gate_type', 'None', gate);
  if (isMlp !== true && positions !== '1d' && positions !== null) throw refuse('pos_emb_type', '1d', positions);
  const numbers = Object.entries(settingNames).flatMap(([own, name]) => {
    const value = hyperParameters[own];
    return typeof value === 'number' && (value !== 0 || own === 'halt_exploration_prob')
      ? [[name, value] as const]
      : [];
  });
  return {
    name: families.trm.reference.architectures[0],
    no_ACT_continue: true,
    pos_encodings: positions === '1d' && isMlp !== true ? 'rope' : 'none',
    ...Object.fromEntries(numbers),
  };
}
