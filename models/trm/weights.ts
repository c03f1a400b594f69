/** Names, shapes and initial values of a TRM's weights, as in the reference's checkpoints. */
import { attentionSpecs } from '../nn/attention';
import type { UniformSource } from '../nn/init';
import { fanIn, initialise } from '../nn/init';
import type { ParameterSpec } from '../nn/parameters';
import { ParameterLayout } from '../nn/parameters';
import { swigluInner, swigluSpecs } from '../nn/swiglu';
import type { TrmConfig } from './config';

/** Every weight and buffer stands below this in a checkpoint. */
const ROOT = 'model.inner.';

export const names = {
  embedTokens: `${ROOT}embed_tokens.embedding_weight`,
  lmHead: `${ROOT}lm_head.weight`,
  qHeadWeight: `${ROOT}q_head.weight`,
  qHeadBias: `${ROOT}q_head.bias`,
  hInit: `${ROOT}H_init`,
  lInit: `${ROOT}L_init`,
  attention: (layer: number) => `${ROOT}L_level.layers.${layer}.self_attn`,
  tokenMlp: (layer: number) => `${ROOT}L_level.layers.${layer}.mlp_t`,
  channelMlp: (layer: number) => `${ROOT}L_level.layers.${layer}.mlp`,
};

/** Inner widths of the two gated MLPs. */
export const inner = ({ hiddenSize, seqLen, expansion, innerMultiple }: TrmConfig) => ({
  channels: swigluInner(hiddenSize, { expansion, multiple: innerMultiple }),
  positions: swigluInner(seqLen, { expansion, multiple: innerMultiple }),
});

const layerSpecs = (config: TrmConfig, layer: number): ParameterSpec[] => [
  ...(config.mlpT
    ? swigluSpecs(names.tokenMlp(layer), { width: config.seqLen, inner: inner(config).positions })
    : attentionSpecs(names.attention(layer), config)),
  ...swigluSpecs(names.channelMlp(layer), { width: config.hiddenSize, inner: inner(config).channels }),
];

/** Layout of the trained weights. The halting head starts at "do not halt": zero weights, bias −5. */
export function trmLayout(config: TrmConfig): ParameterLayout {
  const { vocabSize, hiddenSize, lLayers } = config;
  return new ParameterLayout([
    { name: names.embedTokens, shape: [vocabSize, hiddenSize], init: fanIn(hiddenSize) },
    { name: names.lmHead, shape: [vocabSize, hiddenSize], init: fanIn(hiddenSize) },
    { name: names.qHeadWeight, shape: [2, hiddenSize], init: { kind: 'constant', value: 0 } },
    { name: names.qHeadBias, shape: [2], init: { kind: 'constant', value: -5 } },
    ...Array.from({ length: lLayers }, (_, layer) => layerSpecs(config, layer)).flat(),
  ]);
}

/** Where zH and zL start: drawn once, saved with the model, never trained. Each [D]. */
export interface Buffers {
  readonly hInit: Float32Array;
  readonly lInit: Float32Array;
}

/** A model's numbers: what is trained, and what is only kept. */
export interface ModelState extends Buffers {
  readonly params: Float32Array;
}

export function initialState(config: TrmConfig, random: UniformSource): ModelState {
  const draw = () => {
    const buffer = new Float32Array(config.hiddenSize);
    initialise(buffer, { kind: 'truncatedNormal', std: 1 }, random);
    return buffer;
  };
  return { params: trmLayout(config).initialise(random), hInit: draw(), lInit: draw() };
}
