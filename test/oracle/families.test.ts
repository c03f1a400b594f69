/**
 * Compares the families that the reference does not have, the symbol-equivariant and the convolutional TRM, with an independent
 * implementation in PyTorch, recorded by `test/bench/record_families.py`: states, heads, losses and halting of three train
 * steps, the gradient of every weight, and weights, moments and EMA after three updates. `FAMILY_CASES` names another folder of
 * recordings, e.g. of models as large as the presets'.
 */
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { carriedStates, countSymbolVectors, hasSymbolVectors } from '../../models/family/config';
import { weightLayout } from '../../models/family/weights';
import { evalStepGraph } from '../../models/evaluate/eval-step';
import { Session } from '../../models/runtime/session';
import { modelAtStep } from '../../models/train/curriculum';
import { forwardFeeds } from '../../models/train/forward';
import { createLearnerState, Learner, type LearnerState } from '../../models/train/learner';
import { metricSums, totalLoss } from '../../models/train/metrics';
import { trainStepGraph } from '../../models/train/train-step';
import { BATCH, OracleCase } from './case';
import { expectWithinNoise } from './closeness';
import { resolveUndeterminedSigns } from './first-update';
import { listFolder } from './folder';

const folder = resolve(process.env['FAMILY_CASES'] ?? 'test/fixtures/families');
const names = listFolder(folder).filter((name) => !name.includes('.'));
const recordedName = { zH: 'z_H', zL: 'z_L' } as const;

it('has recordings of both families with the cycles of the preset and with a curriculum', () => {
  expect(names).toHaveLength(4);
});

for (const name of names) describe(name, () => runCase(new OracleCase(name, folder)));

function runCase(oracle: OracleCase): void {
  const { config } = oracle;
  const training = oracle.learning();
  const recorded = oracle.tensors('train_steps');
  const firstStage = modelAtStep(config, training.curriculum ?? [], 0);
  const start = () => createLearnerState(oracle.state('params'), config, BATCH);

  it('matches the gradient of every weight in the first step', async () => {
    const { graph, gradient } = trainStepGraph({ config: firstStage, optimiser: training.optimiser, batchSize: BATCH });
    graph.output('gradient', gradient);
    const session = await Session.create(graph);
    const state = start();
    const { m, v, ema } = state;
    const data = oracle.batch('b1');
    const feeds = forwardFeeds(config, state, { ...state, ...data, reset: state.halted });
    const out = await session.run({ ...feeds, labels: data.labels, m, v, ema, rates: new Float32Array(4) });
    const expected = oracle.tensors('grads_step1');
    const layout = weightLayout(config);
    expect(expected.names.length).toBe(layout.specs.length);
    for (const { name: weight } of layout.specs)
      expectWithinNoise(
        weight,
        layout.values(out['gradient'] as Float32Array, weight),
        expected.floats(weight),
        oracle.gradientNoise(weight),
      );
  });

  it('matches states, heads, losses, halting and three updates', async () => {
    const learner = await Learner.create({ model: config, training, state: start() });
    for (let step = 1; step <= 3; step++) {
      const before = learner.state;
      const expected = (quantity: string) => recorded.floats(`step${step}.${quantity}`);
      const outcome = await learner.step(oracle.batch(`b${step}`), {
        uniform: expected('draw.uniform'),
        minHaltSteps: recorded.ints(`step${step}.draw.min_halt_steps`),
      });
      expectWithinNoise(
        `step ${step} logits`,
        await symbolLogits(oracle, before, learner.state),
        expected('logits'),
        oracle.headNoise('train_steps', step),
      );
      const { qHalt, qContinue } = outcome.exampleMetrics;
      expectWithinNoise(`step ${step} qHalt`, qHalt, expected('q_halt_logits'), oracle.headNoise('train_steps', step));
      expectWithinNoise(
        `step ${step} qContinue`,
        qContinue,
        expected('q_continue_logits'),
        oracle.headNoise('train_steps', step),
      );
      for (const state of carriedStates(config))
        expectWithinNoise(
          `step ${step} ${state}`,
          learner.state[state],
          oracle.positionMajor(expected(recordedName[state])),
          oracle.stateNoise('train_steps', step),
        );
      expect([...outcome.halted]).toEqual([...recorded.get(`step${step}.halted`).values]);
      expect([...outcome.steps]).toEqual([...recorded.get(`step${step}.steps`).values]);
      const sums = metricSums(outcome);
      const losses = oracle.results.train_steps[step - 1];
      const lossNoise = oracle.headNoise('train_steps', step) * BATCH;
      expectWithinNoise('lmLoss', [sums.lmLoss], [losses.lm_loss], lossNoise);
      expectWithinNoise('qHaltLoss', [sums.qHaltLoss], [losses.q_halt_loss], lossNoise);
      expectWithinNoise('total loss', [totalLoss(sums)], [losses.total_loss], lossNoise);
      if (step === 1) learner.state = resolveUndeterminedSigns(oracle, before, learner.state);
    }
    const { params, ema, m, v } = learner.state;
    for (const [file, flat] of Object.entries({ params, ema, m, v })) expectWeights(oracle, `${file}_after3`, flat);
    await learner.release();
  });
}

/** Logits of a train step, as recorded: [B, S, V], or of the symbols only, [B, S, K]. */
async function symbolLogits(oracle: OracleCase, before: LearnerState, after: LearnerState): Promise<Float32Array> {
  const { config } = oracle;
  const stage = modelAtStep(config, oracle.learning().curriculum ?? [], before.updates);
  const { graph, logits } = evalStepGraph(stage, BATCH);
  graph.output('logits', logits);
  const session = await Session.create(graph);
  const { inputs, puzzleIdentifiers } = after;
  const feeds = forwardFeeds(config, before, { ...before, inputs, puzzleIdentifiers, reset: before.halted });
  const { logits: values } = await session.run(feeds);
  await session.release();
  const all = oracle.byExample(values as Float32Array);
  if (!hasSymbolVectors(config)) return all;
  const first = config.vocabSize - countSymbolVectors(config);
  return all.filter((_, i) => i % config.vocabSize >= first);
}

function expectWeights(oracle: OracleCase, file: string, flat: Float32Array): void {
  const layout = weightLayout(oracle.config);
  const recorded = oracle.tensors(file);
  for (const { name } of layout.specs)
    expectWithinNoise(`${file} ${name}`, layout.values(flat, name), recorded.floats(name), oracle.largestNoise(file));
}
