/** The form of an experiment of one's own: values, what is missing, and the request. */
import { expect, test } from 'vitest';
import { runSettingsSchema } from '../../../../models/train/run-settings';
import { createOwnExperiment, readOwnExperiment } from '../../../../electron/contract/own-experiment';
import { OwnExperimentForm } from '../../../../renderer/features/experiments/own-experiment.svelte';
import { parseValues, settingNames } from '../../../../renderer/features/experiments/variation-values';

test('every setting of a run can be varied', () => {
  expect([...settingNames].sort()).toEqual(Object.keys(runSettingsSchema.shape).sort());
});

test.each([
  ['hCycles', '1, 2; 3 2', [1, 2, 3]],
  ['learningRate', '1e-3,0.0005', [0.001, 0.0005]],
  ['oneStepGradient', 'true, false', [true, false]],
  ['optimizer', 'adamAtan2, adamW', ['adamAtan2', 'adamW']],
  ['hCycles', '1', null],
  ['hCycles', '2, 2', null],
  ['hCycles', '1, two', null],
  ['oneStepGradient', 'yes, no', null],
] as const)('the values of %s in “%s”', (name, text, values) => {
  expect(parseValues(name, text)).toEqual(values);
});

test('the request is complete only with a dataset, a preset, seeds, minutes and two values for each setting', () => {
  const form = new OwnExperimentForm();
  expect(form.request).toBeNull();
  [form.dataset, form.preset] = ['sudoku-4x4', 'classroom'];
  expect(form.request).toEqual({
    ...{ dataset: 'sudoku-4x4', preset: 'classroom', settings: {}, seeds: 3, maxSeconds: 600 },
    variations: [{ name: 'hCycles', values: [1, 2, 3] }],
  });
  form.add();
  expect(form.request?.variations).toHaveLength(2);
  form.chooseSetting(1, 'loss');
  expect([form.request, form.invalid]).toEqual([null, [1]]);
  form.remove(1);
  form.seeds = 65;
  expect([form.request, form.isSeedsValid]).toEqual([null, false]);
  form.seeds = 2;
  form.minutes = 0;
  expect([form.request, form.isMinutesValid]).toEqual([null, false]);
});

test('an experiment that is repeated has its settings, and the seeds that follow', () => {
  const own = {
    ...{ dataset: 'sudoku-6x6', preset: 'classroom', settings: { ema: 0, maxSteps: 40 }, seeds: 3, maxSeconds: 90 },
    variations: [
      { name: 'hCycles' as const, values: [1, 2] },
      { name: 'loss' as const, values: ['softmax', 'stablemax'] },
    ],
  };
  const form = new OwnExperimentForm();
  form.fill(readOwnExperiment(createOwnExperiment(own))!);
  expect(form.request).toEqual({ ...own, firstSeed: 4 });
  expect(createOwnExperiment(form.request!)).toEqual({ ...createOwnExperiment(own), seeds: [4, 5, 6] });
  form.firstSeed = null;
  expect(createOwnExperiment(form.request!)).toEqual(createOwnExperiment(own));
});
