import { expect, test } from 'vitest';
import { differences, setupText, type RunSetup } from '../../../../../renderer/features/train/compare/config-text';
import { exampleRecord } from '../../../../electron/compute/runs/examples';

const setup: RunSetup = {
  version: '1.2.3',
  command: exampleRecord.setup.command,
  preset: exampleRecord.setup.preset,
  config: exampleRecord.setup.config,
};

test('a set-up is copied as a command line and as numbers that can be read back', () => {
  const [head, command, , ...json] = setupText(setup).split('\n');
  expect([head, command]).toEqual(['# TRM Puzzle Lab 1.2.3', setup.command]);
  expect(JSON.parse(json.join('\n'))).toEqual({ preset: 'classroom', config: setup.config });
});

test('set-ups that are alike do not differ', () => {
  expect(differences([setup, { ...setup, version: 'other' }])).toEqual([]);
});

test('what differs is told by its path, also what only one has', () => {
  const other: RunSetup = {
    ...setup,
    config: {
      ...setup.config,
      ema: null,
      seed: 9,
      model: { ...setup.config.model, hiddenSize: 7 },
      precision: 'mixed',
    },
  };
  const told = differences([setup, other]);
  expect(told).toContainEqual({ setting: 'seed', values: ['5', '9'] });
  expect(told).toContainEqual({ setting: 'model.hiddenSize', values: [String(setup.config.model.hiddenSize), '7'] });
  expect(told).toContainEqual({ setting: 'precision', values: [null, 'mixed'] });
  expect(told).toContainEqual({ setting: 'ema', values: [null, 'null'] });
  expect(told.map(({ setting }) => setting)).toContain('ema.rate');
});
