/** Every recorded model that the lab can run: states, halting, losses, gradients, updates, evaluation. */
import { describe, expect, it } from 'vitest';
import type { HaltingDraws } from '../../models/halting';
import { answerStepGraph } from '../../models/training/answer-step';
import { freshLearnerState, Learner } from '../../models/training/learner';
import type { StepOutcome } from '../../models/training/metrics';
import { metricSums, totalLoss } from '../../models/training/metrics';
import { Session } from '../../models/training/session';
import { trainStepGraph } from '../../models/training/train-step';
import { trmLayout } from '../../models/trm/weights';
import { BATCH, OracleCase } from './case';
import { expectWithinNoise } from './closeness';
import type { OracleTensors } from './folder';
import { listFolder } from './folder';

/** The recorded models there should be; a folder may hold others beside them. */
const known = [
  'hrm', 'transformers_baseline', 'trm_att_learned', 'trm_att_rope', 'trm_mlp_t', 'trm_puzzle_emb16', 'trm_puzzle_emb_pad', 'trm_singlez',
];
const present = listFolder('models');

for (const name of new Set([...known, ...present])) {
  const reason = present.includes(name) ? OracleCase.unsupported(name) : 'absent from the folder';
  describe(`oracle models/${name}`, () => (reason ? it.skip(reason) : runCase(name)));
}

const drawsOf = (tensors: OracleTensors, step: number): HaltingDraws => ({
  uniform: tensors.floats(`step${step}.draw.uniform`),
  minHaltSteps: tensors.ints(`step${step}.draw.min_halt_steps`),
});

const learnerFor = (oracle: OracleCase, learningRate?: number) => {
  const state = freshLearnerState(oracle.state('params'), oracle.config, BATCH);
  return Learner.create({ model: oracle.config, learning: oracle.learning(learningRate), state });
};

/** The recorded sums; losses carry the rounding of their step's logits, so they share its noise. */
function expectMetrics(outcome: StepOutcome, expected: { total_loss: number; metrics: Record<string, number> }, noise: number): void {
  const sums = metricSums(outcome);
  const { metrics } = expected;
  expect(sums.count).toBe(metrics.count);
  expect(sums.accuracy).toBeCloseTo(metrics.accuracy, 5);
  expect(sums.exactAccuracy).toBe(metrics.exact_accuracy);
  expect(sums.qHaltAccuracy).toBe(metrics.q_halt_accuracy);
  expect(sums.steps).toBe(metrics.steps);
  expectWithinNoise('lmLoss', [sums.lmLoss], [metrics.lm_loss], noise);
  expectWithinNoise('qHaltLoss', [sums.qHaltLoss], [metrics.q_halt_loss], noise);
  expectWithinNoise('total loss', [totalLoss(sums)], [expected.total_loss], noise);
}

function runCase(name: string): void {
  const oracle = new OracleCase(name);
  const { config } = oracle;

  it('carries states, halts and loses as recorded over the frozen steps', async () => {
    const frozen = oracle.tensors('frozen_steps');
    const learner = await learnerFor(oracle, 0);
    const answer = answerStepGraph(config, BATCH);
    answer.graph.output('logits', answer.logits);
    const answering = await Session.create(answer.graph);
    for (const [i, batch] of (oracle.results.frozen_steps_batch_order as string[]).entries()) {
      const step = `step${i + 1}`;
      const [states, heads] = [oracle.stateNoise('frozen_steps', i + 1), oracle.headNoise('frozen_steps', i + 1)];
      const before = learner.state;
      const outcome = await learner.step(oracle.batch(batch), drawsOf(frozen, i + 1));
      const { params, hInit, lInit, zH, zL } = before;
      const { inputs } = learner.state;
      const out = await answering.run({ params, hInit, lInit, zH, zL, inputs, reset: Int32Array.from(before.halted) });
      expect(learner.state.inputs).toEqual(frozen.ints(`${step}.current.inputs`));
      expect(learner.state.labels).toEqual(frozen.ints(`${step}.current.labels`));
      expectWithinNoise(`${step} zH`, learner.state.zH, oracle.positionMajor(frozen.floats(`${step}.z_H`)), states);
      expectWithinNoise(`${step} zL`, learner.state.zL, oracle.positionMajor(frozen.floats(`${step}.z_L`)), states);
      expectWithinNoise(`${step} logits`, oracle.byExample(out.logits as Float32Array), frozen.floats(`${step}.logits`), heads);
      expectWithinNoise(`${step} qHalt`, outcome.rows.qHalt, frozen.floats(`${step}.q_halt_logits`), heads);
      expectWithinNoise(`${step} qContinue`, outcome.rows.qContinue, frozen.floats(`${step}.q_continue_logits`), heads);
      expect(out.answer).toEqual(frozen.ints(`${step}.preds`));
      expect([...outcome.halted]).toEqual([...frozen.get(`${step}.halted`).values]);
      expect([...outcome.steps]).toEqual([...frozen.get(`${step}.steps`).values]);
      expectMetrics(outcome, oracle.results.frozen_steps[i], heads * BATCH);
    }
    expect(learner.state.params).toEqual(oracle.state('params').params);
  });

  it('gives the recorded gradient of every weight in the first step', async () => {
    const { graph, gradient } = trainStepGraph({ config, optimiser: oracle.learning().optimiser, batchSize: BATCH });
    graph.output('gradient', gradient);
    const session = await Session.create(graph);
    const { params, m, v, ema, hInit, lInit, zH, zL } = freshLearnerState(oracle.state('params'), config, BATCH);
    const out = await session.run({ params, m, v, ema, hInit, lInit, zH, zL, ...oracle.batch('b1'), reset: new Int32Array(BATCH).fill(1), rates: new Float32Array(4) });
    const layout = trmLayout(config);
    const recorded = oracle.tensors('grads_step1');
    for (const { name: weight } of layout.specs)
      expectWithinNoise(weight, layout.values(out.gradient as Float32Array, weight), recorded.floats(weight), oracle.gradientNoise(weight));
  });

  it('has the recorded weights and averages after three updates', async () => {
    const frozen = oracle.tensors('frozen_steps');
    const recorded = oracle.tensors('train_steps');
    const learner = await learnerFor(oracle);
    for (const [i, batch] of (oracle.results.train_steps_batch_order as string[]).entries()) {
      const step = `step${i + 1}`;
      const heads = oracle.headNoise('train_steps', i + 1);
      const outcome = await learner.step(oracle.batch(batch), drawsOf(frozen, i + 1));
      expectWithinNoise(`${step} qHalt`, outcome.rows.qHalt, recorded.floats(`${step}.q_halt_logits`), heads);
      expect([...outcome.halted]).toEqual([...recorded.get(`${step}.halted`).values]);
      expect([...outcome.steps]).toEqual([...recorded.get(`${step}.steps`).values]);
      expectMetrics(outcome, oracle.results.train_steps[i], heads * BATCH);
    }
    expectWeights(oracle, 'params_after3', learner.state.params);
    expectWeights(oracle, 'ema_after3', learner.state.ema);
  });

  it('answers the evaluation batch as recorded at every step', async () => {
    const recorded = oracle.tensors('eval');
    const { graph, logits } = answerStepGraph(config, BATCH);
    graph.output('logits', logits);
    const session = await Session.create(graph);
    const { params, hInit, lInit, ...fresh } = freshLearnerState(oracle.state('params'), config, BATCH);
    let { zH, zL } = fresh;
    const { inputs } = oracle.batch('eval');
    for (let step = 1; step <= config.haltMaxSteps; step++) {
      const out = await session.run({ params, hInit, lInit, zH, zL, inputs, reset: new Int32Array(BATCH).fill(step === 1 ? 1 : 0) });
      [zH, zL] = [out.next_zH as Float32Array, out.next_zL as Float32Array];
      const qHalt = Float32Array.from({ length: BATCH }, (_, row) => out.q[2 * row]);
      expectWithinNoise(`step ${step} logits`, oracle.byExample(out.logits as Float32Array), recorded.floats(`step${step}.logits`), oracle.evalHeadNoise(step));
      expectWithinNoise(`step ${step} qHalt`, qHalt, recorded.floats(`step${step}.q_halt_logits`), oracle.evalHeadNoise(step));
      if (step === config.haltMaxSteps) expect(out.answer).toEqual(recorded.ints('final.preds'));
    }
    expectWithinNoise('final zH', zH, oracle.positionMajor(recorded.floats('final.z_H')), oracle.evalStateNoise);
    expectWithinNoise('final zL', zL, oracle.positionMajor(recorded.floats('final.z_L')), oracle.evalStateNoise);
  });
}

/** EMA files may hold only the smaller weights. The average is of the weights, so it shares their noise. */
function expectWeights(oracle: OracleCase, file: string, flat: Float32Array): void {
  const layout = trmLayout(oracle.config);
  const recorded = oracle.tensors(file);
  const compared = layout.specs.filter(({ name }) => recorded.names.includes(name));
  expect(compared.length).toBeGreaterThan(0);
  for (const { name } of compared)
    expectWithinNoise(`${file} ${name}`, layout.values(flat, name), recorded.floats(name), oracle.weightNoise);
}
