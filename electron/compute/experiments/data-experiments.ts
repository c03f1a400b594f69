/** Built-in experiments about the puzzles: larger ones than in the training, and test puzzles that leak into it. */
import { message } from '../../../renderer/messages/message';
import type { Experiment } from '../../contract/experiments';
import { testBuiltIn, train } from './define-experiment';

const maze = (side: number) =>
  [`side-${side}`, `${side}×${side}`, 'maze-12x12', 'maze', { testKind: `maze-${side}` }] as const;

export const dataExperiments: readonly Experiment[] = [
  testBuiltIn({
    id: 'easy-to-hard',
    question: message('experiments.easyToHard.question'),
    claim: message('experiments.easyToHard.claim'),
    limits: message('experiments.easyToHard.limits'),
    models: [maze(12), maze(16), maze(20), maze(30)],
    test: { type: 'steps', at: [4, 16, 48, 128, 256], puzzles: 60 },
  }),
  train({
    id: 'contamination',
    question: message('experiments.contamination.question'),
    claim: message('experiments.contamination.claim'),
    base: {
      preset: 'classroom',
      dataset: 'sudoku-4x4',
      settings: { maxSteps: 400, batchSize: 32, learningRate: 3e-3, minRatio: 0.05, symmetricCopies: 1 },
    },
    conditions: [
      ['classes', message('experiments.label.splitClasses'), {}, 'classes'],
      ['puzzles', message('experiments.label.splitPuzzles'), {}, 'puzzles'],
      ['leaked', message('experiments.label.splitLeaked'), {}, 'leaked'],
    ],
  }),
];
