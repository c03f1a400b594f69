/**
 * Checks that a device computes the same as the CPU, with one train step and one evaluation step of small models on both.
 * A provider can run without errors and still give wrong numbers.
 */
import { trmDefaults } from '../family/config';
import type { ModelConfig } from '../family/config';
import type { UniformSource } from '../nn/parameters';
import { initialState, weightLayout } from '../family/weights';
import { evalStepGraph } from '../evaluate/evaluate';
import type { Feeds, SessionOptions, TensorData } from './session';
import { Session } from './session';
import { trainStepGraph } from '../train/train-step';
import { createLearnerState } from '../train/learner';
import { forwardFeeds } from '../train/forward';

/** Largest allowed difference, relative to the norm of the CPU's result. */
const LOSS_TOLERANCE = 1e-4;
const GRADIENT_TOLERANCE = 1e-3;

const B = 4;
const base: ModelConfig = {
  ...trmDefaults,
  seqLen: 16,
  vocabSize: 5,
  hiddenSize: 32,
  numHeads: 4,
  expansion: 4,
  innerMultiple: 32,
  lLayers: 2,
  hCycles: 2,
  lCycles: 2,
  haltMaxSteps: 4,
  haltExplorationProb: 0.1,
  mlpT: true,
  posEncodings: 'none',
};

/** The models that devices are checked with, by name. */
export const deviceCheckModels = {
  'token-mixing model': base,
  'attention model': { ...base, mlpT: false, posEncodings: 'rope' },
} as const satisfies Readonly<Record<string, ModelConfig>>;

/** Null when the device agrees with the CPU, else a sentence with the first difference. @throws Error when it cannot compute at all */
export async function findDeviceError(random: UniformSource, device: SessionOptions): Promise<string | null> {
  for (const [name, config] of Object.entries(deviceCheckModels)) {
    const trial = createTrial(config, random);
    const [reference, tested] = [await runTrial(trial, { ...device, provider: 'cpu' }), await runTrial(trial, device)];
    const wrong = firstDifference(config, reference, tested);
    if (wrong) return `${wrong} of a small ${name}`;
  }
  return null;
}

interface Trial {
  readonly graphs: readonly ReturnType<typeof trainStepGraph>['graph'][];
  readonly feeds: Feeds;
}

function createTrial(config: ModelConfig, random: UniformSource): Trial {
  const { graph, gradient } = trainStepGraph({
    config,
    batchSize: B,
    optimiser: { name: 'adamAtan2', beta1: 0.9, beta2: 0.95, weightDecay: 0.1 },
  });
  graph.output('gradient', gradient);
  const state = createLearnerState(initialState(config, random), config, B);
  const tokens = () =>
    Int32Array.from({ length: B * config.seqLen }, () => 1 + Math.floor(random.uniform() * (config.vocabSize - 1)));
  const { m, v, ema } = state;
  const step = {
    labels: tokens(),
    m,
    v,
    ema,
    rates: Float32Array.of(0.999, 1e-3, 1, 0.9),
    lastStep: new Int32Array(B),
  };
  const feeds = { ...forwardFeeds(config, state, { ...state, inputs: tokens(), reset: state.halted }), ...step };
  return { graphs: [graph, evalStepGraph(config, B).graph], feeds };
}

async function runTrial({ graphs, feeds }: Trial, options: SessionOptions): Promise<Record<string, TensorData>> {
  const outputs = [];
  for (const graph of graphs) {
    const session = await Session.create(graph, options);
    outputs.push(await session.run(feeds));
    await session.release();
  }
  return Object.assign({}, ...outputs) as Record<string, TensorData>;
}

function firstDifference(
  config: ModelConfig,
  reference: Record<string, TensorData>,
  tested: Record<string, TensorData>,
): string | null {
  const layout = weightLayout(config);
  const both = (output: string) => [reference[output]!, tested[output]!] as const;
  const [gradient, testedGradient] = both('gradient');
  const compared: [string, ArrayLike<number>, ArrayLike<number>, number][] = [
    ['losses', ...both('exampleMetrics'), LOSS_TOLERANCE],
    ...layout.specs.map(({ name }): [string, ArrayLike<number>, ArrayLike<number>, number] => [
      `the gradient of ${name}`,
      layout.values(gradient as Float32Array, name),
      layout.values(testedGradient as Float32Array, name),
      GRADIENT_TOLERANCE,
    ]),
    ['the weights after the step', ...both('next_params'), GRADIENT_TOLERANCE],
    ['the confidences', ...both('confidence'), GRADIENT_TOLERANCE],
  ];
  for (const [name, expected, actual, tolerance] of compared) {
    const error = relativeError(expected, actual);
    if (!(error <= tolerance))
      return `${name} differed by ${Number.isFinite(error) ? error.toExponential(0) : 'more than can be counted'} from the processor's, in a step`;
  }
  return null;
}

/** ‖a − b‖ / ‖a‖; where a is all zero, ‖b‖. */
function relativeError(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let [norm, difference] = [0, 0];
  for (let i = 0; i < a.length; i++) {
    norm += a[i]! ** 2;
    difference += (a[i]! - b[i]!) ** 2;
  }
  return Math.sqrt(norm > 0 ? difference / norm : difference);
}
