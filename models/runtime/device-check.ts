/**
 * Checks that a device gives the same results as the CPU, with one train step and one evaluation step of small models.
 * A provider can run without errors and still give wrong results.
 */
import { message, type Message } from '../../renderer/messages/message';
import { carriedStates, trmDefaults } from '../family/config';
import type { ModelConfig } from '../family/config';
import type { UniformSource } from '../nn/parameters';
import { initialState, weightLayout } from '../family/weights';
import type { Graph } from '../graph/graph';
import { evalStepGraph } from '../evaluate/eval-step';
import type { SessionOptions } from './onnxruntime';
import type { Feeds, TensorData } from './session';
import { Session } from './session';
import { keptOutput } from '../engine/kept-state';
import { optimiserVectors } from '../engine/program';
import { trainStepGraph } from '../train/train-step';
import { createLearnerState } from '../train/learner';
import { forwardFeeds } from '../train/forward';

/** Largest allowed differences, relative to the norm of the CPU's result in float32. */
const tolerances = {
  float32: { losses: 1e-4, gradients: 1e-3 },
  // Float16 has 11 bits, and some providers also sum products in it; 8-bit products are less exact.
  mixed: { losses: 1e-2, gradients: 5e-2 },
} as const;

type CheckedPrecision = keyof typeof tolerances;

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

/** The models of the check. */
export const deviceCheckModels = {
  mlp: base,
  attention: { ...base, mlpT: false, posEncodings: 'rope' },
} as const satisfies Readonly<Record<string, ModelConfig>>;

/** What the device keeps, as in a run. */
const stateNames = [...optimiserVectors, ...carriedStates(base)];

const modelNames = {
  mlp: message('device.check.mlpModel'),
  attention: message('device.check.attentionModel'),
} as const satisfies Record<keyof typeof deviceCheckModels, Message>;

/**
 * Returns the first difference from the CPU's results; null if there is none.
 * @param precision `mixed` checks float16 products, in which devices other than the CPU compute it
 * @throws Error when the device cannot compute at all
 */
export async function findDeviceError(
  random: UniformSource,
  device: SessionOptions,
  precision: CheckedPrecision = 'float32',
): Promise<Message | null> {
  for (const name of ['mlp', 'attention'] as const) {
    const config = deviceCheckModels[name];
    const feeds = createFeeds(config, random);
    const reference = await runTrial(
      { graphs: createGraphs(config, 'float32'), feeds },
      { ...device, provider: 'cpu' },
    );
    const tested = await runTrial({ graphs: createGraphs(config, precision), feeds }, device);
    const wrong = firstDifference({ config, precision }, reference, tested);
    if (wrong) return message('device.check.difference', { model: modelNames[name], ...wrong });
  }
  return null;
}

interface Trial {
  readonly graphs: readonly Graph[];
  readonly feeds: Feeds;
}

/** A train step and an evaluation step. */
function createGraphs(config: ModelConfig, precision: CheckedPrecision): Graph[] {
  const { graph, gradient } = trainStepGraph({
    config,
    precision,
    batchSize: B,
    optimiser: { name: 'adamAtan2', beta1: 0.9, beta2: 0.95, weightDecay: 0.1 },
  });
  graph.output('gradient', gradient);
  return [graph, evalStepGraph(config, B, precision).graph];
}

function createFeeds(config: ModelConfig, random: UniformSource): Feeds {
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
  return { ...forwardFeeds(config, state, { ...state, inputs: tokens(), reset: state.halted }), ...step };
}

async function runTrial({ graphs, feeds }: Trial, options: SessionOptions): Promise<Record<string, TensorData>> {
  const outputs = [];
  const state = options.provider === 'cpu' ? [] : stateNames;
  for (const graph of graphs) {
    const session = await Session.create(graph, { ...options, state });
    outputs.push(await session.run(feeds));
    if (state.length > 0 && graph.outputs.has('next_params')) {
      const { params } = await session.read({ params: keptOutput });
      outputs.push({ next_params: params! });
    }
    await session.release();
  }
  return Object.assign({}, ...outputs) as Record<string, TensorData>;
}

type Comparison = readonly [values: Message, expected: ArrayLike<number>, actual: ArrayLike<number>, tolerance: number];

/** Values that differ, and their relative error. */
interface Difference {
  readonly values: Message;
  readonly error: string;
}

function firstDifference(
  { config, precision }: { readonly config: ModelConfig; readonly precision: CheckedPrecision },
  reference: Record<string, TensorData>,
  tested: Record<string, TensorData>,
): Difference | null {
  const layout = weightLayout(config);
  const { losses, gradients } = tolerances[precision];
  const both = (output: string) => [reference[output]!, tested[output]!] as const;
  const [gradient, testedGradient] = both('gradient');
  const compared: Comparison[] = [
    [message('device.check.losses'), ...both('exampleMetrics'), losses],
    ...layout.specs.map(({ name }): Comparison => [
      message('device.check.gradient', { name }),
      layout.values(gradient as Float32Array, name),
      layout.values(testedGradient as Float32Array, name),
      gradients,
    ]),
    [message('device.check.weights'), ...both('next_params'), gradients],
    [message('device.check.confidences'), ...both('confidence'), gradients],
  ];
  for (const [values, expected, actual, tolerance] of compared) {
    const error = relativeError(expected, actual);
    if (!(error <= tolerance)) return { values, error: error.toExponential(0) };
  }
  return null;
}

/** ‖a − b‖ / ‖a‖; ‖b‖ if a is zero. */
function relativeError(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let [norm, difference] = [0, 0];
  for (let i = 0; i < a.length; i++) {
    norm += a[i]! ** 2;
    difference += (a[i]! - b[i]!) ** 2;
  }
  return Math.sqrt(norm > 0 ? difference / norm : difference);
}
