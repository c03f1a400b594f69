/** NaN and infinity in a train step: detecting them, and finding the first tensor that has them. */
import type { ModelConfig } from '../family/config';
import type { Observer } from '../family/recursions';
import { weightLayout } from '../family/weights';
import { concat, mul, reduceSum, reshape } from '../graph/build';
import type { Tensor } from '../graph/graph';
import type { Feeds } from '../runtime/session';
import { Session } from '../runtime/session';
import { message, MessageError, type Text } from '../../renderer/messages/message';
import type { TrainStepOptions } from './train-step';
import { exampleMetricNames, trainStepGraph } from './train-step';

/** A train step had non-finite results; the learner's state is the one before the step. */
export class DivergedError extends MessageError<'run.diverged'> {
  override readonly name = 'DivergedError';

  constructor(
    readonly step: number,
    /** The first non-finite tensor. */
    readonly tensor: Text,
  ) {
    super('run.diverged', { step, tensor });
  }
}

/** Whether no value is NaN or infinite. Infinity and NaN times zero are NaN: one pass without branches. */
export function allFinite(values: ArrayLike<number>): boolean {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i]! * 0;
  return sum === 0;
}

/** An intermediate tensor of the step with its name. */
type Probe = readonly [name: Text, tensor: Tensor];

/** Repeats the step on the CPU with the whole batch at once and returns the name of the first non-finite state, loss or gradient, in the order of computation. */
export async function locateNonFinite(options: TrainStepOptions, feeds: Feeds): Promise<Text> {
  const given = findNonFiniteInput(options.config, feeds);
  if (given) return given;
  const { graph, probes } = probedStep(options);
  const opened = await Session.create(graph);
  const { gradient, exampleMetrics, sums } = await opened.run(feeds);
  await opened.release();
  const state = probes.findIndex((_, i) => !Number.isFinite(sums![i]));
  if (state >= 0) return probes[state]![0];
  const batch = options.batchSize;
  const metric = exampleMetricNames.find((_, i) => !allFinite(exampleMetrics!.subarray(i * batch, (i + 1) * batch)));
  if (metric) return metric;
  const weight = nonFiniteWeight(options.config, gradient as Float32Array);
  return weight ? message('run.tensor.gradient', { weight }) : message('run.tensor.updatedWeights');
}

/** Names a non-finite input of the step; null when all inputs are finite. */
function findNonFiniteInput(config: ModelConfig, feeds: Feeds): Text | null {
  const weight = nonFiniteWeight(config, feeds.params as Float32Array);
  if (weight) return weight;
  const name = Object.keys(feeds).find((each) => !allFinite(feeds[each]!));
  return name ? message('run.tensor.input', { name }) : null;
}

function nonFiniteWeight(config: ModelConfig, flat: Float32Array): string | undefined {
  const layout = weightLayout(config);
  return layout.specs.find(({ name }) => !allFinite(layout.values(flat, name)))?.name;
}

/** The train step with two more outputs: `sums`, one number for each probe, non-finite where the probe is; and `gradient`. */
function probedStep(options: TrainStepOptions) {
  const probes: Probe[] = [];
  const observer = () => recorder(options.config, probes);
  const { graph, gradient, logits } = trainStepGraph({
    ...options,
    microBatches: [{ from: 0, to: options.batchSize }],
    observer,
  });
  probes.push([message('run.tensor.logits'), logits]);
  graph.output(
    'sums',
    concat(
      probes.map(([, tensor]) => zeroIfFinite(tensor)),
      0,
    ),
  );
  graph.output('gradient', gradient);
  return { graph, probes };
}

/** Σ 0·x, [1]: zero unless x has a non-finite value. */
const zeroIfFinite = (x: Tensor): Tensor =>
  reshape(
    reduceSum(
      mul(x, 0),
      x.shape.map((_, axis) => axis),
    ),
    [1],
  );

/** Records every state of the recursion, named by its H cycle and L update. */
function recorder({ lCycles: updates }: ModelConfig, probes: Probe[]): Observer {
  let [cycle, update] = [1, 1];
  return {
    latent: (zL) => void probes.push([message('run.tensor.latent', { cycle, update: update++, updates }), zL]),
    answer(zH) {
      probes.push([message('run.tensor.answer', { cycle }), zH]);
      [cycle, update] = [cycle + 1, 1];
    },
  };
}
