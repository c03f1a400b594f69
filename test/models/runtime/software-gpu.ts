/**
 * A separate program for a machine with Vulkan: prints what WebGPU computes, and what goes to the device and back, as JSON.
 * Argument: the precision on the device; the CPU computes in float32.
 */
import { InferenceSession, type Tensor } from 'onnxruntime-node';
import { Random } from '../../../datasets/random';
import { evalStepGraph } from '../../../models/evaluate/eval-step';
import type { ModelConfig } from '../../../models/family/config';
import { initialState } from '../../../models/family/weights';
import { encode } from '../../../models/onnx/encode';
import { findDeviceError } from '../../../models/runtime/device-check';
import { drawHalting } from '../../../models/train/halting';
import { createLearnerState, Learner } from '../../../models/train/learner';
import { trainStepGraph } from '../../../models/train/train-step';
import { tinyAttention, tinyConvolution, tinyLineSums, tinyMlpT, tinySymbols } from '../family/tiny';

const B = 2;
const precision = process.argv[2] === 'mixed' ? 'mixed' : 'float32';
const optimiser = { name: 'adamAtan2', beta1: 0.9, beta2: 0.95, weightDecay: 0.1 } as const;

const configs: Readonly<Record<string, ModelConfig>> = {
  mlp: tinyMlpT,
  attention: tinyAttention,
  embeddings: { ...tinyMlpT, puzzleEmbNdim: 4, puzzleEmbLen: 1, numPuzzleIdentifiers: 3 },
  symbols: tinySymbols,
  convolution: tinyConvolution,
  lineSums: tinyLineSums,
  singleZ: { ...tinyMlpT, family: 'singleZ' },
  hrm: { ...tinyAttention, family: 'hrm', noActContinue: false },
  direct: { ...tinyAttention, family: 'direct' },
};

/** Errors of sessions in which the CPU would compute a node, by model. */
async function findCpuNodes(): Promise<Record<string, string>> {
  const errors: Record<string, string> = {};
  for (const [name, config] of Object.entries(configs)) {
    const { graph } = trainStepGraph({ config, batchSize: B, optimiser, precision });
    for (const [program, each] of Object.entries({ train: graph, eval: evalStepGraph(config, B, precision).graph }))
      await InferenceSession.create(encode(each, { rounding: 'float16' }), {
        executionProviders: ['webgpu'],
        graphOptimizationLevel: 'disabled',
        logSeverityLevel: 4,
        extra: { session: { disable_cpu_ep_fallback: '1' } },
      }).then(
        (session) => session.release(),
        (error: unknown) => void (errors[`${name} ${program}`] = String(error)),
      );
  }
  return errors;
}

/** Counts the bytes of all sessions that go to a device or come from it. */
function countTransfers(): () => number {
  let bytes = 0;
  const count = (tensors: Readonly<Record<string, unknown>>) => {
    for (const tensor of Object.values(tensors) as Tensor[]) if (tensor.location === 'cpu') bytes += 4 * tensor.size;
  };
  const create = InferenceSession.create.bind(InferenceSession) as (
    ...args: readonly unknown[]
  ) => Promise<InferenceSession>;
  InferenceSession.create = (async (...args: readonly unknown[]) => {
    const session = await create(...args);
    const run = session.run.bind(session);
    session.run = (async (feeds: InferenceSession.FeedsType) => {
      const outputs = await run(feeds);
      count(feeds);
      count(outputs);
      return outputs;
    }) as typeof session.run;
    return session;
  }) as typeof InferenceSession.create;
  return () => bytes;
}

const vectors = ['params', 'm', 'v', 'ema', 'zH', 'zL'] as const;

/** Trains three steps; the vectors after them, and the bytes of the last step and of reading the vectors. */
async function trainOn(provider: 'webgpu' | 'cpu', transferred: () => number) {
  const config = { ...tinyMlpT, hiddenSize: 16 };
  const learner = await Learner.create({
    model: config,
    training: {
      batchSize: B,
      optimiser,
      precision: provider === 'cpu' ? 'float32' : precision,
      ema: { rate: 0.9, warmup: false },
      schedule: { learningRate: 0.01, warmupSteps: 0, totalSteps: 10, minRatio: 1 },
    },
    state: createLearnerState(initialState(config, Random.seeded(1)), config, B),
    provider,
    float16: true,
    threads: 1,
  });
  const tokens = Int32Array.of(1, 2, 1, 2, 2, 1, 2, 1);
  const batch = { inputs: tokens, labels: tokens, puzzleIdentifiers: new Int32Array(B) };
  const marks = [];
  for (let i = 0; i < 3; i++) {
    await learner.step(batch, drawHalting(Random.seeded(i), B, config));
    marks.push(transferred());
  }
  await learner.readFromDevice();
  const values = vectors.map((name) => Array.from(learner.state[name]));
  await learner.release();
  return { values, stepBytes: marks[2]! - marks[1]!, readBytes: transferred() - marks[2]! };
}

const cpuNodes = await findCpuNodes();
// The device test takes a minute on SwiftShader, where the comparison below tells the same.
const deviceError =
  precision === 'mixed' ? await findDeviceError(Random.seeded(1), { provider: 'webgpu', threads: 1 }, precision) : null;
const transferred = countTransfers();
const [onDevice, onCpu] = [await trainOn('webgpu', transferred), await trainOn('cpu', transferred)];
const differences = vectors.map((name, v) => [
  name,
  Math.max(...onDevice.values[v]!.map((value, i) => Math.abs(value - onCpu.values[v]![i]!))),
]);
const { stepBytes, readBytes } = onDevice;
const stateBytes = 4 * onDevice.values.flat().length;
process.stdout.write(
  JSON.stringify({
    cpuNodes,
    deviceError,
    differences: Object.fromEntries(differences),
    stepBytes,
    readBytes,
    stateBytes,
  }),
);
