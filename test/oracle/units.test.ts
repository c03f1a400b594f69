import { expect, it } from 'vitest';
import { Graph } from '../../models/graph/graph';
import type { Tensor } from '../../models/graph/graph';
import * as b from '../../models/graph/build';
import { backward } from '../../models/graph/backward';
import type { LossName } from '../../models/train/loss';
import { crossEntropy } from '../../models/train/loss';
import {
  attentionResidual,
  attentionSpecs,
  rotaryTables,
  swigluInnerWidth,
  swigluResidual,
  swigluSpecs,
} from '../../models/nn/layers';
import { ParameterLayout, truncatedNormal, UNIFORM_BOUND, Weights } from '../../models/nn/parameters';
import type { ParameterSpec } from '../../models/nn/parameters';
import { emaUpdate, learningRateAt, optimiserRates, signSgd, optimiserUpdate } from '../../models/optim/optimiser';
import { gatherRows } from '../../models/train/forward';
import type { Feeds } from '../../models/runtime/session';
import { Session } from '../../models/runtime/session';
import { largest, largestDifference } from './closeness';
import { describeOracle, OracleTensors, readJson } from './folder';

/** Float32 rounding of sums over some dozens of terms; units record no noise of their own. */
const ROUNDING = 1e-6;

function expectClose(actual: ArrayLike<number>, expected: ArrayLike<number>, relative = ROUNDING): void {
  expect(largestDifference(actual, expected)).toBeLessThanOrEqual(relative * Math.max(1, largest(expected)));
}

async function compute(build: (graph: Graph) => Record<string, Tensor>, feeds: Feeds = {}) {
  const graph = new Graph();
  for (const [name, tensor] of Object.entries(build(graph))) graph.output(name, tensor);
  const session = await Session.create(graph);
  return session.run(feeds);
}

const constant = (graph: Graph, tensor: { shape: readonly number[]; values: ArrayLike<number> }) =>
  graph.constant(Float32Array.from(tensor.values), tensor.shape);

describeOracle(['units', 'lr_schedule.json'], () => {
  it('matches the reference learning rate at every recorded step', () => {
    for (const { base_lr, warmup, total, min_ratio, steps, lr } of readJson('units', 'lr_schedule.json').settings) {
      const config = { learningRate: base_lr, warmupSteps: warmup, totalSteps: total, minRatio: min_ratio };
      steps.forEach((step: number, i: number) => expect(learningRateAt(step, config)).toBeCloseTo(lr[i], 15));
    }
  });
});

describeOracle(['units', 'swiglu_inner_sizes.json'], () => {
  it('rounds inner widths like the reference, including ties', () => {
    for (const { hidden, expansion, inner } of readJson('units', 'swiglu_inner_sizes.json').rows)
      expect(swigluInnerWidth(hidden, { expansion, multiple: 256 }), `${hidden}×${expansion}`).toBe(inner);
  });
});

describeOracle(['units', 'trunc_normal.json'], () => {
  it('maps uniform draws to the reference weights', () => {
    for (const { std, uniform, weights, uniform_high } of readJson('units', 'trunc_normal.json').rows) {
      expect(uniform_high).toBeCloseTo(UNIFORM_BOUND, 12);
      expectClose(
        uniform.map((draw: number) => truncatedNormal(draw, std) / std),
        weights.map((weight: number) => weight / std),
        2e-6,
      );
    }
  });
});

describeOracle(['units', 'losses.safetensors'], () => {
  const load = () => new OracleTensors('units', 'losses.safetensors');

  async function lossAndGradient(name: LossName) {
    const oracle = load();
    const { shape } = oracle.get('logits');
    const cells = shape[0]! * shape[1]!;
    return compute((graph) => {
      const logits = graph.constant(oracle.floats('logits'), [cells, shape[2]!]);
      const loss = crossEntropy(name, logits, graph.constant(oracle.ints('labels'), [cells]));
      const [gradient] = backward(b.reshape(b.reduceSum(loss, [0]), []), [logits]);
      if (!gradient) throw new Error('the loss does not depend on the logits');
      return { loss, gradient };
    });
  }

  // The reference computes stablemax in float64; float32 must stay within 1e-5 of it.
  it.each(['stablemax', 'softmax'] as const)(
    'matches the reference %s cross entropy and its gradient, including extreme logits',
    async (name) => {
      const out = await lossAndGradient(name);
      expectClose(out.loss!, load().get(`${name}_ce`).values, 1e-5);
      expectClose(out.gradient!, load().get(`${name}_ce_grad`).values, 1e-5);
    },
  );
});

describeOracle(['units', 'layers.safetensors'], () => {
  const load = () => new OracleTensors('units', 'layers.safetensors');

  it.each([
    [1e-5, 'rms.output'],
    [1e-6, 'rms.output_eps1e-6'],
  ])('matches RMS norm with epsilon %s, including zero and huge rows', async (epsilon, name) => {
    const oracle = load();
    const out = await compute((graph) => ({ y: b.rmsNorm(constant(graph, oracle.get('rms.input')), 2, epsilon) }));
    expectClose(out.y!, oracle.floats(name));
  });

  it('matches the reference rotary tables', async () => {
    const oracle = load();
    const [positions, headDim] = oracle.get('rope.cos').shape;
    const out = await compute((graph) => {
      const { cos, sin } = rotaryTables(graph, { positions: positions!, headDim: headDim!, base: 10000 });
      return { cos: b.add(cos, 0), sin: b.add(sin, 0) };
    });
    expectClose(out.cos!, oracle.floats('rope.cos'));
    expectClose(out.sin!, oracle.floats('rope.sin'));
  });

  /** Weights of one layer as a flat constant, in layout order. */
  const weightsOf = (graph: Graph, specs: readonly ParameterSpec[], oracle: OracleTensors) =>
    new Weights(
      graph.constant(Float32Array.from(specs.flatMap(({ name }) => [...oracle.floats(name)])), [
        new ParameterLayout(specs).size,
      ]),
      new ParameterLayout(specs),
    );

  it('matches the gated MLP', async () => {
    const oracle = load();
    const [batch, positions, width] = oracle.get('swiglu.output').shape;
    const inner = oracle.get('swiglu.down_proj.weight').shape[1]!;
    const out = await compute((graph) => {
      const x = graph.constant(oracle.floats('att.input'), [batch! * positions!, width!]);
      const weights = weightsOf(graph, swigluSpecs('swiglu', { width: width!, inner }), oracle);
      return { y: b.sub(swigluResidual(x, weights, { name: 'swiglu', inner, along: 'channels' }), x) };
    });
    expectClose(out.y!, oracle.floats('swiglu.output'), 2e-6);
  });

  it.each([
    [true, 'att.output_rope'],
    [false, 'att.output_norope'],
  ])('matches attention (rotary positions: %s)', async (withRotary, name) => {
    const oracle = load();
    const [batch, positions, hiddenSize] = oracle.get('att.input').shape;
    const headDim = oracle.get('rope.cos').shape[1]!;
    const numHeads = hiddenSize! / headDim;
    const out = await compute((graph) => {
      const x = b.transpose(constant(graph, oracle.get('att.input')), [1, 0, 2]);
      const rows = b.reshape(x, [positions! * batch!, hiddenSize!]);
      const weights = weightsOf(graph, attentionSpecs('att', { hiddenSize: hiddenSize!, numHeads }), oracle);
      const rotary = withRotary ? rotaryTables(graph, { positions: positions!, headDim, base: 10000 }) : null;
      const y = b.sub(
        attentionResidual(rows, weights, { name: 'att', positions: positions!, numHeads, headDim, rotary }),
        rows,
      );
      return { y: b.transpose(b.reshape(y, [positions!, batch!, hiddenSize!]), [1, 0, 2]) };
    });
    expectClose(out.y!, oracle.floats(name), 2e-6);
  });
});

describeOracle(['units', 'adam_atan2.safetensors'], () => {
  it('matches the published AdamATan2 updates, including zero gradients', async () => {
    const oracle = new OracleTensors('units', 'adam_atan2.safetensors');
    const { betas, cases } = readJson('units', 'adam_atan2.json');
    for (const { case: number, weight_decay, lr } of cases) {
      const config = { name: 'adamAtan2', beta1: betas[0], beta2: betas[1], weightDecay: weight_decay } as const;
      const params = oracle.floats(`case${number}.param0`);
      let state = { params, m: new Float32Array(params.length), v: new Float32Array(params.length) };
      for (const [i, learningRate] of lr.entries()) {
        const step = `case${number}.step${i + 1}`;
        const size = state.params.length;
        const out = await compute(
          (graph) => {
            const vector = (name: string) => graph.input(name, [size]);
            const at = optimiserRates(config, { learningRate, t: i + 1 });
            const scalar = (value: number) => graph.constant(new Float32Array([value]), []);
            const rates = {
              decay: scalar(at.decay),
              stepSize: scalar(at.stepSize),
              rootCorrection: scalar(at.rootCorrection),
            };
            const before = { params: vector('params0'), m: vector('m0'), v: vector('v0') };
            return { ...optimiserUpdate(config, before, graph.constant(oracle.floats(`${step}.grad`), [size]), rates) };
          },
          { params0: state.params, m0: state.m, v0: state.v },
        );
        state = out as typeof state;
        expectClose(state.m, oracle.floats(`${step}.exp_avg`));
        expectClose(state.v, oracle.floats(`${step}.exp_avg_sq`));
        expectClose(state.params, oracle.floats(`case${number}.package.step${i + 1}.param`), 2e-7);
      }
    }
  });
});

describeOracle(['units', 'ema.safetensors'], () => {
  it('matches the reference EMA updates', async () => {
    const oracle = new OracleTensors('units', 'ema.safetensors');
    const keep = oracle.get('mu').values[0]!;
    for (const weight of ['weight', 'bias'])
      for (const step of [1, 2, 3]) {
        const before = step === 1 ? `p0.${weight}` : `ema${step - 1}.${weight}`;
        const out = await compute((graph) => ({
          ema: emaUpdate(
            constant(graph, oracle.get(before)),
            constant(graph, oracle.get(`p${step}.${weight}`)),
            graph.constant(new Float32Array([keep]), []),
          ),
        }));
        expectClose(out.ema!, oracle.floats(`ema${step}.${weight}`));
      }
  });
});

describeOracle(['units', 'sign_sgd.safetensors'], () => {
  it('matches the reference row updates, including repeated and cancelling rows', () => {
    const oracle = new OracleTensors('units', 'sign_sgd.safetensors');
    let table: Float32Array = oracle.floats('table0');
    for (const [i, { lr, weight_decay }] of readJson('units', 'sign_sgd.json').steps.entries()) {
      const step = `step${i + 1}`;
      const identifiers = oracle.ints(`${step}.ids`);
      expect(gatherRows(table, identifiers, oracle.get('table0').shape[1]!)).toEqual(oracle.floats(`${step}.gathered`));
      table = signSgd(
        table,
        { identifiers, gradient: oracle.floats(`${step}.row_grads`) },
        { learningRate: lr, weightDecay: weight_decay },
      );
      expect(table).toEqual(oracle.floats(`${step}.table`));
    }
  });
});
