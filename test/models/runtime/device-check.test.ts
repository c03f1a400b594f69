/** Devices are compared with the CPU, and a run continues on the CPU when its device fails. */
import { describe, expect, test } from 'vitest';
import { Random } from '../../../datasets/random';
import { initialState } from '../../../models/family/weights';
import { findDeviceError } from '../../../models/runtime/device-check';
import type { EngineOptions } from '../../../models/engine/engine';
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

/** Weights and losses after four steps, and the fallback messages. */
async function trainFourSteps(options: EngineOptions) {
  const messages: string[] = [];
  const random = Random.seeded(1);
  const state = createLearnerState(initialState(tinyMlpT, random), tinyMlpT, B);
  const learner = await Learner.create({
    model: tinyMlpT,
    training,
    state,
    onFallback: (reason) => void messages.push(reason),
    ...options,
  });
  const tokens = Int32Array.of(1, 2, 1, 2, 2, 1, 2, 1);
  const losses = [];
  for (let i = 0; i < 4; i++) {
    const { exampleMetrics } = await learner.step(
      { inputs: tokens, labels: tokens, puzzleIdentifiers: new Int32Array(B) },
      drawHalting(random, B, tinyMlpT),
    );
    losses.push(exampleMetrics.lmLoss[0]);
  }
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
    fallback.losses.forEach((loss, i) => expect(loss).toBeCloseTo(cpu.losses[i]!, 5));
    fallback.params.forEach((weight, i) => expect(weight).toBeCloseTo(cpu.params[i]!, 4));
  });

  test('returns NaN or infinity falls back to the CPU', async () => {
    injectFault((run, outputs) => {
      if (run === 2) (outputs.next_m!.data as Float32Array).fill(Infinity);
    });
    expect((await trainFourSteps(device)).messages).toEqual(['results contain NaN or infinity']);
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
