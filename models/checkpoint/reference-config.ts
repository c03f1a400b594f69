/** The reference's `arch` settings (snake_case, as in its config files) ↔ ours. */
import type { TrmConfig } from '../trm/config';
import { ConfigError } from '../trm/config';

/** As the reference writes it; `inner_multiple` is ours and absent where it is the reference's 256. */
export interface ReferenceArch {
  readonly name: string;
  readonly loss: { readonly name: string; readonly loss_type: string };
  readonly halt_exploration_prob: number;
  readonly halt_max_steps: number;
  readonly H_cycles: number;
  readonly L_cycles: number;
  readonly H_layers: number;
  readonly L_layers: number;
  readonly hidden_size: number;
  readonly num_heads: number;
  readonly expansion: number;
  readonly puzzle_emb_ndim: number;
  readonly puzzle_emb_len: number;
  readonly pos_encodings: string;
  readonly forward_dtype: string;
  readonly mlp_t: boolean;
  readonly no_ACT_continue: boolean;
  readonly inner_multiple?: number;
}

const TRM = 'recursive_reasoning.trm@TinyRecursiveReasoningModel_ACTV1';
const STABLEMAX = 'stablemax_cross_entropy';
const REFERENCE_INNER_MULTIPLE = 256;

/** Sizes that depend on the data, not on the architecture. */
export interface DataSizes {
  readonly seqLen: number;
  readonly vocabSize: number;
}

/** What of a reference model the lab cannot run yet, in a few words; null when it can run it all. */
export function unsupported(arch: ReferenceArch): string | null {
  if (arch.name !== TRM) return `architecture ${arch.name}`;
  if (arch.puzzle_emb_ndim > 0 || arch.puzzle_emb_len > 0) return 'puzzle embeddings';
  if (arch.pos_encodings !== 'rope' && arch.pos_encodings !== 'none') return `${arch.pos_encodings} positions`;
  if (!arch.no_ACT_continue) return 'the continue target';
  if (arch.loss.loss_type !== STABLEMAX) return arch.loss.loss_type;
  return null;
}

/** @throws ConfigError when the lab does not run this kind of model */
export function fromReference(arch: ReferenceArch, { seqLen, vocabSize }: DataSizes): TrmConfig {
  const reason = unsupported(arch);
  if (reason) throw new ConfigError(`this model needs something the lab does not have yet: ${reason}`);
  return {
    seqLen, vocabSize,
    hiddenSize: arch.hidden_size, numHeads: arch.num_heads, expansion: arch.expansion,
    innerMultiple: arch.inner_multiple ?? REFERENCE_INNER_MULTIPLE,
    lLayers: arch.L_layers, hCycles: arch.H_cycles, lCycles: arch.L_cycles,
    haltMaxSteps: arch.halt_max_steps, haltExplorationProb: arch.halt_exploration_prob,
    mlpT: arch.mlp_t, posEncodings: arch.mlp_t ? 'none' : (arch.pos_encodings as 'rope' | 'none'),
  };
}

export function toReference(config: TrmConfig): ReferenceArch {
  return {
    name: TRM,
    loss: { name: 'losses@ACTLossHead', loss_type: STABLEMAX },
    halt_exploration_prob: config.haltExplorationProb,
    halt_max_steps: config.haltMaxSteps,
    H_cycles: config.hCycles, L_cycles: config.lCycles,
    H_layers: 0, L_layers: config.lLayers,
    hidden_size: config.hiddenSize, num_heads: config.numHeads, expansion: config.expansion,
    puzzle_emb_ndim: 0, puzzle_emb_len: 0,
    pos_encodings: config.posEncodings, forward_dtype: 'float32',
    mlp_t: config.mlpT, no_ACT_continue: true,
    ...(config.innerMultiple !== REFERENCE_INNER_MULTIPLE && { inner_multiple: config.innerMultiple }),
  };
}
