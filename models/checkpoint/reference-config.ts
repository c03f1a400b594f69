/** Converts between the reference's `arch` settings (snake_case, as in its config files) and the lab's. */
import { message, type Message } from '../../renderer/messages/message';
import type { ModelConfig } from '../family/config';
import type { Family } from '../family/families';
import { families, familyNames } from '../family/families';
import { ConfigError } from '../family/config';

/** Settings as the reference writes them. The last four are the lab's own, written only when they differ from the reference. */
export interface ReferenceArch {
  readonly name: string;
  readonly loss: { readonly name: string; readonly loss_type: string };
  readonly halt_exploration_prob: number;
  readonly halt_max_steps: number;
  readonly H_cycles: number;
  readonly L_cycles?: number;
  readonly H_layers: number;
  readonly L_layers?: number;
  readonly hidden_size: number;
  readonly num_heads: number;
  readonly expansion: number;
  readonly puzzle_emb_ndim: number;
  readonly puzzle_emb_len?: number;
  readonly pos_encodings: string;
  readonly forward_dtype: string;
  readonly mlp_t?: boolean;
  readonly no_ACT_continue?: boolean;
  readonly inner_multiple?: number;
  readonly separate_networks?: boolean;
  readonly one_step_gradient?: boolean;
  readonly halt_exploration?: string;
}

/** Sizes that depend on the data. */
export interface DataSizes {
  readonly seqLen: number;
  readonly vocabSize: number;
  readonly numPuzzleIdentifiers: number;
}

const losses = { stablemax: 'stablemax_cross_entropy', softmax: 'softmax_cross_entropy' } as const;
const positionEncodings = ['rope', 'learned', 'none'] as const;
export const REFERENCE_INNER_MULTIPLE = 256;
/** Value of `halt_exploration` where it is not drawn at every step. */
const PER_EXAMPLE = 'per_example';

/** Returns the family of an architecture name of the reference. */
export const familyByArchitecture = (name: string): Family | undefined =>
  familyNames.find((family) => families[family].reference.architectures.some((known) => known === name));

/** The first part of a reference model that the lab does not support; null when it supports all. */
export function describeUnsupported(arch: ReferenceArch): Message | null {
  if (!familyByArchitecture(arch.name)) return message('config.unsupportedArchitecture', { name: arch.name });
  if (!positionEncodings.some((known) => known === arch.pos_encodings))
    return message('config.unsupportedPositions', { name: arch.pos_encodings });
  if (!Object.values(losses).some((known) => known === arch.loss.loss_type))
    return message('config.unsupportedLoss', { name: arch.loss.loss_type });
  if (arch.halt_exploration !== undefined && arch.halt_exploration !== PER_EXAMPLE)
    return message('config.unsupportedExploration', { name: arch.halt_exploration });
  return null;
}

/** @throws ConfigError when the lab does not support this kind of model */
export function fromReference(arch: ReferenceArch, sizes: DataSizes): ModelConfig {
  const family = familyByArchitecture(arch.name);
  const reason = describeUnsupported(arch);
  if (reason) throw new ConfigError('config.unsupported', { reason });
  if (!family) throw new Error(`unknown architecture ${arch.name}`);
  const mlpT = arch.mlp_t ?? false;
  return {
    ...sizes,
    family,
    hiddenSize: arch.hidden_size,
    numHeads: arch.num_heads,
    expansion: arch.expansion,
    innerMultiple: arch.inner_multiple ?? REFERENCE_INNER_MULTIPLE,
    hLayers: arch.H_layers,
    lLayers: arch.L_layers ?? 0,
    hCycles: arch.H_cycles,
    lCycles: arch.L_cycles ?? 0,
    haltMaxSteps: arch.halt_max_steps,
    haltExplorationProb: arch.halt_exploration_prob,
    ...(arch.halt_exploration === PER_EXAMPLE && { haltExploration: 'perExample' as const }),
    mlpT,
    posEncodings: inferPositionEncodings(arch, mlpT),
    separateNetworks: arch.separate_networks ?? false,
    oneStepGradient: arch.one_step_gradient ?? false,
    puzzleEmbNdim: arch.puzzle_emb_ndim,
    puzzleEmbLen: arch.puzzle_emb_len ?? 0,
    loss: arch.loss.loss_type === losses.softmax ? 'softmax' : 'stablemax',
    noActContinue: arch.no_ACT_continue ?? false,
  };
}

/** The reference accepts rotary positions in a token-mixing model and does not use them. */
const inferPositionEncodings = ({ pos_encodings }: ReferenceArch, mlpT: boolean): ModelConfig['posEncodings'] =>
  mlpT && pos_encodings === 'rope' ? 'none' : (pos_encodings as ModelConfig['posEncodings']);

export function toReference(config: ModelConfig): ReferenceArch {
  return {
    name: families[config.family].reference.architectures[0],
    loss: { name: 'losses@ACTLossHead', loss_type: losses[config.loss] },
    halt_exploration_prob: config.haltExplorationProb,
    halt_max_steps: config.haltMaxSteps,
    H_cycles: config.hCycles,
    L_cycles: config.lCycles,
    H_layers: config.hLayers,
    L_layers: config.lLayers,
    hidden_size: config.hiddenSize,
    num_heads: config.numHeads,
    expansion: config.expansion,
    puzzle_emb_ndim: config.puzzleEmbNdim,
    puzzle_emb_len: config.puzzleEmbLen,
    pos_encodings: config.posEncodings,
    forward_dtype: 'float32',
    mlp_t: config.mlpT,
    no_ACT_continue: config.noActContinue,
    ...(config.innerMultiple !== REFERENCE_INNER_MULTIPLE && { inner_multiple: config.innerMultiple }),
    ...(config.separateNetworks && { separate_networks: true }),
    ...(config.oneStepGradient && { one_step_gradient: true }),
    ...(config.haltExploration === 'perExample' && { halt_exploration: PER_EXAMPLE }),
  };
}

/** Returns the content of a config file. @param data further fields of `data` */
export function referenceSettings(config: ModelConfig, data: object = {}): object {
  const { seqLen: seq_len, vocabSize: vocab_size, numPuzzleIdentifiers: num_puzzle_identifiers } = config;
  return { arch: toReference(config), data: { ...data, seq_len, vocab_size, num_puzzle_identifiers } };
}
