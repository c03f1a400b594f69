/** Settings of runs: each replaces one value of the preset. */
import { describe, expect, test } from 'vitest';
import { ConfigError } from '../../../models/family/config';
import { createRunConfig, getPreset } from '../../../models/presets/presets';
import { checkRunConfig } from '../../../models/train/run-config';
import {
  applySettings,
  requireSameWeights,
  runSettingsSchema,
  settingNames,
  type RunSettings,
} from '../../../models/train/run-settings';

const presetConfig = (preset: string) =>
  createRunConfig(getPreset(preset), { seqLen: 16, vocabSize: 6, seed: 1, maxSeconds: 60 });
const classroom = presetConfig('classroom');
const apply = (settings: RunSettings, preset = 'classroom') => applySettings(presetConfig(preset), settings);

describe('applySettings', () => {
  test('without settings keeps the preset', () => {
    expect(apply({})).toEqual(classroom);
    expect(apply({ maxSteps: undefined, family: undefined })).toEqual(classroom);
  });

  test.each<[keyof RunSettings, RunSettings, object]>([
    ['hCycles', { hCycles: 1 }, { model: { ...classroom.model, hCycles: 1 } }],
    ['oneStepGradient', { oneStepGradient: true }, { model: { ...classroom.model, oneStepGradient: true } }],
    ['weightDecay', { weightDecay: 0 }, { optimiser: { ...classroom.optimiser, weightDecay: 0 } }],
    ['optimizer', { optimizer: 'adamW' }, { optimiser: { ...classroom.optimiser, name: 'adamW' } }],
    ['ema: none', { ema: 0 }, { ema: null }] as never,
    ['ema', { ema: 0.99 }, { ema: { rate: 0.99, warmup: true } }],
    ['minRatio', { minRatio: 0.1 }, { schedule: { ...classroom.schedule, minRatio: 0.1 } }],
    ['symmetricCopies', { symmetricCopies: 8 }, { symmetricCopies: 8 }],
    ['batchSize', { batchSize: 16 }, { batchSize: 16 }],
    [
      'maxSteps also scales the schedule',
      { maxSteps: 1000 },
      { maxSteps: 1000, schedule: { ...classroom.schedule, totalSteps: 1000 } },
    ] as never,
  ])('%s', (_, settings, changed) => {
    expect(apply(settings)).toEqual({ ...classroom, ...changed });
  });

  test('another family comes with what it needs', () => {
    const hrm = apply({ family: 'hrm', mlpT: false, posEncodings: 'learned' });
    expect(hrm.model).toMatchObject({ family: 'hrm', hLayers: 2, hCycles: 2, noActContinue: false });
    expect(() => checkRunConfig(hrm.model, hrm)).not.toThrow();
    expect(apply({ family: 'hrm', hCycles: 5 }).model.hCycles).toBe(5);
  });

  test('a combination that no model has is named', () => {
    const { model, ...training } = apply({ family: 'hrm', mlpT: true });
    expect(() => checkRunConfig(model, training)).toThrow(ConfigError);
  });

  test('stages of a curriculum never have more cycles than the model', () => {
    expect(apply({ hCycles: 1, lCycles: 1 }, 'sudoku').curriculum).toEqual([{ steps: 3000, hCycles: 1, lCycles: 1 }]);
    expect(apply({ curriculum: 'off' }, 'sudoku').curriculum).toBeUndefined();
  });
});

test('a model to fine-tune keeps its weights: cycles may change, widths may not', () => {
  const trained = classroom.model;
  const check = (settings: RunSettings) => () => requireSameWeights(trained, apply(settings).model, settings);
  expect(check({ hCycles: 1, haltMaxSteps: 2 })).not.toThrow();
  expect(check({ hiddenSize: 32 })).toThrow(ConfigError);
  expect(check({ mlpT: false })).toThrow(ConfigError);
});

test('the schema refuses values out of range', () => {
  expect(settingNames).toContain('symmetricCopies');
  for (const wrong of [{ hCycles: 1.5 }, { ema: 1 }, { optimizer: 'sgd' }, { symmetricCopies: 0 }, { mlpT: 'yes' }])
    expect(runSettingsSchema.safeParse(wrong).success).toBe(false);
});
