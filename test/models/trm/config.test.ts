import { describe, expect, test } from 'vitest';
import { Random } from '../../../datasets/random';
import { fromReference, toReference, unsupported } from '../../../models/checkpoint/reference-config';
import { checkConfig, ConfigError, type TrmConfig } from '../../../models/trm/config';
import { initialState, names, trmLayout } from '../../../models/trm/weights';
import { tinyAttention, tinyMlpT } from './tiny';

describe('a configuration', () => {
  test.each([tinyMlpT, tinyAttention])('that makes sense is accepted', (config) => expect(() => checkConfig(config)).not.toThrow());

  const wrong: readonly (readonly [Partial<TrmConfig>, string])[] = [
    [{ hiddenSize: 0 }, 'hiddenSize must be a whole number of at least 1, not 0'],
    [{ lCycles: 1.5 }, 'lCycles must be a whole number of at least 1, not 1.5'],
    [{ vocabSize: Number.NaN }, 'vocabSize must be a whole number of at least 1, not NaN'],
    [{ expansion: 0 }, 'expansion must be positive, not 0'],
    [{ haltExplorationProb: 1.1 }, 'haltExplorationProb must be within 0 and 1, not 1.1'],
    [{ mlpT: true }, 'a token-mixing model knows its positions already: posEncodings must be none'],
    [{ numHeads: 5 }, '5 heads do not fit a width of 4'],
    [{ numHeads: 4 }, 'rotary positions need an even head width'],
  ];
  test.each(wrong)('with %o is refused', (change, message) => {
    expect(() => checkConfig({ ...tinyAttention, ...change })).toThrow(new ConfigError(message));
  });
});

describe('the reference’s settings', () => {
  const sizes = { seqLen: tinyMlpT.seqLen, vocabSize: tinyMlpT.vocabSize };

  test.each([tinyMlpT, tinyAttention, { ...tinyAttention, posEncodings: 'none' as const, innerMultiple: 256 }])('come back as they went', (config) => {
    expect(fromReference(toReference(config), sizes)).toEqual(config);
  });

  test('say nothing of the inner multiple where it is the reference’s own', () => {
    expect(toReference({ ...tinyMlpT, innerMultiple: 256 })).not.toHaveProperty('inner_multiple');
    expect(toReference(tinyMlpT)).toHaveProperty('inner_multiple', 1);
  });

  test.each([
    [{ name: 'hrm' }, 'architecture hrm'],
    [{ puzzle_emb_ndim: 8 }, 'puzzle embeddings'],
    [{ pos_encodings: 'learned' }, 'learned positions'],
    [{ no_ACT_continue: false }, 'the continue target'],
    [{ loss: { name: 'losses@ACTLossHead', loss_type: 'softmax_cross_entropy' } }, 'softmax_cross_entropy'],
  ])('with %o are not run yet, and that is said', (change, reason) => {
    const arch = { ...toReference(tinyMlpT), ...change };
    expect(unsupported(arch)).toBe(reason);
    expect(() => fromReference(arch, sizes)).toThrow(ConfigError);
  });
});

describe('a fresh model', () => {
  test('has every weight of its blocks under the reference’s names', () => {
    const shared = ['embed_tokens.embedding_weight', 'lm_head.weight', 'q_head.weight', 'q_head.bias'];
    const channel = ['L_level.layers.0.mlp.gate_up_proj.weight', 'L_level.layers.0.mlp.down_proj.weight'];
    const mixers = { mlpT: ['mlp_t.gate_up_proj', 'mlp_t.down_proj'], attention: ['self_attn.qkv_proj', 'self_attn.o_proj'] };
    for (const config of [tinyMlpT, tinyAttention]) {
      const mixer = mixers[config.mlpT ? 'mlpT' : 'attention'].map((name) => `L_level.layers.0.${name}.weight`);
      expect(trmLayout(config).specs.map(({ name }) => name)).toEqual([...shared, ...mixer, ...channel].map((name) => `model.inner.${name}`));
    }
  });

  test('does not halt: zero weights and a bias of −5', () => {
    const { params } = initialState(tinyMlpT, Random.seeded(1));
    const layout = trmLayout(tinyMlpT);
    expect(layout.values(params, names.qHeadWeight).every((weight) => weight === 0)).toBe(true);
    expect([...layout.values(params, names.qHeadBias)]).toEqual([-5, -5]);
  });
});
