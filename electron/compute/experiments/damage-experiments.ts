/** Built-in experiments about puzzles unlike those of the training: damaged ones, and grids that are nearly solved. */
import type { DamageId } from '../../../datasets/damage/damage';
import { message } from '../../../renderer/messages/message';
import type { Experiment } from '../../contract/experiments';
import { testBuiltIn } from './define-experiment';

const damaged = (damage: DamageId) =>
  [damage, message(`damage.${damage}.name`), 'sudoku-6x6', 'sudoku-6x6', { damage }] as const;

export const damageExperiments: readonly Experiment[] = [
  testBuiltIn({
    id: 'mess',
    question: message('experiments.mess.question'),
    claim: message('experiments.mess.claim'),
    limits: message('experiments.mess.limits'),
    models: [damaged('flipped'), damaged('contradictory'), damaged('missing'), damaged('unseen'), damaged('shifted')],
    seeds: 3,
    test: { type: 'damage', amounts: [0, 1, 2, 4], puzzles: 60 },
  }),
  testBuiltIn({
    id: 'one-cell',
    question: message('experiments.oneCell.question'),
    claim: message('experiments.oneCell.claim'),
    limits: message('experiments.oneCell.limits'),
    models: [
      ['sudoku-9x9', 'Sudoku 9×9', 'sudoku-9x9', 'sudoku-9x9'],
      ['sudoku-6x6', 'Sudoku 6×6', 'sudoku-6x6', 'sudoku-6x6'],
    ],
    seeds: 3,
    test: { type: 'openCells', counts: [1, 2, 4, 8, 16, 24, 32, 40], puzzles: 40 },
  }),
];
