import { describe, expect, test } from 'vitest';
import { Random } from '../../../datasets/random';
import { fromReference, toReference, describeUnsupported } from '../../../models/checkpoint/reference-config';
import { checkConfig, ConfigError, modelConfigSchema, type ModelConfig } from '../../../models/family/config';
import { initialState, weightNames, weightLayout } from '../../../models/family/weights';
import { tinyAttention, tinyMlpT } from './tiny';
import { formatEnglish } from '../../../renderer/messages/english';

describe('checkConfig', () => {
  test.each([tinyMlpT, tinyAttention])('accepts valid configuration %#', (config) =>
    expect(() => checkConfig(config)).not.toThrow(),
  );

  const invalid: readonly (readonly [Partial<ModelConfig>, string])[] = [
    [{ hiddenSize: 0 }, 'hiddenSize must be a whole number of at least 1, got 0'],
    [{ lCycles: 1.5 }, 'lCycles must be a whole number of at least 1, got 1.5'],
    [{ vocabSize: Number.NaN }, 'vocabSize must be a whole number of at least 1, got NaN'],
    [{ expansion: 0 }, 'expansion must be greater than 0, got 0'],
    [{ haltExplorationProb: 1.1 }, 'haltExplorationProb must be 0–1, got 1.1'],
    [{ mlpT: true }, 'posEncodings must be none or learned for a token-mixing model (mlpT)'],
    [{ mlpT: true, family: 'hrm', hLayers: 1 }, 'mlpT is available for TRM only: hrm mixes positions with attention'],
    [{ family: 'hrm' }, 'hLayers must be a whole number of at least 1, got 0'],
    [{ family: 'direct', lLayers: 0 }, 'hLayers must be a whole number of at least 1, got 0'],
    [
      { family: 'singleZ', separateNetworks: true, hLayers: 1 },
      'separateNetworks and oneStepGradient are variants of TRM, not of singleZ',
    ],
    [
      { puzzleEmbNdim: 9, puzzleEmbLen: 2 },
      'a puzzle embedding of size 9 (puzzleEmbNdim) does not fit into 2 positions of width 4',
    ],
    [{ puzzleEmbLen: 16 }, 'puzzleEmbLen needs a puzzle embedding, but puzzleEmbNdim is 0'],
    [{ numHeads: 5 }, 'numHeads must be at most hiddenSize (4), got 5'],
    [{ numHeads: 4 }, 'rotary position encodings need an even head width, got 1'],
  ];
  test.each(invalid)('throws for %o', (change, message) => {
    expect(() => checkConfig({ ...tinyAttention, ...change })).toThrow(ConfigError);
    expect(() => checkConfig({ ...tinyAttention, ...change })).toThrow(message);
  });
});

describe('numbers that a file can bring', () => {
  const numbers = Object.entries(tinyAttention).flatMap(([name, value]) => (typeof value === 'number' ? [name] : []));

  test.each(numbers.filter((name) => name !== 'haltExplorationProb'))('%s has an upper bound', (name) => {
    for (const huge of [1e9, 2 ** 31, 1e15, 1e300]) {
      const config = { ...tinyAttention, [name]: huge };
      expect(() => checkConfig(config)).toThrow(new RegExp(`^${name} must be at most [\\d,]+, got `, 'u'));
      expect(modelConfigSchema.safeParse(config).error?.issues[0]?.path).toEqual([name]);
    }
  });
});

describe('the reference configuration', () => {
  const sizes = { seqLen: tinyMlpT.seqLen, vocabSize: tinyMlpT.vocabSize, numPuzzleIdentifiers: 1 };

  const variants: Partial<ModelConfig>[] = [
    {},
    { mlpT: false, posEncodings: 'rope' },
    { innerMultiple: 256 },
    { family: 'singleZ' },
    { family: 'hrm', hLayers: 1, noActContinue: false, mlpT: false },
    { family: 'direct', hLayers: 2, lLayers: 0, lCycles: 0, mlpT: false, posEncodings: 'learned' },
    { separateNetworks: true, hLayers: 1 },
    { oneStepGradient: true },
    { loss: 'softmax' },
    { puzzleEmbNdim: 6, puzzleEmbLen: 2 },
  ];
  test.each(variants.map((change) => ({ ...tinyMlpT, ...change })))(
    'restores the same model configuration (variant %#)',
    (config) => {
      expect(fromReference(toReference(config), sizes)).toEqual(config);
    },
  );

  test('omits the inner multiple if it is the reference default', () => {
    expect(toReference({ ...tinyMlpT, innerMultiple: 256 })).not.toHaveProperty('inner_multiple');
    expect(toReference(tinyMlpT)).toHaveProperty('inner_multiple', 1);
  });

  test.each([
    [{ name: 'hrm' }, 'architecture hrm'],
    [{ pos_encodings: 'alibi' }, 'position encoding alibi'],
    [{ loss: { name: 'losses@ACTLossHead', loss_type: 'hinge' } }, 'loss hinge'],
  ])('throws for unsupported %o and describes why', (change, reason) => {
    const arch = { ...toReference(tinyMlpT), ...change };
    expect(formatEnglish(describeUnsupported(arch)!)).toBe(reason);
    expect(() => fromReference(arch, sizes)).toThrow(ConfigError);
  });
});

describe('a fresh model', () => {
  test('has every weight under its reference name', () => {
    const shared = ['embed_tokens.embedding_weight', 'lm_head.weight', 'q_head.weight', 'q_head.bias'];
    const channel = ['L_level.layers.0.mlp.gate_up_proj.weight', 'L_level.layers.0.mlp.down_proj.weight'];
    const mixers = {
      mlpT: ['mlp_t.gate_up_proj', 'mlp_t.down_proj'],
      attention: ['self_attn.qkv_proj', 'self_attn.o_proj'],
    };
    for (const config of [tinyMlpT, tinyAttention]) {
      const mixer = mixers[config.mlpT ? 'mlpT' : 'attention'].map((name) => `L_level.layers.0.${name}.weight`);
      expect(weightLayout(config).specs.map(({ name }) => name)).toEqual(
        [...shared, ...mixer, ...channel].map((name) => `model.inner.${name}`),
      );
    }
  });

  test('does not halt: its halting head has zero weights and bias −5', () => {
    const { params } = initialState(tinyMlpT, Random.seeded(1));
    const layout = weightLayout(tinyMlpT);
    expect(layout.values(params, weightNames.qHeadWeight).every((weight) => weight === 0)).toBe(true);
    expect([...layout.values(params, weightNames.qHeadBias)]).toEqual([-5, -5]);
  });
});
