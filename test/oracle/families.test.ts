/**
 * Compares the families that the reference does not have with an independent implementation in PyTorch, recorded by
 * `test/bench/record_families.py`: states, heads, losses and halting of three train steps, the gradient of every weight, and
 * weights, moments and EMA after three updates. `FAMILY_CASES` names another folder of recordings, e.g. of models as large as the
 * presets'.
 */
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { mixerOf } from '../../models/family/config';
import { weightLayout } from '../../models/family/weights';
import { haltInTraining, minimumSteps } from '../../models/train/halting';
import { OracleCase } from './case';
import { resolveUndeterminedSigns } from './first-update';
import { listFolder } from './folder';
import { createLearner, expectFirstGradient, expectWeights, forwardOutputs, RecordedSteps } from './recorded-steps';

const folder = resolve(process.env['FAMILY_CASES'] ?? 'test/fixtures/families');
const cases = listFolder(folder)
  .filter((name) => !name.includes('.'))
  .map((name) => new OracleCase(name, folder));

it('has recordings of each model with the cycles of the preset and with a curriculum', () => {
  const kinds = cases.map((oracle) => {
    const isStaged = oracle.learning().curriculum!.some(({ lCycles }) => lCycles !== oracle.config.lCycles);
    return `${oracle.config.family}, ${mixerOf(oracle.config)}, ${isStaged ? 'curriculum' : 'preset'}`;
  });
  const models = [
    'axial, axial',
    'convolutional, convolution',
    'lineSum, lineSums',
    'symbolEquivariant, convolution',
    'symbolEquivariant, mlp',
  ];
  expect(kinds.sort()).toEqual(models.flatMap((model) => [`${model}, curriculum`, `${model}, preset`]));
});

it.skipIf(process.env['FAMILY_CASES'])(
  'has recordings of gradients that are clipped and of others that are not',
  () => {
    const clipped = cases.flatMap((oracle) => {
      const { maxGradientNorm } = oracle.learning().optimiser;
      const norms = oracle.results.train_steps.map((step: { gradient_norm: number }) => step.gradient_norm);
      return maxGradientNorm ? [norms.map((norm: number) => norm > maxGradientNorm)] : [];
    });
    expect(clipped).toEqual([
      [false, true, true],
      [true, true, true],
    ]);
  },
);

describe.skipIf(process.env['FAMILY_CASES'])('with one exploration draw for each example', () => {
  const explored = cases.filter(({ config }) => config.haltExploration === 'perExample');

  it('has recordings of examples that halt earlier and later than with a draw for each step', () => {
    const differences = explored.flatMap((oracle) => {
      const recorded = new RecordedSteps(oracle, 'train_steps');
      return recorded.batches.flatMap(({ step }) => {
        const halted = haltedWithDrawForEachStep(oracle, recorded, step);
        return [...recorded.halted(step)].map((own, i) => own - halted[i]!);
      });
    });
    expect([...new Set(differences)].sort()).toEqual([-1, 0, 1]);
  });

  it('has recordings of new examples that start from a previous state, and of others that do not', () => {
    const starts = explored.flatMap((oracle) => {
      const recorded = new RecordedSteps(oracle, 'train_steps');
      return recorded.batches.slice(1).flatMap(({ step }) => {
        const isNew = recorded.halted(step - 1);
        return [...recorded.draws(step).startsFromPrevious!].filter((_, i) => isNew[i]);
      });
    });
    expect([...new Set(starts)].sort()).toEqual([0, 1]);
  });
});

/** 1 where an example would halt after a recorded step if exploration were drawn at every step, [B]. */
function haltedWithDrawForEachStep({ config }: OracleCase, recorded: RecordedSteps, step: number): Uint8Array {
  const steps = recorded.tensors.ints(`step${step}.steps`);
  const none = { minSteps: new Int32Array(steps.length), halted: new Uint8Array(steps.length) };
  const minSteps = minimumSteps(none, recorded.draws(step), { ...config, haltExploration: 'perStep' });
  const qHalt = recorded.floats(step, 'q_halt_logits');
  return haltInTraining({ steps, minSteps, qHalt, qContinue: recorded.floats(step, 'q_continue_logits') }, config);
}

for (const oracle of cases) describe(oracle.name, () => testCase(oracle));

function testCase(oracle: OracleCase): void {
  it('has a recorded value for every weight', () => {
    const weights = weightLayout(oracle.config).specs.map(({ name }) => name);
    for (const file of ['grads_step1', 'params_after3', 'ema_after3', 'm_after3', 'v_after3'])
      expect(oracle.tensors(file).names).toEqual(expect.arrayContaining(weights));
  });

  it('matches the gradient of every weight in the first step', () => expectFirstGradient(oracle));

  it('matches states, heads, losses, halting and three updates', async () => {
    const [learner, recorded] = [await createLearner(oracle), new RecordedSteps(oracle, 'train_steps')];
    for (const { step, batch } of recorded.batches) {
      const before = learner.state;
      const draws = recorded.draws(step);
      const outcome = await learner.step(batch, draws);
      recorded.expectStates(step, learner.state);
      const outputs = await forwardOutputs(oracle, { before, after: learner.state, draws });
      recorded.expectLogits(step, outputs['logits']!);
      recorded.expectHalting(step, outcome);
      recorded.expectLosses(step, outcome);
      recorded.expectGradientNorm(step, outcome);
      if (step === 1) learner.state = resolveUndeterminedSigns(oracle, before, learner.state);
    }
    const { params, ema, m, v } = learner.state;
    for (const [name, flat] of Object.entries({ params, ema, m, v }))
      expectWeights(oracle, `${name}_after3`, flat, oracle.largestNoise(`${name}_after3`));
    await learner.release();
  });
}
