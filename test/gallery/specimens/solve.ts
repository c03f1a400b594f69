import ClassicalPanel from '../../../renderer/features/solve/classical/ClassicalPanel.svelte';
import BoardPlace from '../../../renderer/features/solve/board/BoardArea.svelte';
import Brushes from '../../../renderer/features/solve/puzzle/Brushes.svelte';
import DraftPanel from '../../../renderer/features/solve/puzzle/DraftPanel.svelte';
import Inspector from '../../../renderer/features/solve/inspector/Inspector.svelte';
import ModelChoice from '../../../renderer/features/solve/puzzle/ModelChoice.svelte';
import Notice from '../../../renderer/features/solve/board/Notice.svelte';
import PuzzlePanel from '../../../renderer/features/solve/puzzle/PuzzlePanel.svelte';
import SlowBar from '../../../renderer/features/solve/player/SlowBar.svelte';
import SolveActions from '../../../renderer/features/solve/board/SolveActions.svelte';
import SolveLine from '../../../renderer/features/solve/player/SolveLine.svelte';
import { kindOf } from '../../../datasets/kinds/registry';
import { classicalAccount } from '../../../renderer/features/solve/classical/classical';
import { arcPuzzle, clashing, puzzleOf } from '../samples/puzzles';
import { draftOf, solvingOf, type SolvingWish } from '../samples/solving';
import { silent } from '../samples/rooms';
import { solveOf } from '../samples/traces';
import type { View } from '../../../renderer/features/solve/board/cell-selection.svelte';
import { Tracing } from '../../../renderer/features/solve/trace-request.svelte';
import { nothing, specimen, type Specimen } from '../specimen';

const theme = 'dark';
const longModel = 'sudoku-extreme-att-checkpoint-of-the-reference-step-50000';

const board = (wish: SolvingWish = {}) => {
  const { solving, kind } = solvingOf(wish);
  const { crop } = solving.pointing;
  if (!crop) throw new Error('a model and a puzzle are there');
  return { solving, kind, crop, theme };
};
const inspector = (view: View, wish: SolvingWish = {}) => {
  const { solving, kind } = solvingOf(wish);
  Object.assign(solving.pointing, { view, chosen: 4 });
  return { solving, kind, theme };
};
const slow = (share: number | null, said: string) => () => ({
  tracing: Object.assign(new Tracing(silent()), { busy: true, slow: true, share, words: said }),
  doing: 'Solving',
  oncancel: nothing,
});
const account = (id: string, step: number | null) => () => ({
  account: classicalAccount(kindOf(id), Uint8Array.from(puzzleOf(id).inputs)),
  journey: solveOf({ kind: id }).journey,
  step,
  onstep: nothing,
});
const actions =
  (wish: SolvingWish = {}) =>
  () => {
    const { solving, facts } = solvingOf(wish);
    return { solving, facts };
  };
const picking =
  (change: Partial<ReturnType<typeof solvingOf>['solving']['picking']> = {}, kind = 'sudoku-6x6') =>
  () => {
    const { solving, kind: of } = solvingOf({ kind });
    return { picking: Object.assign(solving.picking, { open: true }, change), kind: of };
  };
const edited = (id: string, inputs?: readonly number[], text?: string) => () => ({
  draft: draftOf(id, inputs, text),
  live: false,
  onlive: nothing,
  effect: null,
});

/** The room around the board. */
export const solve: readonly Specimen[] = [
  specimen(
    'SolveLine',
    SolveLine,
    {
      usual: actions(),
      typed: actions({ address: 'typed' }),
      editing: actions({ editing: true }),
      'long text': actions({ model: longModel }),
    },
    { width: 620, parts: 'in a line' },
  ),
  specimen(
    'SolveActions',
    SolveActions,
    { usual: actions(), editing: actions({ editing: true }), 'long text': actions({ model: longModel }) },
    { width: 620, parts: 'in a line' },
  ),
  specimen('ModelChoice', ModelChoice, { usual: actions(), 'long text': actions({ model: longModel }) }),
  specimen(
    'Notice',
    Notice,
    { usual: { words: 'Sudoku 4×4 is not here any more; Sudoku 6×6 answers now.', onclose: nothing } },
    { width: 620 },
  ),
  specimen(
    'SlowBar',
    SlowBar,
    { 'not known how far': slow(null, ''), 'on its way': slow(0.4, 'step 6 of 16') },
    { width: 420 },
  ),
  specimen(
    'BoardPlace',
    BoardPlace,
    {
      midway: () => board(),
      maze: () => board({ kind: 'maze-11' }),
      ARC: () => board({ puzzle: arcPuzzle(3), kind: 'arc' }),
      slow: () => board({ slow: true }),
      cancelled: () => board({ at: null, cancelled: true }),
      'a step of a solver': () => board({ solver: 2 }),
      editing: () => board({ editing: true }),
      'editing, solved at once': () => board({ editing: true, live: true }),
    },
    { width: 460, height: 420 },
  ),
  specimen(
    'Inspector',
    Inspector,
    {
      answer: () => inspector('answer'),
      state: () => inspector('state', { heads: 4 }),
      solver: () => inspector('solver', { solver: 1 }),
      'on its way': () => inspector('answer', { at: null }),
      'choosing a puzzle': () => inspector('answer', { picking: true }),
    },
    { width: 320 },
  ),
  specimen('ClassicalPanel', ClassicalPanel, {
    'at rest': account('sudoku-6x6', null),
    'on a step': account('sudoku-9x9', 4),
    maze: account('maze-11', 3),
    search: account('queens-8', null),
    'clues that clash': () => ({
      account: classicalAccount(kindOf('sudoku-6x6'), Uint8Array.from(clashing(puzzleOf('sudoku-6x6')))),
      journey: null,
      step: null,
      onstep: nothing,
    }),
    'no rules known': { account: null, journey: null, step: null, onstep: nothing },
    finding: { account: undefined, journey: null, step: null, onstep: nothing },
  }),
  specimen('PuzzlePanel', PuzzlePanel, {
    'from a set': picking(),
    'a new one': picking({ source: 'new' }),
    failed: picking({ failure: 'sudoku-6x6/test has 1,000 puzzles, counted from 0: there is no 4000.' }),
    'no set': picking({}, 'queens-8'),
    maze: picking({}, 'maze-11'),
  }),
  specimen('DraftPanel', DraftPanel, {
    'one solution': edited('sudoku-6x6'),
    empty: edited(
      'sudoku-6x6',
      Array.from({ length: 36 }, () => 1),
    ),
    'clues that clash': edited('sudoku-6x6', clashing(puzzleOf('sudoku-6x6'))),
    'unreadable text': edited('sudoku-6x6', undefined, '12..9'),
    'solved at once': () => ({
      ...edited('sudoku-6x6')(),
      live: true,
      effect: '3 cells of the answer changed; 2 rules broken',
    }),
    maze: edited('maze-11'),
    ARC: edited('arc', arcPuzzle(3).inputs),
  }),
  specimen('Brushes', Brushes, {
    maze: () => ({ draft: draftOf('maze-11') }),
    ARC: () => ({ draft: draftOf('arc', arcPuzzle(3).inputs) }),
    nonogram: () => ({ draft: draftOf('nonogram-5') }),
    sudoku: () => ({ draft: draftOf('sudoku-9x9') }),
  }),
];
