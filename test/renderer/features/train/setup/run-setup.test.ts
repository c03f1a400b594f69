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
  valuesFromRequest,
} from '../../../../../renderer/features/train/setup/run-setup.svelte';
import { preset } from '../../../examples';

const sound: RunSetupValues = { ...defaultValues, dataset: 'sudoku-4x4', preset: 'classroom' };

describe('a run that is set up', () => {
  test('is asked for with what was said, and nothing that was left empty', () => {
    expect(createRequest(sound)).toEqual({ dataset: 'sudoku-4x4', preset: 'classroom', seed: 1, maxSeconds: 180 });
    expect(
      createRequest({
        ...sound,
        name: ' Mine ',
        batchSize: 32,
        precision: 'mixed',
        from: 'm',
        trainable: 'puzzleEmbeddings',
      }),
    ).toMatchObject({ name: 'Mine', batchSize: 32, precision: 'mixed', from: 'm', trainable: 'puzzleEmbeddings' });
  });

  test('says what is wrong, and then is not asked for', () => {
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
    ];
    for (const change of wrong) {
      expect(findProblem({ ...sound, ...change }), JSON.stringify(change)).toMatch(/\.$/u);
      expect(createRequest({ ...sound, ...change })).toBeNull();
    }
  });

  test('is a request that compute takes, whatever was typed', () => {
    const amount = fc.option(fc.oneof(fc.double({ noNaN: false }), fc.integer()), { nil: null });
    fc.assert(
      fc.property(
        fc.record({
          seed: amount,
          maxSeconds: amount,
          maxSteps: amount,
          batchSize: amount,
          learningRate: amount,
          name: fc.string(),
        }),
        (typed) => {
          const request = createRequest({ ...sound, ...typed });
          if (request) expect(requests.startRun.input.safeParse(request).success).toBe(true);
        },
      ),
    );
  });

  test('comes back as it was kept; what makes no sense is as usual', () => {
    const values: RunSetupValues = {
      ...sound,
      name: 'Mine',
      batchSize: 32,
      precision: 'int8',
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

  test('comes back into the form as it was asked for', () => {
    const values: RunSetupValues = { ...sound, name: 'Mine', maxSteps: 5, learningRate: 0.1 };
    const request = createRequest(values);
    expect(request && valuesFromRequest(request)).toEqual(values);
  });

  test('is advanced where something is other than its preset has it', () => {
    expect([isAdvanced(sound), isAdvanced({ ...sound, maxSteps: 5 })]).toEqual([false, true]);
  });
});

test('a model is taught by its own preset, else by one of its family', () => {
  const presets = [preset({ id: 'one', family: 'TRM-MLP' }), preset({ id: 'two', family: 'HRM' })];
  expect([
    presetFor({ preset: 'two', family: 'x' }, { presets }),
    presetFor({ preset: 'gone', family: 'HRM' }, { presets }),
    presetFor({ family: 'x' }, { presets }),
    presetFor({ family: 'x' }, { presets: [] }),
  ]).toEqual(['two', 'two', 'one', null]);
});
