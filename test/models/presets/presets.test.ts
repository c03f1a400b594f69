import { describe, expect, test } from 'vitest';
import { datasetSpecs } from '../../../datasets/catalog';
import { getKind } from '../../../datasets/kinds/registry';
import { getPreset, presets, createRunConfig } from '../../../models/presets/presets';
import { checkConfig, ConfigError, countPuzzlePositions } from '../../../models/family/config';
import { weightLayout } from '../../../models/family/weights';

const choices = presets.flatMap((each) => datasetSpecs.map((dataset) => [each, dataset] as const));

describe.each(choices)('preset $id', (each, dataset) => {
  const { rows, columns, symbols } = getKind(dataset.kind);
  const config = createRunConfig(each, { seqLen: rows * columns, vocabSize: symbols.length, seed: 9, maxSeconds: 60 });

  test(`makes a sound model of ${dataset.id}`, () => {
    expect(() => checkConfig(config.model)).not.toThrow();
    expect(config).toMatchObject({
      seed: 9,
      maxSeconds: 60,
      model: { seqLen: rows * columns, vocabSize: symbols.length },
    });
  });

  test('looks at held-out puzzles more than once, and its schedule lasts for all its steps', () => {
    expect(config.evaluateEvery).toBeLessThan(config.maxSteps);
    expect(config.schedule.totalSteps).toBeGreaterThanOrEqual(config.maxSteps);
    expect(config.schedule.warmupSteps).toBeLessThan(config.schedule.totalSteps);
  });
});

test('presets have ids of their own, and words for those who choose', () => {
  expect(new Set(presets.map(({ id }) => id)).size).toBe(presets.length);
  for (const { id, name, summary, family } of presets)
    expect([id, name, summary, family].every((text) => text.length > 2)).toBe(true);
});

test('a preset is found by its id, an unknown one refused with those there are', () => {
  for (const each of presets) expect(getPreset(each.id)).toBe(each);
  expect(() => getPreset('huge')).toThrow(
    new ConfigError(
      'there is no preset "huge"; there are classroom, classroom-attention, classroom-hrm, classroom-direct, medium, medium-attention, paper, arc',
    ),
  );
});

describe('for a dataset whose puzzles have identifiers', () => {
  const choice = { seqLen: 900, vocabSize: 12, puzzleIdentifiers: 40, seed: 1, maxSeconds: 60 };

  test.each(presets)('preset $id learns an embedding of its width for each', (each) => {
    const { model, puzzleEmbeddings } = createRunConfig(each, choice);
    expect(() => checkConfig(model)).not.toThrow();
    expect(model).toMatchObject({ puzzleEmbNdim: model.hiddenSize, numPuzzleIdentifiers: 40 });
    expect(puzzleEmbeddings).toEqual(each.run.puzzleEmbeddings ?? { learningRate: 1e-2, weightDecay: 0.1 });
  });

  test('TRM has 16 positions in front as the reference, fewer where the grid is small; the others have one', () => {
    const front = (id: string, seqLen: number) =>
      countPuzzlePositions(createRunConfig(getPreset(id), { ...choice, seqLen }).model);
    expect([front('arc', 900), front('classroom', 900), front('classroom', 81), front('classroom', 16)]).toEqual([
      16, 16, 6, 1,
    ]);
    expect([front('paper', 81), front('paper', 16)]).toEqual([16, 16]);
    expect([front('classroom-hrm', 900), front('classroom-direct', 900)]).toEqual([1, 1]);
  });

  test('one identifier, the blank, is none', () => {
    const { model, puzzleEmbeddings } = createRunConfig(getPreset('arc'), { ...choice, puzzleIdentifiers: 1 });
    expect([model.puzzleEmbNdim, puzzleEmbeddings]).toEqual([0, undefined]);
  });
});

test('a token-mixing MLP would be far larger than attention on the canvas of ARC, whose default preset is of its own', () => {
  const weights = (id: string) =>
    weightLayout(createRunConfig(getPreset(id), { seqLen: 900, vocabSize: 12, seed: 1, maxSeconds: 1 }).model).size;
  expect(weights('classroom') / weights('arc')).toBeGreaterThan(90);
});
