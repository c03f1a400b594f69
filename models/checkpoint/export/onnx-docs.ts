/** What the inputs and outputs of exported ONNX files mean. B examples, S cells, V tokens, L positions, D width. */
import { toReference } from '../reference-config';
import type { ModelConfig } from '../../family/config';
import type { OnnxModel, OnnxValue } from '../../onnx/proto';

const docs: Readonly<Record<string, string>> = {
  inputs: '[B, S] The puzzle, one token a cell.',
  puzzle_identifiers: '[B] Row of the puzzle embedding for each example; 0 where the puzzle has none of its own.',
  reset: '[B] 1 where an example starts over: its z_H and z_L are then not looked at. 0 where it goes on.',
  z_H: '[B, L, D] Answer state after the step before.',
  z_L: '[B, L, D] Latent state after the step before.',
  next_z_H: '[B, L, D] Answer state after this step, to be fed as z_H to the next.',
  next_z_L: '[B, L, D] Latent state after this step, to be fed as z_L to the next.',
  logits: '[B, S, V] Scores of every token for every cell, after the (last) step.',
  preds: '[B, S] The token with the highest score for every cell, after the (last) step.',
  q_halt_logits: '[B] Halting head after the (last) step: above 0 the model takes its answer for right.',
  q_continue_logits: '[B] Continue head after the (last) step; trained only in models that learn a continue target.',
  step_preds: '[steps, B, S] preds after every step.',
  step_q_halt_logits: '[steps, B] q_halt_logits after every step.',
};

/** Says what a value means. */
export const documented = (value: OnnxValue): OnnxValue => ({
  ...value,
  ...(docs[value.name] !== undefined && { doc: docs[value.name] }),
});

/** The facts about the model and the graph that stand in the file. */
export function fileFacts(config: ModelConfig, doc: string): Pick<OnnxModel, 'doc' | 'metadata' | 'domains'> {
  return { doc, metadata: { arch: JSON.stringify(toReference(config)) }, domains: [''] };
}
