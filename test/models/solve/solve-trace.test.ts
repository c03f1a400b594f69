/** The traced solve and the evaluation are the same model looked at more or less closely. */
import { describe, expect, test } from 'vitest';
import { Random } from '../../../datasets/random';
import { evalStepGraph } from '../../../models/evaluate/eval-step';
import { Session } from '../../../models/runtime/session';
import { sampledPositions } from '../../../models/solve/latent-path';
import { traceStepGraph } from '../../../models/solve/solve-trace';
import { initialState } from '../../../models/family/weights';
import { tinyAttention, tinyMlpT } from '../family/tiny';

const state = (length: number) => Float32Array.from({ length }, (_, i) => Math.sin(i));

describe.each([
  ['mlpT', tinyMlpT],
  ['attention', tinyAttention],
])('a traced step with %s', (_, family) => {
  const config = { ...family, hCycles: 3, lCycles: 2 };
  const { seqLen, hiddenSize, hCycles, lCycles } = config;
  const size = seqLen * hiddenSize;
  const feeds = {
    ...initialState(config, Random.seeded(1)),
    zH: state(size),
    zL: state(size),
    reset: Int32Array.of(0),
    inputs: Int32Array.of(0, 1, 2, 1),
    attended: Int32Array.of(0),
    sampled: sampledPositions(config),
  };

  async function run() {
    const [traced, answered] = await Promise.all([
      Session.create(traceStepGraph(config)),
      Session.create(evalStepGraph(config, 1).graph),
    ]);
    const outputs = { traced: await traced.run(feeds), answered: await answered.run(feeds) };
    await Promise.all([traced.release(), answered.release()]);
    return outputs;
  }

  test('ends where the plain step ends: states, answer, confidence and halting logit', async () => {
    const { traced, answered } = await run();
    const last = (name: string, length: number) => traced[name]!.slice(-length);
    expect([traced.next_zH, traced.next_zL]).toEqual([answered.next_zH, answered.next_zL]);
    expect(last('answer', seqLen)).toEqual(answered.answer);
    expect(last('confidence', seqLen)).toEqual(answered.confidence);
    expect(last('qHalt', 1)).toEqual(answered.q!.slice(0, 1));
    // So small a model is sampled at every position.
    expect(last('states', size)).toEqual(answered.next_zH);
  });

  test('tells of every update, with confidences that are probabilities', async () => {
    const { traced } = await run();
    const updates = hCycles * (lCycles + 1);
    const lengths = Object.fromEntries(
      ['answer', 'confidence', 'qHalt', 'change', 'next_zH', 'next_zL'].map((name) => [name, traced[name]!.length]),
    );
    expect(lengths).toEqual({
      answer: updates * seqLen,
      confidence: updates * seqLen,
      qHalt: updates,
      change: updates,
      next_zH: size,
      next_zL: size,
    });
    for (const share of traced.confidence!) {
      expect(share).toBeGreaterThan(1 / config.vocabSize - 1e-6);
      expect(share).toBeLessThanOrEqual(1);
    }
    for (const change of traced.change!) expect(change).toBeGreaterThan(0);
  });

  test('measures changes as root mean squares: of one update, the whole way from start to end', async () => {
    const once = { ...config, hCycles: 1, lCycles: 1 };
    const session = await Session.create(traceStepGraph(once));
    const out = await session.run(feeds);
    const rms = (a: ArrayLike<number>, b: Float32Array) =>
      Math.sqrt(b.reduce((sum, value, i) => sum + (value - a[i]!) ** 2, 0) / size);
    expect(out.change![0]).toBeCloseTo(rms(out.next_zL!, feeds.zL), 5);
    expect(out.change![1]).toBeCloseTo(rms(out.next_zH!, feeds.zH), 5);
    await session.release();
  });
});
