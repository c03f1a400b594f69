/** Relabelling the symbols of a puzzle relabels what a symbol-equivariant model says, and changes nothing else. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Random } from '../../../datasets/random';
import { evalStepGraph } from '../../../models/evaluate/eval-step';
import { checkConfig, FIRST_SYMBOL, mixerOf, stateWidth, type ModelConfig } from '../../../models/family/config';
import { initialState } from '../../../models/family/weights';
import { Session } from '../../../models/runtime/session';
import { emptyCarry, forwardFeeds } from '../../../models/train/forward';
import { tinySymbols } from './tiny';

const B = 2;
const config: ModelConfig = { ...tinySymbols, seqLen: 9, vocabSize: 7, hiddenSize: 8, lLayers: 2, lCycles: 2 };
const withConvolution: ModelConfig = { ...config, mlpT: false };
const symbols = config.vocabSize - FIRST_SYMBOL;

const cases = fc.record({
  order: fc.shuffledSubarray([...Array(symbols).keys()], { minLength: symbols }),
  // Without padding: a grid of it has states near zero, and their norms amplify rounding.
  tokens: fc.array(fc.integer({ min: 1, max: config.vocabSize - 1 }), {
    minLength: B * config.seqLen,
    maxLength: B * config.seqLen,
  }),
  seed: fc.nat(1000),
});

/** Logits [S, B, V] and halting logits of two supervision steps. */
async function solve(config: ModelConfig, tokens: readonly number[], seed: number) {
  const { graph, logits } = evalStepGraph(config, B);
  graph.output('logits', logits);
  const session = await Session.create(graph, { threads: 1 });
  const state = initialState(config, Random.seeded(seed));
  // The halting head starts at zero. Fresh weights amplify a change of the start up to a thousand times, and so rounding; half of them do not.
  state.params.forEach((value, i) => (state.params[i] = value / 2 + 0.05 * Math.sin(i)));
  const feed = { inputs: Int32Array.from(tokens), puzzleIdentifiers: new Int32Array(B) };
  const first = await session.run(
    forwardFeeds(config, state, { ...feed, ...emptyCarry(config, B), reset: new Uint8Array(B).fill(1) }),
  );
  const carry = { zH: first.next_zH!, zL: first.next_zL! };
  const second = await session.run(forwardFeeds(config, state, { ...feed, ...carry, reset: new Uint8Array(B) }));
  await session.release();
  return { logits: second.logits as Float32Array, q: second.q as Float32Array };
}

test.each([config, withConvolution])(
  'permuting the symbols of a puzzle permutes the logits and keeps the halting logits (mlpT: $mlpT)',
  async (model) => {
    await fc.assert(
      fc.asyncProperty(cases, async ({ order, tokens, seed }) => {
        const relabel = (token: number) => (token < FIRST_SYMBOL ? token : FIRST_SYMBOL + order[token - FIRST_SYMBOL]!);
        const [plain, relabelled] = [await solve(model, tokens, seed), await solve(model, tokens.map(relabel), seed)];
        // The mean over symbols is summed in another order.
        plain.logits.forEach((logit, i) => {
          const [row, token] = [Math.floor(i / config.vocabSize), i % config.vocabSize];
          const moved = relabelled.logits[row * config.vocabSize + relabel(token)]!;
          expect(Math.abs(moved - logit)).toBeLessThan(1e-4 * Math.max(1, Math.abs(logit)));
        });
        plain.q.forEach((value, i) => expect(relabelled.q[i]).toBeCloseTo(value, 4));
      }),
      { numRuns: 10 },
    );
  },
  60_000,
);

test('a token that is no symbol is never the answer', async () => {
  const { logits } = await solve(config, Array<number>(B * config.seqLen).fill(1), 4);
  for (let row = 0; row < logits.length; row += config.vocabSize)
    expect(Math.min(...logits.slice(row + FIRST_SYMBOL, row + config.vocabSize))).toBeGreaterThan(
      Math.max(logits[row]!, logits[row + 1]!),
    );
});

test('the number of weights does not depend on the number of symbols, the state does', () => {
  const weights = (vocabSize: number) => initialState({ ...config, vocabSize }, Random.seeded(1)).params.length;
  expect(weights(20)).toBe(weights(7));
  expect([stateWidth(config), stateWidth({ ...config, vocabSize: 20 })]).toEqual([5 * 8, 18 * 8]);
});

test('cells are mixed by a token-mixing MLP or by convolution', () => {
  expect([config, withConvolution].map(mixerOf)).toEqual(['mlp', 'convolution']);
  expect(() => checkConfig(withConvolution)).not.toThrow();
  expect(() => checkConfig({ ...withConvolution, seqLen: 6 })).toThrow('reads square grids only');
});

test.each([
  ['a vocabulary without symbols', { vocabSize: 2 }, 'vocabSize must be a whole number of at least 3'],
  ['puzzle embeddings', { puzzleEmbNdim: 8 }, 'symbolEquivariant has no puzzle embeddings'],
  ['learned positions', { posEncodings: 'learned' }, 'symbolEquivariant has no puzzle embeddings'],
] as const)('%s is refused', (_, change, message) => {
  expect(() => checkConfig({ ...config, ...change })).toThrow(message);
});
