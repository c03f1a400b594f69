/** Built-in, trained and imported models. */
import type { Model, PublishedModel } from '../../../electron/contract/contract';
import { importedModel, model } from '../../renderer/examples';
import { accuracy } from './runs';

export const shipped = model({
  id: 'shipped',
  source: 'built-in',
  name: 'Sudoku 6×6',
  dataset: 'sudoku-6x6',
  kind: 'sudoku-6x6',
  preset: 'medium',
  parameters: 386_112,
  haltMaxSteps: 6,
  createdAt: '2026-11-20T08:00:00.000Z',
  command: 'train --dataset sudoku-6x6 --preset medium --seed 1',
  data: { trainPuzzles: 900, trainClasses: 900, testPuzzles: 1000, testClasses: 300 },
  training: { steps: 20_000, seconds: 15_420, samples: 1_280_000, seed: 1, flop: 3.1e14 },
  accuracy: accuracy(0.884, 1000),
});

export const trained = model({
  id: 'trained',
  name: 'Sudoku 4×4, Classroom',
  command:
    'train --dataset sudoku-4x4 --preset classroom --seed 7 --max-seconds 180 --name "A name with blanks in it" --batch-size 64 --learning-rate 0.001',
  training: { steps: 2000, seconds: 178, samples: 48_210, areSamplesCounted: true, seed: 7, flop: 8.2e12 },
  accuracy: accuracy(0.976, 1000),
  parent: { kind: 'run', id: 'sudoku-4x4-classroom-20261124-101500', step: 1950 },
});

export const attentionModel: Model = {
  ...trained,
  id: 'attentive',
  name: 'Sudoku 4×4, Classroom, attention',
  preset: 'classroom-attention',
  family: 'TRM-attention',
  parameters: 102_214,
  accuracy: null,
  parent: null,
};

export const imported = importedModel({
  id: 'imported',
  name: 'sudoku-extreme-att-checkpoint-of-the-reference-step-50000',
  kind: 'sudoku-9x9',
  family: 'TRM-attention',
  parameters: 7_012_345,
  command: 'model import step_50000',
  optimizer: { step: 50_000 },
});

export const models: readonly Model[] = [shipped, trained, attentionModel, imported];

const publishedModel = (changes: Partial<PublishedModel>): PublishedModel => ({
  id: 'trm-sudoku',
  name: 'TRM Sudoku-Extreme',
  summary: 'The Tiny Recursive Model with token mixing, trained on Sudoku-Extreme.',
  homepage: 'https://example.org/trm-sudoku',
  licence: 'Apache 2.0',
  kind: 'sudoku-9x9',
  dataset: 'sudoku-extreme',
  reported: 0.848,
  bytes: 20.1e6,
  isHashKnown: true,
  isDownloaded: false,
  partialBytes: 0,
  model: null,
  ...changes,
});

export const publishedModels: readonly PublishedModel[] = [
  publishedModel({}),
  publishedModel({ id: 'imported-already', name: 'TRM Maze-Hard', kind: 'maze-30', dataset: 'maze-hard' }),
  publishedModel({ id: 'unfinished', name: 'HRM Sudoku-Extreme', bytes: 109e6, partialBytes: 41e6, reported: null }),
  publishedModel({ id: 'complete', name: 'TRM ARC-AGI-1', kind: 'arc', dataset: 'arc-agi-1', isDownloaded: true }),
  publishedModel({
    id: 'unverified',
    name: 'A network of which neither the licence nor the checksum could be verified by anyone',
    summary:
      'The hierarchical model that came before, in its published size: 27 million parameters in two modules of four layers, trained on augmented puzzles.',
    homepage: 'https://example.org/a/very/long/address/of/a/repository-with-many-words-in-its-name',
    licence: null,
    isHashKnown: false,
    bytes: 109e6,
  }),
];
