import { describe, expect, test } from 'vitest';
import { Random } from '../../../datasets/random';
import {
  checkTrainingState,
  encodeTrainingState,
  maxTrainingStateBytes,
  readEvalWeights,
  readTrainingState,
} from '../../../models/checkpoint/training-state-file';
import { readSafetensors, SafetensorsError, writeSafetensors } from '../../../models/checkpoint/safetensors';
import type { LearnerState } from '../../../models/train/learner';
import { createLearnerState } from '../../../models/train/learner';
import { initialState } from '../../../models/family/weights';
import { ConfigError } from '../../../models/family/config';
import { families, familyNames } from '../../../models/family/families';
import { tinyMlpT } from '../family/tiny';
import { isShared } from '../../../models/engine/column-slice';
import { inMemory } from './bytes-in-memory';

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
  return readTrainingState(inMemory(writeSafetensors(tensors, Object.fromEntries(kept))), freshState());
};

test('a state and its resume state are read back with the same bits', async () => {
  const state = { ...filledState(), zH: freshState().zH.map((_, i) => [NaN, -0, Infinity, 1e-45][i % 4]!) };
  const resumeState = { batches: { order: [1, -2, 3, 4], position: 5 }, seconds: 0.1 + 0.2 };
  expect(await readTrainingState(inMemory(...encodeTrainingState(state, resumeState)), freshState())).toEqual({
    state,
    resumeState,
  });
});

test('vectors are read into memory that workers share, without a copy', async () => {
  const { state } = await readTrainingState(inMemory(...encodeTrainingState(filledState(), null)), freshState());
  for (const name of ['params', 'm', 'v', 'ema', 'zH', 'zL'] as const) expect(isShared(state[name]), name).toBe(true);
});

test('nothing is read from a damaged file but its header', async () => {
  const parts = encodeTrainingState({ ...filledState(), updates: -1 }, null);
  const source = inMemory(...parts);
  let bytes = 0;
  const counted = {
    ...source,
    read: (target: Uint8Array, at: number) => source.read(target, at).then(() => void (bytes += target.length)),
  };
  await expect(readTrainingState(counted, freshState())).rejects.toThrow('updates: expected a whole number');
  expect(bytes).toBe(parts[0]!.length);
});

test('a state of another batch size is rejected with the tensor name', async () => {
  await expect(readTrainingState(inMemory(...encodeTrainingState(filledState(), null)), freshState(4))).rejects.toThrow(
    'zH: expected 64 values of type Float32Array',
  );
});

test('files of older versions have no minimum steps', async () => {
  const { tensors, metadata } = readSafetensors(Buffer.concat(encodeTrainingState(filledState(), null)));
  const older = writeSafetensors(
    [...tensors].filter(([name]) => name !== 'minSteps'),
    metadata,
  );
  const { state } = await readTrainingState(inMemory(older), filledState());
  expect([...state.minSteps]).toEqual([0, 0, 0]);
});

test('samples are not counted in files of older versions, nor in what resumes from them', async () => {
  const { state } = await readChanged({ samples: undefined });
  expect(state.samples).toBeNull();
  const again = await readTrainingState(inMemory(...encodeTrainingState(state, null)), freshState());
  expect(again.state.samples).toBeNull();
});

test.each(['', '-1', '1.5', 'many'])('a sample count of %j is rejected', async (samples) => {
  await expect(readChanged({ samples })).rejects.toThrow('samples: expected a whole number');
});

test('a missing tensor is rejected by name', async () => {
  const { tensors, metadata } = readSafetensors(Buffer.concat(encodeTrainingState(filledState(), null)));
  const lacking = writeSafetensors(
    [...tensors].filter(([name]) => name !== 'ema'),
    metadata,
  );
  await expect(readTrainingState(inMemory(lacking), freshState())).rejects.toThrow(
    /^ema: expected \d+ values of type Float32Array$/,
  );
});

test.each(['', '0', '-1', '2', 'half'])('a rate factor of %j is rejected', async (rateFactor) => {
  await expect(readChanged({ rateFactor })).rejects.toThrow('rateFactor: expected a number above 0 and at most 1');
});

test('a missing rate factor is read as 1', async () => {
  expect((await readChanged({ rateFactor: undefined })).state.rateFactor).toBe(1);
});

test.each([undefined, '', '-1', '1.5', 'many'])('an update count of %j is rejected', async (updates) => {
  await expect(readChanged({ updates })).rejects.toThrow('updates: expected a whole number');
});

test.each([undefined, '', '{"at":'])('a position of %j is rejected', async (position) => {
  await expect(readChanged({ position })).rejects.toThrow('position: expected JSON');
});

describe('readEvalWeights', () => {
  const saved = (bytes = Infinity) =>
    inMemory(Buffer.concat(encodeTrainingState(filledState(), null)).subarray(0, bytes));
  const rate = { rate: 0.9, warmup: false };

  test('returns the averaged weights of a run with EMA, else the weights', async () => {
    const { params, ema, hInit, lInit, puzzleTable } = filledState();
    const catalog = { updates: 17, priorUpdates: 17, samples: 17, rateFactor: 0.25 };
    expect(await readEvalWeights(saved(), { model: tinyMlpT, ema: rate })).toEqual({
      ...catalog,
      state: { params: ema, hInit, lInit, puzzleTable },
    });
    expect(await readEvalWeights(saved(), { model: tinyMlpT, ema: null })).toEqual({
      ...catalog,
      state: { params, hInit, lInit, puzzleTable },
    });
  });

  test('rejects the weights of another model by name', async () => {
    await expect(
      readEvalWeights(saved(), { model: { ...tinyMlpT, lLayers: tinyMlpT.lLayers + 1 }, ema: rate }),
    ).rejects.toThrow(/^ema: expected \d+ values of type Float32Array$/u);
    const huge = { ...tinyMlpT, lLayers: 1e9 };
    await expect(readEvalWeights(saved(), { model: huge, ema: rate })).rejects.toThrow(ConfigError);
    await expect(readEvalWeights(saved(500), { model: tinyMlpT, ema: rate })).rejects.toThrow(SafetensorsError);
  });
});

describe('checkTrainingState', () => {
  test.each(familyNames)(
    'accepts the state of a new run of the family %s, whose size is known before',
    async (family) => {
      const model = { ...tinyMlpT, family, vocabSize: 5, hLayers: 1, mlpT: families[family].mixers.includes('mlp') };
      const state = createLearnerState(initialState(model, Random.seeded(1)), model, 3);
      const parts = encodeTrainingState({ ...state, updates: 7 }, { at: 1 });
      const file = inMemory(...parts);
      expect(await checkTrainingState(file, { model, batchSize: 3 })).toMatchObject({
        updates: 7,
        samples: 0,
        resumeState: { at: 1 },
      });
      const values = parts.slice(1).reduce((sum, { length }) => sum + length, 0);
      expect(maxTrainingStateBytes({ model, batchSize: 3 })).toBe(8 + 2 ** 23 + values);
      await expect(checkTrainingState(file, { model, batchSize: 4 })).rejects.toThrow(SafetensorsError);
      await expect(checkTrainingState(file, { model: { ...model, hiddenSize: 6 }, batchSize: 3 })).rejects.toThrow(
        SafetensorsError,
      );
    },
  );

  test('rejects a file that ends early', async () => {
    const bytes = Buffer.concat(encodeTrainingState(filledState(), null));
    for (const length of [0, 7, 100, bytes.length - 1])
      await expect(
        checkTrainingState(inMemory(bytes.subarray(0, length)), { model: tinyMlpT, batchSize: 3 }),
      ).rejects.toThrow(SafetensorsError);
  });
});
