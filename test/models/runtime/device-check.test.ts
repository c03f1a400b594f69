/** Devices are compared with the CPU, and a run continues on the CPU when its device fails. */
import { describe, expect, test } from 'vitest';
import { Random } from '../../../datasets/random';
import { initialState } from '../../../models/family/weights';
import { deviceCheckModels, findDeviceError } from '../../../models/runtime/device-check';
import type { EngineOptions } from '../../../models/engine/engine';
import { StateLostError } from '../../../models/engine/kept-state';
import { Evaluator } from '../../../models/evaluate/evaluate';
import { Solver } from '../../../models/solve/solve';
import { drawHalting } from '../../../models/train/halting';
import { createLearnerState, Learner } from '../../../models/train/learner';
import { tinyAttention, tinyMlpT } from '../family/tiny';
import { injectFault } from './faulty-device';
import { formatEnglish } from '../../../renderer/messages/english';

const device: EngineOptions = { provider: 'webgpu', threads: 1 };

const describeDeviceError = async () => formatEnglish((await findDeviceError(Random.seeded(1), device)) ?? '');

describe('findDeviceError', () => {
  test('returns null for a device that agrees with the CPU', async () => {
    injectFault(() => undefined);
    expect(await findDeviceError(Random.seeded(1), device)).toBeNull();
  });

  test.each([
    [
      'losses',
      'exampleMetrics',
      1e-3,
      /^wrong results in one step of a small token-mixing model: the losses have a relative error of 1e-3 compared with the CPU$/,
    ],
    [
      'a gradient',
      'gradient',
      1e-2,
      /the gradient values of model\.inner\.embed_tokens\.embedding_weight have a relative error of 1e-2 /,
    ],
    ['weights', 'next_params', 1e-2, /the weights after the step have a relative error of 1e-2 /],
    ['answers', 'confidence', 1e-2, /the confidences have a relative error of 1e-2 /],
  ])('reports wrong %s', async (_, output, error, message) => {
    injectFault((_run, outputs) => {
      const values = outputs[output]?.data as Float32Array | undefined;
      values?.forEach((value, i) => (values[i] = value * (1 + error)));
    });
    expect(await describeDeviceError()).toMatch(message);
  });

  test('reports results that are not finite', async () => {
    injectFault((_run, outputs) => void (outputs.exampleMetrics?.data as Float32Array | undefined)?.fill(NaN));
    expect(await describeDeviceError()).toMatch(/the losses have a relative error of NaN/);
  });
});

const B = 2;
const training = {
  batchSize: B,
  ema: null,
  optimiser: { name: 'adamAtan2', beta1: 0.9, beta2: 0.95, weightDecay: 0.1 },
  schedule: { learningRate: 0.01, warmupSteps: 0, totalSteps: 10, minRatio: 1 },
} as const;

const { mlp: model } = deviceCheckModels;
const tokens = Int32Array.from({ length: B * model.seqLen }, (_, i) => 1 + (i % 3));
const batch = { inputs: tokens, labels: tokens, puzzleIdentifiers: new Int32Array(B) };

const createLearner = (options: EngineOptions) =>
  Learner.create({
    model,
    training,
    state: createLearnerState(initialState(model, Random.seeded(1)), model, B),
    ...options,
  });

/** One step with the same puzzles and draws each time; its loss. */
async function step(learner: Learner): Promise<number> {
  const { exampleMetrics } = await learner.step(batch, drawHalting(Random.seeded(2), B, model));
  return exampleMetrics.lmLoss[0]!;
}

/** Equal up to rounding: a device computes the step as one graph, the CPU as several. */
function expectClose(actual: ArrayLike<number>, expected: ArrayLike<number>): void {
  expect(actual).toHaveLength(expected.length);
  const difference = Array.from(expected, (value, i) => Math.abs(value - actual[i]!));
  expect(Math.max(...difference)).toBeLessThan(1e-4);
}

/** Weights and losses after four steps, and the fallback messages. */
async function trainFourSteps(options: EngineOptions) {
  const messages: string[] = [];
  const learner = await createLearner({ onFallback: (reason) => void messages.push(reason), ...options });
  const losses = [];
  for (let i = 0; i < 4; i++) losses.push(await step(learner));
  await learner.release();
  return { params: learner.state.params, losses, messages };
}

describe('a learner whose device', () => {
  test('fails at the first step gives the same bits as on the CPU', async () => {
    injectFault(() => {
      throw new Error('device lost\nat some place');
    });
    const [fallback, cpu] = [await trainFourSteps(device), await trainFourSteps({ threads: 1 })];
    expect(fallback).toEqual({ ...cpu, messages: ['device lost'] });
  });

  test('fails later repeats the step on the CPU', async () => {
    injectFault((run) => {
      if (run === 3) throw new Error('device lost');
    });
    const [fallback, cpu] = [await trainFourSteps(device), await trainFourSteps({ threads: 1 })];
    expect(fallback.messages).toEqual(['device lost']);
    expectClose(fallback.losses, cpu.losses);
    expectClose(fallback.params, cpu.params);
  });

  test('returns NaN or infinity falls back to the CPU', async () => {
    injectFault((run, outputs) => {
      if (run === 2) (outputs.squaredNorm!.data as Float32Array).fill(Infinity);
    });
    const [fallback, cpu] = [await trainFourSteps(device), await trainFourSteps({ threads: 1 })];
    expect(fallback.messages).toEqual(['results contain NaN or infinity']);
    expectClose(fallback.losses, cpu.losses);
    expectClose(fallback.params, cpu.params);
  });

  test('is lost with the state it kept throws, and continues on the CPU from a given state', async () => {
    const faulty = injectFault(() => undefined);
    const messages: string[] = [];
    const learner = await createLearner({ ...device, onFallback: (reason) => void messages.push(reason) });
    const start = learner.state;
    const first = await step(learner);
    await step(learner);
    faulty.isLost = true;
    await expect(step(learner)).rejects.toThrow(StateLostError);
    expect(messages).toEqual(['device lost']);
    learner.state = start;
    expect(await step(learner)).toEqual(first);
    await learner.release();
  });

  test('is lost when its state is read throws, and continues on the CPU from a given state', async () => {
    const faulty = injectFault(() => undefined);
    const messages: string[] = [];
    const learner = await createLearner({ ...device, onFallback: (reason) => void messages.push(reason) });
    const start = learner.state;
    const first = await step(learner);
    faulty.isLost = true;
    await expect(learner.readFromDevice()).rejects.toThrow(StateLostError);
    expect(messages).toEqual(['device lost']);
    learner.state = start;
    expect(await step(learner)).toBeCloseTo(first, 4);
    await learner.release();
  });
});

describe('while a device keeps the state', () => {
  test('a step transfers the puzzles and the metrics only', async () => {
    const faulty = injectFault(() => undefined);
    const learner = await createLearner(device);
    await step(learner);
    const before = faulty.transferred;
    await step(learner);
    // Tokens, labels, flags, rates, initial states and metrics; a vector of the weights alone has more bytes.
    const { params } = learner.state;
    expect(faulty.transferred - before).toBeLessThan(1000);
    expect(params.byteLength).toBeGreaterThan(50_000);
    await learner.release();
  });

  test('reading it gives the vectors of a learner on the CPU, and sends nothing back', async () => {
    const faulty = injectFault(() => undefined);
    const [onDevice, onCpu] = [await createLearner(device), await createLearner({ threads: 1 })];
    const vectors = ['params', 'm', 'v', 'ema', 'zH', 'zL'] as const;
    const expectSameState = () => vectors.forEach((name) => expectClose(onDevice.state[name], onCpu.state[name]));
    for (let i = 0; i < 3; i++) await Promise.all([step(onDevice), step(onCpu)]);
    const { transferred } = faulty;
    await onDevice.readFromDevice();
    const bytes = faulty.transferred - transferred;
    expectSameState();
    expect(bytes).toBe(vectors.reduce((sum, name) => sum + onDevice.state[name].byteLength, 0));
    await onDevice.readFromDevice();
    expect(faulty.transferred - transferred).toBe(bytes);
    await Promise.all([step(onDevice), step(onCpu)]);
    expect(faulty.transferred - transferred - bytes).toBeLessThan(1000);
    await onDevice.readFromDevice();
    expectSameState();
    await Promise.all([onDevice.release(), onCpu.release()]);
  });

  describe('an evaluation', () => {
    const state = initialState(model, Random.seeded(1));
    const evaluate = async (options: EngineOptions) => {
      const evaluator = await Evaluator.create(model, { batchSize: B, onFallback: () => undefined, ...options });
      const answers = await evaluator.evaluateBatch(state, { ...batch, count: B });
      await evaluator.release();
      return answers;
    };
    test('sends the weights once for all supervision steps', async () => {
      const faulty = injectFault(() => undefined);
      expect(await evaluate(device)).toEqual(await evaluate({ threads: 1 }));
      expect(faulty.transferred).toBeLessThan(state.params.byteLength * 1.5);
    });

    test('restarts on the CPU when the device is lost', async () => {
      injectFault((run) => {
        if (run === 2) throw new Error('device lost');
      });
      expect(await evaluate(device)).toEqual(await evaluate({ threads: 1 }));
    });
  });
});

test('a solve whose device fails continues on the CPU', async () => {
  const model = initialState(tinyAttention, Random.seeded(1));
  const solved = async (options: EngineOptions) => {
    const solver = await Solver.create(tinyAttention, model, { onFallback: () => undefined, ...options });
    const traced = await solver.solve([1, 2, 1, 0]);
    await solver.release();
    return traced;
  };
  injectFault(() => {
    throw new Error('device lost');
  });
  expect(await solved(device)).toEqual(await solved({ threads: 1 }));
});

test('without onFallback, a failing device is an error', async () => {
  injectFault(() => {
    throw new Error('device lost');
  });
  const solver = await Solver.create(tinyMlpT, initialState(tinyMlpT, Random.seeded(1)), device);
  await expect(solver.solve([1, 2, 1, 0])).rejects.toThrow('device lost');
});

// WebGPU on a machine that supports it; without a GPU through SwiftShader (Debian's chromium and libvulkan1):
// TRM_LAB_WEBGPU=1 VK_ICD_FILENAMES=/usr/lib/chromium/vk_swiftshader_icd.json

const isEnabled = process.env.TRM_LAB_WEBGPU === '1';

test.skipIf(!isEnabled)(
  `WebGPU agrees with the CPU${isEnabled ? '' : ' (skipped: set TRM_LAB_WEBGPU=1 on a machine with WebGPU)'}`,
  async () => {
    expect(await findDeviceError(Random.seeded(1), { provider: 'webgpu' })).toBeNull();
  },
  300_000,
);
