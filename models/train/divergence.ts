/** NaN and infinity in a train step: how they are noticed, and which tensor had the first of them. */
import type { ModelConfig } from '../family/config';
import type { Observer } from '../family/recursions';
import { weightLayout } from '../family/weights';
import { concat, mul, reduceSum, reshape } from '../graph/build';
import type { Tensor } from '../graph/graph';
import type { Feeds, SessionOptions } from '../runtime/session';
import { Session } from '../runtime/session';
import type { TrainStepOptions } from './train-step';
import { resultRows, trainStepGraph } from './train-step';

/** A train step gave numbers that are not finite; the learner is as it was before. */
export class DivergedError extends Error {
  override readonly name = 'DivergedError';

  constructor(
    readonly step: number,
    /** The tensor with the first of them, for people. */
    readonly tensor: string,
  ) {
    super(`the numbers are no longer finite at step ${step}, first in ${tensor}; a smaller learning rate may help`);
  }
}

/** Infinity and NaN times zero are NaN: one pass without branches. */
export function allFinite(values: ArrayLike<number>): boolean {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i]! * 0;
  return sum === 0;
}

/** A tensor on its way through the step, by the name it goes by. */
type Probe = readonly [name: string, tensor: Tensor];

/** Makes the step again, the whole batch at once, and looks at every state, loss and gradient in the order of their computing. */
export async function firstNonFinite(
  options: TrainStepOptions,
  feeds: Feeds,
  session: SessionOptions,
): Promise<string> {
  const given = givenNonFinite(options.config, feeds);
  if (given) return given;
  const { graph, probes } = probedStep(options);
  const opened = await Session.create(graph, session);
  const { gradient, rows, sums } = await opened.run(feeds);
  await opened.release();
  const state = probes.findIndex((_, i) => !Number.isFinite(sums![i]));
  if (state >= 0) return probes[state]![0];
  const batch = options.batchSize;
  const row = resultRows.find((_, i) => !allFinite(rows!.subarray(i * batch, (i + 1) * batch)));
  if (row) return row;
  const weight = nonFiniteWeight(options.config, gradient as Float32Array);
  return weight ? `the gradient of ${weight}` : 'the weights after the update';
}

/** What was bad before the step began. */
function givenNonFinite(config: ModelConfig, feeds: Feeds): string | null {
  const weight = nonFiniteWeight(config, feeds.params as Float32Array);
  if (weight) return weight;
  const name = Object.keys(feeds).find((each) => !allFinite(feeds[each]!));
  return name ? `${name} before the step` : null;
}

function nonFiniteWeight(config: ModelConfig, flat: Float32Array): string | undefined {
  const layout = weightLayout(config);
  return layout.specs.find(({ name }) => !allFinite(layout.values(flat, name)))?.name;
}

/** The train step with three outputs more: `sums`, one number a probe, not finite where the probe is not; `gradient`; `rows`. */
function probedStep(options: TrainStepOptions) {
  const probes: Probe[] = [];
  const observer = () => recorder(options.config, probes);
  const { graph, gradient, logits } = trainStepGraph({
    ...options,
    microBatches: [{ from: 0, to: options.batchSize }],
    observer,
  });
  probes.push(['the logits', logits]);
  graph.output(
    'sums',
    concat(
      probes.map(([, tensor]) => nothingOf(tensor)),
      0,
    ),
  );
  graph.output('gradient', gradient);
  return { graph, probes };
}

/** Σ 0·x: zero unless something in x is not finite; [1]. */
const nothingOf = (x: Tensor): Tensor =>
  reshape(
    reduceSum(
      mul(x, 0),
      x.shape.map((_, axis) => axis),
    ),
    [1],
  );

/** Names every state by where in the recursion it was computed. */
function recorder({ lCycles }: ModelConfig, probes: Probe[]): Observer {
  let [cycle, update] = [1, 1];
  return {
    latent: (zL) => void probes.push([`zL after H cycle ${cycle}, L update ${update++} of ${lCycles}`, zL]),
    answer(state) {
      probes.push([`the answer's state after H cycle ${cycle}`, state]);
      [cycle, update] = [cycle + 1, 1];
    },
  };
}
