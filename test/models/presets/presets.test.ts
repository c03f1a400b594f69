import { describe, expect, test } from 'vitest';
import { datasetSpecs } from '../../../datasets/catalog';
import { getKind } from '../../../datasets/kinds/registry';
import { getPreset, presets, createRunConfig } from '../../../models/presets/presets';
import {
  checkConfig,
  ConfigError,
  countPuzzlePositions,
  needsSquareGrid,
  hasSymbolVectors,
} from '../../../models/family/config';
import { weightLayout } from '../../../models/family/weights';
import { formatEnglish } from '../../../renderer/messages/english';

const choices = presets.flatMap((each) => datasetSpecs.map((dataset) => [each, dataset] as const));

describe.each(choices)('preset $id', (each, dataset) => {
  const { rows, columns, symbols } = getKind(dataset.kind);
  const config = createRunConfig(each, { seqLen: rows * columns, vocabSize: symbols.length, seed: 9, maxSeconds: 60 });

  test(`creates a valid run configuration for ${dataset.id}`, () => {
    expect(() => checkConfig(config.model)).not.toThrow();
    expect(config).toMatchObject({
      seed: 9,
      maxSeconds: 60,
      model: { seqLen: rows * columns, vocabSize: symbols.length },
    });
  });

  test('evaluates more than once, and its schedule covers all its steps', () => {
    expect(config.evaluateEvery).toBeLessThan(config.maxSteps);
    expect(config.schedule.totalSteps).toBeGreaterThanOrEqual(config.maxSteps);
    expect(config.schedule.warmupSteps).toBeLessThan(config.schedule.totalSteps);
  });
});

test('presets have unique ids, and a name and summary', () => {
  expect(new Set(presets.map(({ id }) => id)).size).toBe(presets.length);
  for (const { id, name, summary, family } of presets)
    expect([id, name, summary, family].every((text) => formatEnglish(text).length > 2)).toBe(true);
});

test('getPreset returns a preset by id and throws for an unknown id with the known ones', () => {
  for (const each of presets) expect(getPreset(each.id)).toBe(each);
  expect(() => getPreset('huge')).toThrow(ConfigError);
  expect(() => getPreset('huge')).toThrow(
    'unknown preset “huge”; the presets are classroom, classroom-attention, classroom-hrm, classroom-direct, sudoku, sudoku-small, maze, numberlink, nonogram, queens, medium, medium-attention, paper, and arc',
  );
});

describe('for a dataset with puzzle identifiers', () => {
  const choice = { seqLen: 900, vocabSize: 12, puzzleIdentifiers: 40, seed: 1, maxSeconds: 60 };

  test('a preset with symbol vectors is refused', () => {
    const { model } = createRunConfig(getPreset('sudoku'), choice);
    expect(() => checkConfig(model)).toThrow(
      'symbolEquivariant has no puzzle embeddings and no position encodings (puzzleEmbNdim 0, posEncodings none)',
    );
  });

  test.each(['maze', 'nonogram'])('the preset %s, which mixes the cells of a square grid, is refused', (id) => {
    const { model } = createRunConfig(getPreset(id), choice);
    expect(() => checkConfig(model)).toThrow(`${model.family} mixes the cells of a square grid`);
  });

  const others = presets.filter(({ run: { model } }) => !hasSymbolVectors(model) && !needsSquareGrid(model));
  test.each(others)('preset $id has a puzzle embedding of its hidden size', (each) => {
    const { model, puzzleEmbeddings } = createRunConfig(each, choice);
    expect(() => checkConfig(model)).not.toThrow();
    expect(model).toMatchObject({ puzzleEmbNdim: model.hiddenSize, numPuzzleIdentifiers: 40 });
    expect(puzzleEmbeddings).toEqual(each.run.puzzleEmbeddings ?? { learningRate: 1e-2, weightDecay: 0.1 });
  });

  test('TRM has 16 embedding positions like the reference, fewer for small grids; other families have one', () => {
    const front = (id: string, seqLen: number) =>
      countPuzzlePositions(createRunConfig(getPreset(id), { ...choice, seqLen }).model);
    expect([front('arc', 900), front('classroom', 900), front('classroom', 81), front('classroom', 16)]).toEqual([
      16, 16, 6, 1,
    ]);
    expect([front('paper', 81), front('paper', 16)]).toEqual([16, 16]);
    expect([front('classroom-hrm', 900), front('classroom-direct', 900)]).toEqual([1, 1]);
  });

  test('a single identifier, the blank one, adds no puzzle embedding', () => {
    const { model, puzzleEmbeddings } = createRunConfig(getPreset('arc'), { ...choice, puzzleIdentifiers: 1 });
    expect([model.puzzleEmbNdim, puzzleEmbeddings]).toEqual([0, undefined]);
  });
});

test('a token-mixing MLP is over 90 times larger on the ARC canvas than the arc preset', () => {
  const weights = (id: string) =>
    weightLayout(createRunConfig(getPreset(id), { seqLen: 900, vocabSize: 12, seed: 1, maxSeconds: 1 }).model).size;
  expect(weights('classroom') / weights('arc')).toBeGreaterThan(90);
});
