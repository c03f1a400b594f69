import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { requests, type AppInfo, type Output } from '../../../../../electron/contract/contract';
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
import { getField, settingNames, type SettingName } from '../../../../../renderer/features/train/setup/setting-fields';
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

describe('every setting', () => {
  const families: AppInfo['families'] = [
    {
      id: 'trm',
      hasCycles: true,
      hasHNetwork: false,
      canUseMlp: true,
      canUseOther: true,
      hasAttention: true,
      hasVariants: true,
      settings: {},
    },
    {
      id: 'direct',
      hasCycles: false,
      hasHNetwork: true,
      canUseMlp: false,
      canUseOther: true,
      hasAttention: true,
      hasVariants: false,
      settings: { classroom: { mlpT: false, posEncodings: 'learned', hLayers: 4 } },
    },
  ];

  async function openSetup(reason: Output<'preflight'>['reason'] = null) {
    const answers = { preflight: () => ({ costEstimate: null, benchmark: null, reason }) };
    const { compute } = cannedLab(answers);
    const catalog = new CatalogStore(compute);
    const info = { ...emptyInfo, presets: [preset()], families };
    catalog.appInfo = { state: 'ready', value: info };
    const setup = new RunSetup(compute, catalog, { getItem: () => null, setItem: () => undefined });
    Object.assign(setup.values, valid);
    return setup;
  }

  test('a changed one is sent, and the value of the preset is no change', async () => {
    const setup = await openSetup();
    setup.changeSetting('hCycles', 2);
    setup.changeSetting('numHeads', 4);
    expect(setup.request).toMatchObject({ hCycles: 2 });
    expect(setup.request).not.toHaveProperty('numHeads');
    setup.changeSetting('hCycles', null);
    expect(setup.values.settings).toEqual({});
  });

  test('one that does not apply to the family is not shown', async () => {
    const setup = await openSetup();
    expect(['hCycles', 'numHeads', 'hLayers', 'mlpT'].map((name) => setup.isSettingUsed(name as SettingName))).toEqual([
      true,
      false,
      false,
      true,
    ]);
    setup.changeSetting('mlpT', false);
    expect(setup.isSettingUsed('numHeads')).toBe(true);
    setup.changeSetting('family', 'direct');
    expect(setup.values.settings).toEqual({ family: 'direct' });
    expect(setup.settingDefaults).toMatchObject({ mlpT: false, posEncodings: 'learned', hLayers: 4 });
    expect(['hCycles', 'numHeads', 'hLayers', 'mlpT'].map((name) => setup.isSettingUsed(name as SettingName))).toEqual([
      false,
      true,
      true,
      false,
    ]);
  });

  test('a value out of range, and a combination that compute refuses, are named at the field', async () => {
    const setup = await openSetup(message('config.tooManyHeads', { heads: 90, width: 64 }));
    setup.changeSetting('ema', 2);
    expect(setup.request).toBeNull();
    expect(setup.settingProblems.ema).toBe(t('train.setting.rangeError', { min: 0, max: 0.999999 }));
    setup.changeSetting('ema', null);
    setup.changeSetting('numHeads', 90);
    await setup.runPreflight();
    expect(setup.settingProblems.numHeads).toBe(t('config.tooManyHeads', { heads: 90, width: 64 }));
    expect(setup.problem).toBe(setup.settingProblems.numHeads);
  });

  test('they are stored and restored, without invalid ones', () => {
    const settings = { hCycles: 2, optimizer: 'adamW', mlpT: false, ema: 3, unknown: 1 };
    const { settings: restored } = parseValues(JSON.stringify({ ...valid, settings }));
    expect(restored).toEqual({ hCycles: 2, optimizer: 'adamW', mlpT: false });
    const request = createRequest({ ...valid, settings: restored });
    expect(request && valuesFromRequest(request).settings).toEqual(restored);
  });

  test('only those that the weights of a model do not depend on can be changed for it', async () => {
    const setup = await openSetup();
    setup.values.from = 'm';
    expect([setup.isSettingUsed('hiddenSize'), setup.isSettingUsed('ema')]).toEqual([false, true]);
  });

  test('their names, options and bounds are those of the request', () => {
    const base = { dataset: 'a', preset: 'b', seed: 1, maxSeconds: 9 };
    const accepts = (name: SettingName, value: unknown) =>
      requests.startRun.input.safeParse({ ...base, [name]: value }).success;
    for (const name of settingNames) {
      const field = getField(name);
      const allowed = 'options' in field ? field.options.map(({ value }) => value) : [field.min, field.max];
      for (const value of allowed) expect(accepts(name, value), `${name} ${value}`).toBe(true);
    }
  });
});

const emptyInfo = {
  version: '1',
  runtime: { onnxruntime: '', node: '', electron: null },
  device: { name: '', provider: '', threads: 1, cores: 1 },
  dataFolder: '',
  readOnly: null,
  datasets: [],
};
