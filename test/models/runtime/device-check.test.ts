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
import { putIn } from './faulty-device';
import { formatEnglish } from '../../../renderer/messages/english';

const device: EngineOptions = { provider: 'webgpu', threads: 1 };

const describeDeviceError = async () => formatEnglish((await findDeviceError(Random.seeded(1), device)) ?? '');

describe('the agreement test', () => {
  test('passes a device that computes as the processor does', async () => {
    putIn(() => undefined);
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
  ])('refuses one whose %s are wrong, and says which', async (_, output, error, message) => {
    putIn((_run, outputs) => {
      const values = outputs[output]?.data as Float32Array | undefined;
      values?.forEach((value, i) => (values[i] = value * (1 + error)));
    });
    expect(await describeDeviceError()).toMatch(message);
  });

  test('refuses one whose numbers are not finite', async () => {
    putIn((_run, outputs) => void (outputs.exampleMetrics?.data as Float32Array | undefined)?.fill(NaN));
    expect(await describeDeviceError()).toMatch(/the losses have a relative error of NaN/);
  });
});

const B = 2;
const learning = {
  batchSize: B,
  ema: null,
  optimiser: { name: 'adamAtan2', beta1: 0.9, beta2: 0.95, weightDecay: 0.1 },
  schedule: { learningRate: 0.01, warmupSteps: 0, totalSteps: 10, minRatio: 1 },
} as const;

/** Weights after four steps, and the message about the device. */
async function learnt(options: EngineOptions) {
  const told: string[] = [];
  const random = Random.seeded(1);
  const state = createLearnerState(initialState(tinyMlpT, random), tinyMlpT, B);
  const learner = await Learner.create({
    model: tinyMlpT,
    training: learning,
    state,
    onFallback: (reason) => void told.push(reason),
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
  return { params: learner.state.params, losses, told };
}

describe('a learner whose device', () => {
  test('fails at the first step goes on as if it had begun on the processor, bit for bit', async () => {
    putIn(() => {
      throw new Error('device lost\nat some place');
    });
    const [lost, processor] = [await learnt(device), await learnt({ threads: 1 })];
    expect(lost).toEqual({ ...processor, told: ['device lost'] });
  });

  test('fails later makes the same step again, and loses none', async () => {
    putIn((run) => {
      if (run === 3) throw new Error('device lost');
    });
    const [lost, processor] = [await learnt(device), await learnt({ threads: 1 })];
    expect(lost.told).toEqual(['device lost']);
    lost.losses.forEach((loss, i) => expect(loss).toBeCloseTo(processor.losses[i]!, 5));
    lost.params.forEach((weight, i) => expect(weight).toBeCloseTo(processor.params[i]!, 4));
  });

  test('gives numbers that are not finite is left before they are believed', async () => {
    putIn((run, outputs) => {
      if (run === 2) (outputs.next_m!.data as Float32Array).fill(Infinity);
    });
    expect((await learnt(device)).told).toEqual(['results contain NaN or infinity']);
  });
});

test('a solve whose device fails is answered by the processor', async () => {
  const model = initialState(tinyAttention, Random.seeded(1));
  const solved = async (options: EngineOptions) => {
    const solver = await Solver.create(tinyAttention, model, { onFallback: () => undefined, ...options });
    const traced = await solver.solve([1, 2, 1, 0]);
    await solver.release();
    return traced;
  };
  putIn(() => {
    throw new Error('device lost');
  });
  expect(await solved(device)).toEqual(await solved({ threads: 1 }));
});

test('without somebody to tell, a failing device is an error', async () => {
  putIn(() => {
    throw new Error('device lost');
  });
  const solver = await Solver.create(tinyMlpT, initialState(tinyMlpT, Random.seeded(1)), device);
  await expect(solver.solve([1, 2, 1, 0])).rejects.toThrow('device lost');
});

// WebGPU on a machine that has it; without a GPU through SwiftShader (Debian's chromium and libvulkan1):
// TRM_LAB_WEBGPU=1 VK_ICD_FILENAMES=/usr/lib/chromium/vk_swiftshader_icd.json

const isAsked = process.env.TRM_LAB_WEBGPU === '1';

test.skipIf(!isAsked)(
  `WebGPU computes what the processor computes${isAsked ? '' : ' (skipped: set TRM_LAB_WEBGPU=1 where there is WebGPU)'}`,
  async () => {
    expect(await findDeviceError(Random.seeded(1), { provider: 'webgpu' })).toBeNull();
  },
  300_000,
);
