/** Compares every supported recorded model: states, halting, losses, gradients, updates, evaluation. */
import { describe, expect, it } from 'vitest';
import type { HaltingDraws } from '../../models/train/halting';
import { forwardFeeds } from '../../models/train/forward';
import { evalStepGraph } from '../../models/evaluate/eval-step';
import { createLearnerState, Learner } from '../../models/train/learner';
import type { StepOutcome } from '../../models/train/metrics';
import { metricSums, totalLoss } from '../../models/train/metrics';
import type { TensorData } from '../../models/runtime/session';
import { Session } from '../../models/runtime/session';
import { trainStepGraph } from '../../models/train/train-step';
import { carriedStates, hasContinueTarget } from '../../models/family/config';
import { weightLayout } from '../../models/family/weights';
import { BATCH, OracleCase } from './case';
import { expectWithinNoise } from './closeness';
import { resolveUndeterminedSigns } from './first-update';
import type { OracleTensors } from './folder';
import { listFolder } from './folder';

/** The recorded models that must exist; the folder may hold more. */
const known = [
  'hrm',
  'transformers_baseline',
  'trm_att_learned',
  'trm_att_rope',
  'trm_mlp_t',
  'trm_puzzle_emb16',
  'trm_puzzle_emb_pad',
  'trm_singlez',
];
const present = listFolder('models');

for (const name of new Set([...known, ...present])) {
  const reason = present.includes(name) ? OracleCase.unsupported(name) : 'missing in the folder';
  describe(`oracle models/${name}`, () => (reason ? it.skip(reason) : runCase(name)));
}

const drawsOf = (tensors: OracleTensors, step: number): HaltingDraws => ({
  uniform: tensors.floats(`step${step}.draw.uniform`),
  minHaltSteps: tensors.ints(`step${step}.draw.min_halt_steps`),
});

const learnerFor = (oracle: OracleCase, learningRate?: number) => {
  const state = createLearnerState(oracle.state('params'), oracle.config, BATCH);
  return Learner.create({ model: oracle.config, training: oracle.learning(learningRate), state });
};

const recordedName = { zH: 'z_H', zL: 'z_L' } as const;
const localRows = 'model.inner.puzzle_emb.local_weights';

/** Compares the metric sums; losses inherit the rounding of their step's logits, so they share its noise. */
function expectMetrics(
  outcome: StepOutcome,
  expected: { total_loss: number; metrics: Record<string, number> },
  noise: number,
): void {
  const sums = metricSums(outcome);
  const { metrics } = expected;
  expect(sums.count).toBe(metrics.count);
  expect(sums.accuracy).toBeCloseTo(metrics.accuracy!, 5);
  expect(sums.exactAccuracy).toBe(metrics.exact_accuracy);
  expect(sums.qHaltAccuracy).toBe(metrics.q_halt_accuracy);
  expect(sums.steps).toBe(metrics.steps);
  expectWithinNoise('lmLoss', [sums.lmLoss], [metrics.lm_loss!], noise);
  expectWithinNoise('qHaltLoss', [sums.qHaltLoss], [metrics.q_halt_loss!], noise);
  expectWithinNoise('qContinueLoss', [sums.qContinueLoss], [metrics.q_continue_loss ?? 0], noise);
  expectWithinNoise('total loss', [totalLoss(sums)], [expected.total_loss], noise);
}

function runCase(name: string): void {
  const oracle = new OracleCase(name);
  const { config } = oracle;

  it('matches states, halting and losses over steps with frozen weights', async () => {
    const frozen = oracle.tensors('frozen_steps');
    const learner = await learnerFor(oracle, 0);
    const evalStep = evalStepGraph(config, BATCH);
    evalStep.graph.output('logits', evalStep.logits);
    const session = await Session.create(evalStep.graph);
    for (const [i, batch] of (oracle.results.frozen_steps_batch_order as string[]).entries()) {
      const step = `step${i + 1}`;
      const [states, heads] = [oracle.stateNoise('frozen_steps', i + 1), oracle.headNoise('frozen_steps', i + 1)];
      const before = learner.state;
      const outcome = await learner.step(oracle.batch(batch), drawsOf(frozen, i + 1));
      const { inputs, puzzleIdentifiers } = learner.state;
      const out = await session.run(
        forwardFeeds(config, before, { ...before, inputs, puzzleIdentifiers, reset: before.halted }),
      );
      expect(learner.state.inputs).toEqual(frozen.ints(`${step}.current.inputs`));
      expect(learner.state.labels).toEqual(frozen.ints(`${step}.current.labels`));
      expect(learner.state.puzzleIdentifiers).toEqual(frozen.ints(`${step}.current.puzzle_identifiers`));
      for (const state of carriedStates(config))
        expectWithinNoise(
          `${step} ${state}`,
          learner.state[state],
          oracle.positionMajor(frozen.floats(`${step}.${recordedName[state]}`)),
          states,
        );
      expectWithinNoise(
        `${step} logits`,
        oracle.byExample(out.logits as Float32Array),
        frozen.floats(`${step}.logits`),
        heads,
      );
      expectWithinNoise(`${step} qHalt`, outcome.exampleMetrics.qHalt, frozen.floats(`${step}.q_halt_logits`), heads);
      expectWithinNoise(
        `${step} qContinue`,
        outcome.exampleMetrics.qContinue,
        frozen.floats(`${step}.q_continue_logits`),
        heads,
      );
      if (hasContinueTarget(config))
        expectWithinNoise(
          `${step} continue target`,
          outcome.exampleMetrics.continueTarget,
          frozen.floats(`${step}.target_q_continue`),
          oracle.targetNoise(i + 1),
        );
      expect(out.answer).toEqual(frozen.ints(`${step}.preds`));
      expect([...outcome.halted]).toEqual([...frozen.get(`${step}.halted`).values]);
      expect([...outcome.steps]).toEqual([...frozen.get(`${step}.steps`).values]);
      expectMetrics(outcome, oracle.results.frozen_steps[i], heads * BATCH);
    }
    expect(learner.state.params).toEqual(oracle.state('params').params);
    expect(learner.state.puzzleTable).toEqual(oracle.state('params').puzzleTable);
  });

  it('matches the gradient of every weight in the first step', async () => {
    const { graph, gradient } = trainStepGraph({ config, optimiser: oracle.learning().optimiser, batchSize: BATCH });
    graph.output('gradient', gradient);
    const session = await Session.create(graph);
    const state = createLearnerState(oracle.state('params'), config, BATCH);
    const data = oracle.batch('b1');
    const { m, v, ema } = state;
    const lastStep = new Int32Array(BATCH).fill(+(config.haltMaxSteps === 1));
    const feeds = forwardFeeds(config, state, { ...state, ...data, reset: state.halted });
    const out = await session.run({ ...feeds, labels: data.labels, m, v, ema, lastStep, rates: new Float32Array(4) });
    const layout = weightLayout(config);
    const recorded = oracle.tensors('grads_step1');
    for (const { name: weight } of layout.specs)
      expectWithinNoise(
        weight,
        layout.values(out.gradient as Float32Array, weight),
        recorded.floats(weight),
        oracle.gradientNoise(weight),
      );
    if (config.puzzleEmbNdim > 0)
      expectWithinNoise(localRows, out.puzzleGradient!, recorded.floats(localRows), oracle.gradientNoise(localRows));
  });

  it('matches the weights and EMA after three updates', async () => {
    const frozen = oracle.tensors('frozen_steps');
    const recorded = oracle.tensors('train_steps');
    const learner = await learnerFor(oracle);
    for (const [i, batch] of (oracle.results.train_steps_batch_order as string[]).entries()) {
      const step = `step${i + 1}`;
      const heads = oracle.headNoise('train_steps', i + 1);
      const before = learner.state;
      const outcome = await learner.step(oracle.batch(batch), drawsOf(frozen, i + 1));
      if (i === 0) learner.state = resolveUndeterminedSigns(oracle, before, learner.state);
      expectWithinNoise(`${step} qHalt`, outcome.exampleMetrics.qHalt, recorded.floats(`${step}.q_halt_logits`), heads);
      expect([...outcome.halted]).toEqual([...recorded.get(`${step}.halted`).values]);
      expect([...outcome.steps]).toEqual([...recorded.get(`${step}.steps`).values]);
      expectMetrics(outcome, oracle.results.train_steps[i], heads * BATCH);
    }
    expectWeights(oracle, 'params_after3', learner.state.params);
    expectWithinNoise(
      'puzzle table',
      learner.state.puzzleTable,
      oracle.state('params_after3').puzzleTable,
      oracle.weightNoise,
    );
    expectWeights(oracle, 'ema_after3', learner.state.ema);
  });

  it('matches the outputs for the evaluation batch at every step', async () => {
    const recorded = oracle.tensors('eval');
    const { graph, logits } = evalStepGraph(config, BATCH);
    graph.output('logits', logits);
    const session = await Session.create(graph);
    const start = createLearnerState(oracle.state('params'), config, BATCH);
    let carry: Record<'zH' | 'zL', TensorData> = { zH: start.zH, zL: start.zL };
    for (let step = 1; step <= config.haltMaxSteps; step++) {
      const reset = new Uint8Array(BATCH).fill(+(step === 1));
      const out = await session.run(forwardFeeds(config, start, { ...oracle.batch('eval'), ...carry, reset }));
      carry = { zH: out.next_zH!, zL: out.next_zL! };
      const qHalt = Float32Array.from({ length: BATCH }, (_, row) => out.q![2 * row]!);
      expectWithinNoise(
        `step ${step} logits`,
        oracle.byExample(out.logits as Float32Array),
        recorded.floats(`step${step}.logits`),
        oracle.evalHeadNoise(step),
      );
      expectWithinNoise(
        `step ${step} qHalt`,
        qHalt,
        recorded.floats(`step${step}.q_halt_logits`),
        oracle.evalHeadNoise(step),
      );
      if (step === config.haltMaxSteps) expect(out.answer).toEqual(recorded.ints('final.preds'));
    }
    for (const state of carriedStates(config))
      expectWithinNoise(
        `final ${state}`,
        carry[state],
        oracle.positionMajor(recorded.floats(`final.${recordedName[state]}`)),
        oracle.evalStateNoise,
      );
  });
}

/** Compares weights or their EMA, which shares their noise; EMA files may hold only the smaller weights. */
function expectWeights(oracle: OracleCase, file: string, flat: Float32Array): void {
  const layout = weightLayout(oracle.config);
  const recorded = oracle.tensors(file);
  const compared = layout.specs.filter(({ name }) => recorded.names.includes(name));
  expect(compared.length).toBeGreaterThan(0);
  for (const { name } of compared)
    expectWithinNoise(`${file} ${name}`, layout.values(flat, name), recorded.floats(name), oracle.weightNoise);
}
