/**
 * Entry point of a process that tests one device, so that a driver that crashes or hangs affects no other process.
 * Argument: the provider. Sends a message with the result, and a second one if its float16 products agree as well.
 */
import { Random } from '../../../datasets/random';
import { initialState } from '../../../models/family/weights';
import { findDeviceError } from '../../../models/runtime/device-check';
import { drawHalting } from '../../../models/train/halting';
import { createLearnerState, Learner } from '../../../models/train/learner';
import { getPreset, createRunConfig } from '../../../models/presets/presets';
import type { SessionOptions } from '../../../models/runtime/onnxruntime';
import { deviceSchema } from '../../contract/app-info';
import { median } from '../../contract/statistics';
import { cores } from './cpu';

const STEPS = 3;

/** Median milliseconds of a train step of the classroom preset on 4×4 grids, after one to warm up. */
async function stepMilliseconds(options: SessionOptions): Promise<number> {
  const run = createRunConfig(getPreset('classroom'), { seqLen: 16, vocabSize: 5, seed: 1, maxSeconds: 1 });
  const random = Random.seeded(1);
  const state = createLearnerState(initialState(run.model, random), run.model, run.batchSize);
  const learner = await Learner.create({ model: run.model, training: run, state, ...options });
  const tokens = () => Int32Array.from({ length: run.batchSize * 16 }, () => random.integer(1, 4));
  const times: number[] = [];
  for (let i = 0; i <= STEPS; i++) {
    const start = performance.now();
    await learner.step(
      { inputs: tokens(), labels: tokens(), puzzleIdentifiers: new Int32Array(run.batchSize) },
      drawHalting(random, run.batchSize, run.model),
    );
    if (i > 0) times.push(performance.now() - start);
  }
  await learner.release();
  return median(times);
}

async function probe(provider: string | undefined) {
  const options = { provider: deviceSchema.shape.provider.parse(provider), threads: cores };
  const reason = await findDeviceError(Random.seeded(1), options);
  if (reason) return void (await send({ reason }));
  const milliseconds = await stepMilliseconds(options);
  // Sent before float16 is tested: a driver that crashes then works in float32.
  await send({ milliseconds });
  if (options.provider === 'cpu') return;
  const float16Error = await findDeviceError(Random.seeded(1), options, 'mixed').catch(String);
  if (!float16Error) await send({ milliseconds, float16: true });
}

const send = (answer: object): Promise<void> =>
  new Promise((resolve) => process.send?.(answer, undefined, undefined, () => resolve()));

void probe(process.argv[2])
  .catch((error: unknown) => send({ reason: error instanceof Error ? error.message : String(error) }))
  .then(() => process.exit(0));
