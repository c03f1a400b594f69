/** A model as compute lists it, for tests. */
import type { Model } from '../../../../electron/contract/contract';

const trained: Model = {
  id: 'first',
  source: 'trained',
  name: 'First',
  dataset: 'sudoku-4x4',
  kind: 'sudoku-4x4',
  preset: 'classroom',
  family: 'TRM-MLP',
  parameters: 80_770,
  hCycles: 3,
  lCycles: 4,
  haltMaxSteps: 8,
  createdAt: '2026-11-23T20:03:15.166Z',
  command: 'train --dataset sudoku-4x4 --preset classroom --seed 1',
  data: { trainPuzzles: 282, trainClasses: 282, testPuzzles: 1000, testClasses: 94 },
  training: { steps: 2000, seconds: 189, samples: 128_000, seed: 1, flop: 4.2e12 },
  parent: null,
  accuracy: { exactAccuracy: 0.998, accuracy: 0.9995, ruleAccuracy: 0.998, count: 500, interval: [0.9888, 0.9996] },
};

export const model = (other: Partial<Model> = {}): Model => ({ ...trained, ...other });

/** As compute describes what came from a file that says nothing of its training. */
export const imported = (other: Partial<Model> = {}): Model =>
  model({
    id: 'from-a-file',
    source: 'imported',
    name: 'From a file',
    dataset: 'unknown',
    preset: 'imported',
    command: 'model import a.pt',
    data: { trainPuzzles: 0, trainClasses: null, testPuzzles: 0, testClasses: null },
    training: { steps: 0, seconds: 0, samples: 0, seed: 0, flop: 0 },
    accuracy: null,
    ...other,
  });
