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

test('findDifferences returns nothing for equal configs', () => {
  expect(findDifferences([setup, { ...setup, version: 'other' }])).toEqual([]);
});

test('findDifferences lists differing settings by path, and those that only one config has', () => {
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
  const differences = findDifferences([setup, other]);
  expect(differences).toContainEqual({ setting: 'seed', values: ['5', '9'] });
  expect(differences).toContainEqual({
    setting: 'model.hiddenSize',
    values: [String(setup.config.model.hiddenSize), '7'],
  });
  expect(differences).toContainEqual({ setting: 'precision', values: [null, 'mixed'] });
  expect(differences).toContainEqual({ setting: 'ema', values: [null, 'null'] });
  expect(differences.map(({ setting }) => setting)).toContain('ema.rate');
});
