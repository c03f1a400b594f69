import { describe, expect, test } from 'vitest';
import { Random } from '../../../datasets/random';
import {
  encodeTrainingState,
  readEvalWeights,
  readTrainingState,
} from '../../../models/checkpoint/training-state-file';
import { readSafetensors, SafetensorsError, writeSafetensors } from '../../../models/checkpoint/safetensors';
import type { LearnerState } from '../../../models/train/learner';
import { createLearnerState } from '../../../models/train/learner';
import { initialState } from '../../../models/family/weights';
import { ConfigError } from '../../../models/family/config';
import { tinyMlpT } from '../family/tiny';

const freshState = (batchSize = 3): LearnerState =>
  createLearnerState(initialState(tinyMlpT, Random.seeded(1)), tinyMlpT, batchSize);

/** A state with a different number in every element. */
function filledState(): LearnerState {
  const state = freshState();
  let next = 0.1;
  const filled = Object.entries(state).map(([name, values]) => [
    name,
    typeof values === 'number' ? 17 : values.map(() => (next += 1)),
  ]);
  return { ...(Object.fromEntries(filled) as LearnerState), rateFactor: 0.25 };
}

const readChanged = (change: Readonly<Record<string, string | undefined>>) => {
  const { tensors, metadata } = readSafetensors(Buffer.concat(encodeTrainingState(filledState(), { at: 1 })));
  const kept = Object.entries({ ...metadata, ...change }).filter(
    (entry): entry is [string, string] => entry[1] !== undefined,
  );
  return () => readTrainingState(writeSafetensors(tensors, Object.fromEntries(kept)), freshState());
};

test('a state and its resume state are read back with the same bits', () => {
  const state = { ...filledState(), zH: freshState().zH.map((_, i) => [NaN, -0, Infinity, 1e-45][i % 4]!) };
  const resumeState = { batches: { order: [1, -2, 3, 4], position: 5 }, seconds: 0.1 + 0.2 };
  expect(readTrainingState(Buffer.concat(encodeTrainingState(state, resumeState)), freshState())).toEqual({
    state,
    resumeState,
  });
});

test('a state of another batch size is rejected with the tensor name', () => {
  expect(() => readTrainingState(Buffer.concat(encodeTrainingState(filledState(), null)), freshState(4))).toThrow(
    'zH: expected 64 values of type Float32Array',
  );
});

test('a missing tensor is rejected by name', () => {
  const { tensors, metadata } = readSafetensors(Buffer.concat(encodeTrainingState(filledState(), null)));
  const lacking = writeSafetensors(
    [...tensors].filter(([name]) => name !== 'ema'),
    metadata,
  );
  expect(() => readTrainingState(lacking, freshState())).toThrow(/^ema: expected \d+ values of type Float32Array$/);
});

test.each(['', '0', '-1', '2', 'half'])('a rate factor of %j is rejected', (rateFactor) => {
  expect(readChanged({ rateFactor })).toThrow('rateFactor: expected a number above 0 and at most 1');
});

test('a missing rate factor is read as 1', () => {
  expect(readChanged({ rateFactor: undefined })().state.rateFactor).toBe(1);
});

test.each([undefined, '', '-1', '1.5', 'many'])('an update count of %j is rejected', (updates) => {
  expect(readChanged({ updates })).toThrow('updates: expected a whole number');
});

test.each([undefined, '', '{"at":'])('a position of %j is rejected', (position) => {
  expect(readChanged({ position })).toThrow('position: expected JSON');
});

describe('readEvalWeights', () => {
  const bytes = (state = filledState()) => Buffer.concat(encodeTrainingState(state, null));
  const rate = { rate: 0.9, warmup: false };

  test('returns the averaged weights of a run with EMA, else the weights', () => {
    const { params, ema, hInit, lInit, puzzleTable } = filledState();
    const catalog = { updates: 17, rateFactor: 0.25 };
    expect(readEvalWeights(bytes(), { model: tinyMlpT, ema: rate })).toEqual({
      ...catalog,
      state: { params: ema, hInit, lInit, puzzleTable },
    });
    expect(readEvalWeights(bytes(), { model: tinyMlpT, ema: null })).toEqual({
      ...catalog,
      state: { params, hInit, lInit, puzzleTable },
    });
  });

  test('rejects the weights of another model by name', () => {
    expect(() =>
      readEvalWeights(bytes(), { model: { ...tinyMlpT, lLayers: tinyMlpT.lLayers + 1 }, ema: rate }),
    ).toThrow(/^ema: expected \d+ values of type Float32Array$/u);
    expect(() => readEvalWeights(bytes(), { model: { ...tinyMlpT, lLayers: 1e9 }, ema: rate })).toThrow(ConfigError);
    expect(() => readEvalWeights(bytes().subarray(0, 500), { model: tinyMlpT, ema: rate })).toThrow(SafetensorsError);
  });
});
