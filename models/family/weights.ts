/** Names, shapes and initial values of a model's weights, as in the reference's checkpoints. */
import { attentionSpecs, swigluInnerWidth, swigluSpecs } from '../nn/layers';
import type { ParameterSpec, UniformSource } from '../nn/parameters';
import { fanIn, initialise, ParameterLayout } from '../nn/parameters';
import type { ModelConfig } from './config';
import { carriedStates, hasSymbolVectors, mixerOf, networkDepths, countPositions } from './config';
import { isGridMixer } from './families';
import type { Level } from './families';
import { gridLayers } from './mixers';
import { meanMixingSpecs, SYMBOL_EMBEDDINGS } from './symbol-vectors';

/** Prefix of every weight and buffer in a checkpoint. */
const ROOT = 'model.inner.';

export const weightNames = {
  embedTokens: `${ROOT}embed_tokens.embedding_weight`,
  embedPositions: `${ROOT}embed_pos.embedding_weight`,
  lmHead: `${ROOT}lm_head.weight`,
  qHeadWeight: `${ROOT}q_head.weight`,
  qHeadBias: `${ROOT}q_head.bias`,
  hInit: `${ROOT}H_init`,
  lInit: `${ROOT}L_init`,
  puzzleTable: `${ROOT}puzzle_emb.weights`,
  block: (level: Level, layer: number) => `${ROOT}${level}_level.layers.${layer}`,
};

/** Inner widths of the two gated MLPs. */
export const innerWidths = (config: ModelConfig) => {
  const { hiddenSize, expansion, innerMultiple: multiple } = config;
  return {
    channels: swigluInnerWidth(hiddenSize, { expansion, multiple }),
    positions: swigluInnerWidth(countPositions(config), { expansion, multiple }),
  };
};

function mixerSpecs(config: ModelConfig, block: string): ParameterSpec[] {
  const mixer = mixerOf(config);
  if (isGridMixer(mixer)) return gridLayers[mixer].specs(config, block);
  if (mixer === 'attention') return attentionSpecs(`${block}.self_attn`, config);
  return swigluSpecs(`${block}.mlp_t`, { width: countPositions(config), inner: innerWidths(config).positions });
}

const blockSpecs = (config: ModelConfig, block: string): ParameterSpec[] => [
  ...mixerSpecs(config, block),
  ...(hasSymbolVectors(config) ? meanMixingSpecs : swigluSpecs)(`${block}.mlp`, {
    width: config.hiddenSize,
    inner: innerWidths(config).channels,
  }),
];

const levelSpecs = (config: ModelConfig, level: Level): ParameterSpec[] =>
  Array.from({ length: networkDepths(config)[level] }, (_, layer) =>
    blockSpecs(config, weightNames.block(level, layer)),
  ).flat();

/** Layout of the trained weights. The halting head starts at "do not halt": zero weights, bias −5. */
export function weightLayout(config: ModelConfig): ParameterLayout {
  const { vocabSize, hiddenSize, posEncodings } = config;
  const [embeddings, heads] = hasSymbolVectors(config) ? [SYMBOL_EMBEDDINGS, 1] : [vocabSize, vocabSize];
  const embedding = (name: string, rows: number) => ({ name, shape: [rows, hiddenSize], init: fanIn(hiddenSize) });
  return new ParameterLayout([
    embedding(weightNames.embedTokens, embeddings),
    ...(posEncodings === 'learned' ? [embedding(weightNames.embedPositions, countPositions(config))] : []),
    embedding(weightNames.lmHead, heads),
    { name: weightNames.qHeadWeight, shape: [2, hiddenSize], init: { kind: 'constant', value: 0 } },
    { name: weightNames.qHeadBias, shape: [2], init: { kind: 'constant', value: -5 } },
    ...levelSpecs(config, 'H'),
    ...levelSpecs(config, 'L'),
  ]);
}

/** Tensors that are saved with the model but not trained by its optimiser. */
export interface Buffers {
  /** Where zH and zL start, [D]: drawn once. Empty where a model has no such state. */
  readonly hInit: Float32Array;
  readonly lInit: Float32Array;
  /** Puzzle embeddings, [numPuzzleIdentifiers, puzzleEmbNdim]: zero at first, trained by SignSGD. */
  readonly puzzleTable: Float32Array;
}

/** All tensors of a model: trained weights and buffers. */
export interface ModelState extends Buffers {
  readonly params: Float32Array;
}

/** Length of each buffer. */
export const bufferSizes = (config: ModelConfig): Record<keyof Buffers, number> => ({
  hInit: carriedStates(config).includes('zH') ? config.hiddenSize : 0,
  lInit: carriedStates(config).includes('zL') ? config.hiddenSize : 0,
  puzzleTable: config.puzzleEmbNdim && config.numPuzzleIdentifiers * config.puzzleEmbNdim,
});

export function initialState(config: ModelConfig, random: UniformSource): ModelState {
  const sizes = bufferSizes(config);
  const draw = (size: number) => {
    const buffer = new Float32Array(size);
    initialise(buffer, { kind: 'truncatedNormal', std: 1 }, random);
    return buffer;
  };
  const params = weightLayout(config).initialise(random);
  return {
    params,
    hInit: draw(sizes.hInit),
    lInit: draw(sizes.lInit),
    puzzleTable: new Float32Array(sizes.puzzleTable),
  };
}
