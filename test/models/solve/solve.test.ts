import { describe, expect, test } from 'vitest';
import { Random } from '../../../datasets/random';
import { evalStepGraph } from '../../../models/evaluate/eval-step';
import type { ModelConfig } from '../../../models/family/config';
import type { ModelState } from '../../../models/family/weights';
import { initialState, weightNames, weightLayout } from '../../../models/family/weights';
import { Session } from '../../../models/runtime/session';
import { sampledPositions } from '../../../models/solve/latent-path';
import type { TracedCycle } from '../../../models/solve/solve';
import { Solver } from '../../../models/solve/solve';
import { traceStepGraph } from '../../../models/solve/trace-step';
import { tinyAttention, tinyMlpT } from '../family/tiny';

const puzzle = [1, 2, 1, 0];

/** Returns a model whose halting head always outputs this logit. */
function haltingAt(logit: number): ModelState {
  const model = initialState(tinyMlpT, Random.seeded(1));
  weightLayout(tinyMlpT).values(model.params, weightNames.qHeadBias).fill(logit);
  return model;
}

async function solve(config: typeof tinyMlpT, model: ModelState) {
  const solver = await Solver.create(config, model);
  const traced = await solver.solve(puzzle);
  await solver.release();
  return traced;
}

describe.each([
  ['token mixing', tinyMlpT],
  ['attention', tinyAttention],
])('a solve with %s', (_, config) => {
  test('records every cycle of every step', async () => {
    const { steps, lCycles } = await solve(config, initialState(config, Random.seeded(1)));
    expect(steps).toHaveLength(config.haltMaxSteps);
    expect(lCycles).toBe(config.lCycles);
    for (const { cycles, qHalt } of steps) {
      expect(cycles).toHaveLength(config.hCycles);
      expect(qHalt).toBe(cycles[config.hCycles - 1]!.qHalt);
      for (const { latent, answer, confidence, attention } of cycles) {
        expect([answer.length, confidence.length, attention]).toEqual([4, 4, null]);
        // Latent updates are not decoded: a long solve has thousands.
        expect(latent).toEqual(Array(config.lCycles).fill({ change: expect.any(Number), attention: null }));
      }
    }
  });

  test('starts each solve from the initial state', async () => {
    const solver = await Solver.create(config, initialState(config, Random.seeded(1)));
    const first = await solver.solve(puzzle);
    await solver.solve([2, 2, 2, 2]);
    expect(await solver.solve(puzzle)).toEqual(first);
    await solver.release();
  });

  test('carries its states from step to step', async () => {
    const { steps } = await solve(config, initialState(config, Random.seeded(1)));
    expect(steps[1]!.cycles[0]!.change).not.toBe(steps[0]!.cycles[0]!.change);
  });
});

test.each([
  ['the first step with a positive halting logit', 0.5, 1],
  ['null while the logit is negative', -0.5, null],
  ['null at a logit of exactly zero', 0, null],
])('haltStep is %s', async (_, logit, expected) => {
  const { haltStep, steps } = await solve(tinyMlpT, haltingAt(logit));
  expect(haltStep).toBe(expected);
  expect(steps.map(({ qHalt }) => qHalt)).toEqual(steps.map(() => logit));
});

test('with stopAtHalt a solve returns the same steps up to the halting step', async () => {
  for (const [logit, count] of [
    [0.5, 1],
    [-0.5, tinyMlpT.haltMaxSteps],
  ]) {
    const solver = await Solver.create(tinyMlpT, haltingAt(logit!));
    const [whole, stopped] = [await solver.solve(puzzle), await solver.solve(puzzle, { stopAtHalt: true })];
    expect(stopped.steps).toEqual(whole.steps.slice(0, count));
    await solver.release();
  }
});

test('a puzzle of the wrong length throws with the expected shape', async () => {
  const solver = await Solver.create(tinyMlpT, haltingAt(0));
  await expect(solver.solve([1, 2])).rejects.toThrow('input inputs: expected [1, 4], got 2 values');
  await solver.release();
});

// The traced solve and the evaluation compute the same answers.

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

  test('ends with the same states, answer, confidence and halting logit as the plain step', async () => {
    const { traced, answered } = await run();
    const last = (name: string, length: number) => traced[name]!.slice(-length);
    expect([traced.next_zH, traced.next_zL]).toEqual([answered.next_zH, answered.next_zL]);
    expect(last('answer', seqLen)).toEqual(answered.answer);
    expect(last('confidence', seqLen)).toEqual(answered.confidence);
    expect(last('qHalt', 1)).toEqual(answered.q!.slice(0, 1));
    // A model this small is sampled at every position.
    expect(last('states', size)).toEqual(answered.next_zH);
  });

  test('returns outputs for every update, with confidences that are probabilities', async () => {
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

  test('returns changes as the root mean square between the states before and after an update', async () => {
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

// Attention weights of a traced solve.

const twoLayers = { ...tinyAttention, lLayers: 2, lCycles: 2 };
const withPuzzles = { ...twoLayers, puzzleEmbNdim: twoLayers.hiddenSize, numPuzzleIdentifiers: 2 };
const hrm: ModelConfig = { ...twoLayers, family: 'hrm', hLayers: 1 };
const direct: ModelConfig = { ...twoLayers, family: 'direct', hLayers: 3, lLayers: 0, lCycles: 0, hCycles: 1 };
const solverOf = (config: ModelConfig) => Solver.create(config, initialState(config, Random.seeded(1)));
const updatesOf = ({ latent, ...closing }: TracedCycle) => [...latent, closing];

async function tracedCycles(config: ModelConfig, attention: { readonly head: number; readonly cell: number }) {
  const solver = await solverOf(config);
  const { steps } = await solver.solve(puzzle, { attention });
  await solver.release();
  return steps.flatMap(({ cycles }) => cycles);
}

describe('attention in a traced solve', () => {
  test.each([
    ['a shared network', twoLayers, [2, 2, 2], 4],
    ['puzzle positions in front', withPuzzles, [2, 2, 2], 5],
    ['two networks', hrm, [2, 2, 1], 4],
    ['no cycles', direct, [3], 4],
  ])(
    'with %s is a distribution over all positions for every block of every update',
    async (_, config, blocks, length) => {
      for (const cycle of await tracedCycles(config, { head: 1, cell: 2 })) {
        const attention = updatesOf(cycle).map((update) => update.attention ?? []);
        expect(attention.map((rows) => rows.length)).toEqual(blocks);
        for (const row of attention.flat()) {
          expect(row).toHaveLength(length);
          expect(row.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 5);
        }
      }
    },
  );

  test('differs between cells and between heads, and does not change the answer', async () => {
    const [first, otherCell, otherHead] = [
      await tracedCycles(twoLayers, { head: 0, cell: 0 }),
      await tracedCycles(twoLayers, { head: 0, cell: 3 }),
      await tracedCycles(twoLayers, { head: 1, cell: 0 }),
    ];
    expect(otherCell[0]!.attention).not.toEqual(first[0]!.attention);
    expect(otherHead[0]!.attention).not.toEqual(first[0]!.attention);
    expect(otherCell.map(({ answer }) => answer)).toEqual(first.map(({ answer }) => answer));
  });

  test('is uniform if query and key are zero', async () => {
    const model = initialState(twoLayers, Random.seeded(1));
    const solver = await Solver.create(twoLayers, { ...model, params: new Float32Array(model.params.length) });
    const { steps } = await solver.solve(puzzle, { attention: { head: 0, cell: 1 } });
    expect(steps[0]!.cycles[0]!.attention).toEqual([
      [0.25, 0.25, 0.25, 0.25],
      [0.25, 0.25, 0.25, 0.25],
    ]);
    await solver.release();
  });

  test.each([
    ['a model without attention', tinyMlpT, { head: 0, cell: 0 }, 'the model mixes positions with an MLP'],
    ['an unknown head', twoLayers, { head: 9, cell: 0 }, 'there is no head 9'],
    ['an unknown cell', twoLayers, { head: 0, cell: 4 }, 'the model has the cells 0–3, so there is no cell 4'],
  ])('throws for %s', async (_, config, attention, message) => {
    const solver = await solverOf(config);
    await expect(solver.solve(puzzle, { attention })).rejects.toThrow(message);
    await solver.release();
  });

  test('throws for more steps than its weights can be kept for', async () => {
    const solver = await solverOf({ ...twoLayers, seqLen: 900 });
    const solve = solver.solve(new Uint8Array(900), { attention: { head: 0, cell: 0 }, maxSteps: 1024 });
    await expect(solve).rejects.toThrow(/^attention can be shown for at most \d+ supervision steps/);
    await solver.release();
  });
});

test('a solve of 1,024 steps ends with the signal, within a step', async () => {
  const solver = await Solver.create(tinyMlpT, haltingAt(0));
  const cancel = new AbortController();
  const onStep = async (step: number) => {
    if (step === 5) cancel.abort(new Error('enough'));
    cancel.signal.throwIfAborted();
  };
  await expect(solver.solve(puzzle, { maxSteps: 1024, onStep, signal: cancel.signal })).rejects.toThrow('enough');
  await solver.release();
});
