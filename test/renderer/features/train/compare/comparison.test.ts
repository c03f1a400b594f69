import { expect, test } from 'vitest';
import { findDifferences } from '../../../../../renderer/features/train/compare/comparison.svelte';
import type { RunConfigInfo } from '../../../../../renderer/features/train/runs/runs.svelte';
import { exampleRecord } from '../../../../electron/compute/runs/examples';

const setup: RunConfigInfo = {
  version: '1.2.3',
  command: exampleRecord.setup.command,
  preset: exampleRecord.setup.preset,
  config: exampleRecord.setup.config,
};

test('set-ups that are alike do not differ', () => {
  expect(findDifferences([setup, { ...setup, version: 'other' }])).toEqual([]);
});

test('what differs is told by its path, also what only one has', () => {
  const other: RunConfigInfo = {
    ...setup,
    config: {
      ...setup.config,
      ema: null,
      seed: 9,
      model: { ...setup.config.model, hiddenSize: 7 },
      precision: 'mixed',
    },
  };
  const told = findDifferences([setup, other]);
  expect(told).toContainEqual({ setting: 'seed', values: ['5', '9'] });
  expect(told).toContainEqual({ setting: 'model.hiddenSize', values: [String(setup.config.model.hiddenSize), '7'] });
  expect(told).toContainEqual({ setting: 'precision', values: [null, 'mixed'] });
  expect(told).toContainEqual({ setting: 'ema', values: [null, 'null'] });
  expect(told.map(({ setting }) => setting)).toContain('ema.rate');
});
