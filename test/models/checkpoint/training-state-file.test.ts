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

const fresh = (batchSize = 3): LearnerState =>
  createLearnerState(initialState(tinyMlpT, Random.seeded(1)), tinyMlpT, batchSize);

/** A state with another number in every place. */
function worn(): LearnerState {
  const state = fresh();
  let next = 0.1;
  const filled = Object.entries(state).map(([name, values]) => [
    name,
    typeof values === 'number' ? 17 : values.map(() => (next += 1)),
  ]);
  return { ...(Object.fromEntries(filled) as LearnerState), rateFactor: 0.25 };
}

const reread = (change: Readonly<Record<string, string | undefined>>) => {
  const { tensors, metadata } = readSafetensors(Buffer.concat(encodeTrainingState(worn(), { at: 1 })));
  const kept = Object.entries({ ...metadata, ...change }).filter(
    (entry): entry is [string, string] => entry[1] !== undefined,
  );
  return () => readTrainingState(writeSafetensors(tensors, Object.fromEntries(kept)), fresh());
};

test('a state and its place are read as they were written, bit for bit', () => {
  const state = { ...worn(), zH: fresh().zH.map((_, i) => [NaN, -0, Infinity, 1e-45][i % 4]!) };
  const resumeState = { batches: { order: [1, -2, 3, 4], position: 5 }, seconds: 0.1 + 0.2 };
  expect(readTrainingState(Buffer.concat(encodeTrainingState(state, resumeState)), fresh())).toEqual({
    state,
    resumeState,
  });
});

test('a file of a run with another batch size is refused by name', () => {
  expect(() => readTrainingState(Buffer.concat(encodeTrainingState(worn(), null)), fresh(4))).toThrow(
    'zH: expected 64 values of type Float32Array',
  );
});

test('a file that lacks a vector is refused by name', () => {
  const { tensors, metadata } = readSafetensors(Buffer.concat(encodeTrainingState(worn(), null)));
  const lacking = writeSafetensors(
    [...tensors].filter(([name]) => name !== 'ema'),
    metadata,
  );
  expect(() => readTrainingState(lacking, fresh())).toThrow(/^ema: expected \d+ values of type Float32Array$/);
});

test.each(['', '0', '-1', '2', 'half'])('a file that says a rate factor of %j is refused', (rateFactor) => {
  expect(reread({ rateFactor })).toThrow('rateFactor: expected a number above 0 and at most 1');
});

test('a file from before there was a rate factor is one of full rate', () => {
  expect(reread({ rateFactor: undefined })().state.rateFactor).toBe(1);
});

test.each([undefined, '', '-1', '1.5', 'many'])('a file that says %j updates is refused', (updates) => {
  expect(reread({ updates })).toThrow('updates: expected a whole number');
});

test.each([undefined, '', '{"at":'])('a file whose place is %j is refused', (position) => {
  expect(reread({ position })).toThrow('position: expected JSON');
});

describe('the model alone', () => {
  const bytes = (state = worn()) => Buffer.concat(encodeTrainingState(state, null));
  const rate = { rate: 0.9, warmup: false };

  test('is read with the averaged weights where the run keeps an average, else with its own', () => {
    const { params, ema, hInit, lInit, puzzleTable } = worn();
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

  test('is refused by name where it is another model', () => {
    expect(() =>
      readEvalWeights(bytes(), { model: { ...tinyMlpT, lLayers: tinyMlpT.lLayers + 1 }, ema: rate }),
    ).toThrow(/^ema: expected \d+ values of type Float32Array$/u);
    expect(() => readEvalWeights(bytes(), { model: { ...tinyMlpT, lLayers: 1e9 }, ema: rate })).toThrow(ConfigError);
    expect(() => readEvalWeights(bytes().subarray(0, 500), { model: tinyMlpT, ema: rate })).toThrow(SafetensorsError);
  });
});
