import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { requests } from '../../../../../electron/contract/contract';
import type { RunSetupValues } from '../../../../../renderer/features/train/setup/run-setup.svelte';
import {
  createRequest,
  defaultValues,
  findProblem,
  isAdvanced,
  parseValues,
  presetFor,
  RunSetup,
  valuesFromRequest,
} from '../../../../../renderer/features/train/setup/run-setup.svelte';
import { findFieldProblems, MAX_BATCH_SIZE } from '../../../../../renderer/features/train/setup/field-problems';
import { message } from '../../../../../renderer/messages/message';
import { t } from '../../../../../renderer/messages/language.svelte';
import { CatalogStore } from '../../../../../renderer/app/catalog-store.svelte';
import { cannedLab, settled } from '../../../canned-lab';
import { preset } from '../../../examples';

const valid: RunSetupValues = { ...defaultValues, dataset: 'sudoku-4x4', preset: 'classroom' };

describe('the values of the run setup', () => {
  test('become a request without the empty values', () => {
    expect(createRequest(valid)).toEqual({ dataset: 'sudoku-4x4', preset: 'classroom', seed: 1, maxSeconds: 180 });
    expect(
      createRequest({
        ...valid,
        name: ' Mine ',
        batchSize: 32,
        precision: 'mixed',
        from: 'm',
        trainable: 'puzzleEmbeddings',
      }),
    ).toMatchObject({ name: 'Mine', batchSize: 32, precision: 'mixed', from: 'm', trainable: 'puzzleEmbeddings' });
  });

  test('keep the state of the optimizer only where that is chosen, for a model', () => {
    const from = { ...valid, from: 'm' };
    expect(createRequest({ ...valid, optimizerState: 'keep' })).not.toHaveProperty('optimizerState');
    expect(createRequest(from)).not.toHaveProperty('optimizerState');
    const kept = createRequest({ ...from, optimizerState: 'keep' });
    expect(kept).toMatchObject({ from: 'm', optimizerState: 'keep' });
    expect(valuesFromRequest(kept!).optimizerState).toBe('keep');
    expect(parseValues(JSON.stringify({ ...from, optimizerState: 'other' })).optimizerState).toBe('reset');
  });

  test('with a problem give its message and no request', () => {
    const wrong: Partial<RunSetupValues>[] = [
      { dataset: null },
      { maxSeconds: 0 },
      { maxSeconds: null },
      { seed: 1.5 },
      { seed: null },
      { maxSteps: 0 },
      { batchSize: 5000 },
      { learningRate: 0 },
      { learningRate: Number.NaN },
      { extraClues: -1 },
      { extraClues: 101 },
      { maxEvalSamples: 0 },
    ];
    for (const change of wrong) {
      expect(findProblem({ ...valid, ...change }), JSON.stringify(change)).toMatch(/\.$/u);
      expect(createRequest({ ...valid, ...change })).toBeNull();
    }
  });

  test('name the field of each problem, all at once', () => {
    const { batchSize, learningRate, ...others } = findFieldProblems({ ...valid, batchSize: 5000, learningRate: 0 });
    expect([batchSize, learningRate]).toEqual([
      t('train.setup.batchSizeError', { max: MAX_BATCH_SIZE }),
      t('train.setup.learningRateError'),
    ]);
    expect(others).toEqual({});
    expect(findFieldProblems(valid)).toEqual({});
  });

  test('give only requests that compute accepts, for any input', () => {
    const amount = fc.option(fc.oneof(fc.double({ noNaN: false }), fc.integer()), { nil: null });
    fc.assert(
      fc.property(
        fc.record({
          seed: amount,
          maxSeconds: amount,
          maxSteps: amount,
          batchSize: amount,
          learningRate: amount,
          extraClues: amount,
          maxEvalSamples: amount,
          name: fc.string(),
        }),
        (typed) => {
          const request = createRequest({ ...valid, ...typed });
          if (request) expect(requests.startRun.input.safeParse(request).success).toBe(true);
        },
      ),
    );
  });

  test('are restored from storage, invalid ones as the defaults', () => {
    const values: RunSetupValues = {
      ...valid,
      name: 'Mine',
      batchSize: 32,
      precision: 'int8',
      extraClues: 50,
      maxEvalSamples: 40,
      curriculum: 'off',
      from: 'm',
      trainable: 'puzzleEmbeddings',
    };
    expect(parseValues(JSON.stringify(values))).toEqual(values);
    expect(parseValues(JSON.stringify({ ...values, trainable: undefined, learns: 'puzzle embeddings' }))).toEqual(
      values,
    );
    expect([
      parseValues(null),
      parseValues('{'),
      parseValues('{"seed":"x","precision":"float8","trainable":7}'),
    ]).toEqual([defaultValues, defaultValues, defaultValues]);
  });

  test('are restored from a request', () => {
    const values: RunSetupValues = {
      ...valid,
      name: 'Mine',
      maxSteps: 5,
      learningRate: 0.1,
      extraClues: 25,
      maxEvalSamples: 40,
      curriculum: 'on',
    };
    const request = createRequest(values);
    expect(request && valuesFromRequest(request)).toEqual(values);
  });

  test('are advanced when a value differs from the preset', () => {
    expect([isAdvanced(valid), isAdvanced({ ...valid, maxSteps: 5 })]).toEqual([false, true]);
  });
});

test('presetFor returns the preset of a model, else one of its family', () => {
  const presets = [preset({ id: 'one', family: 'TRM-MLP' }), preset({ id: 'two', family: 'HRM' })];
  expect([
    presetFor({ preset: 'two', family: 'x' }, { presets }),
    presetFor({ preset: 'gone', family: 'HRM' }, { presets }),
    presetFor({ family: 'x' }, { presets }),
    presetFor({ family: 'x' }, { presets: [] }),
  ]).toEqual(['two', 'two', 'one', null]);
});

test('the cost of other settings is not shown while that of new ones is computed', async () => {
  const costEstimate = {
    parameters: 1,
    stepFlop: 2,
    stepFlopByPart: {},
    answerFlop: 1,
    memoryBytes: 1,
    availableBytes: 9,
  };
  const answers = [{ reason: null, costEstimate, benchmark: null }];
  const { compute } = cannedLab({ preflight: () => answers.pop() ?? new Promise(() => undefined) });
  const storage = { getItem: () => JSON.stringify(valid), setItem: () => undefined };
  const setup = new RunSetup(compute, new CatalogStore(compute), storage);
  await setup.runPreflight();
  await settled();
  expect(setup.preflight).toMatchObject({ state: 'ready', value: { costEstimate } });
  setup.values.preset = 'paper';
  void setup.runPreflight();
  expect(setup.preflight.state).toBe('loading');
});

test('settings that exclude each other are refused at their field, a lack of memory is not', async () => {
  let reason = message('config.noExtraClues', { kind: 'Maze' });
  const { compute } = cannedLab({ preflight: () => ({ reason, costEstimate: null, benchmark: null }) });
  const storage = { getItem: () => JSON.stringify({ ...valid, extraClues: 10 }), setItem: () => undefined };
  const setup = new RunSetup(compute, new CatalogStore(compute), storage);
  expect(setup.problem).toBeNull();
  await setup.runPreflight();
  expect(setup.fieldProblems).toEqual({ extraClues: t('config.noExtraClues', { kind: 'Maze' }) });
  expect(setup.problem).toBe(setup.fieldProblems.extraClues);
  reason = message('run.advice.smallerModel');
  setup.values.extraClues = 20;
  await setup.runPreflight();
  expect([setup.fieldProblems, setup.problem]).toEqual([{}, null]);
});
