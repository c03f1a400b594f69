import ClassicalPanel from '../../../renderer/features/solve/inspector/ClassicalPanel.svelte';
import BoardArea from '../../../renderer/features/solve/board/BoardArea.svelte';
import Brushes from '../../../renderer/features/solve/puzzle/Brushes.svelte';
import DraftPanel from '../../../renderer/features/solve/puzzle/DraftPanel.svelte';
import Inspector from '../../../renderer/features/solve/inspector/Inspector.svelte';
import DamageForm from '../../../renderer/features/solve/puzzle/DamageForm.svelte';
import DamageNote from '../../../renderer/features/solve/puzzle/DamageNote.svelte';
import DemoList from '../../../renderer/features/solve/puzzle/DemoList.svelte';
import type { PickerDemo } from '../../../renderer/features/solve/puzzle/puzzle-picker.svelte';
import PuzzlePanel from '../../../renderer/features/solve/puzzle/PuzzlePanel.svelte';
import SolveActions from '../../../renderer/features/solve/board/SolveActions.svelte';
import SolveSubtitle from '../../../renderer/features/solve/SolveSubtitle.svelte';
import type { PuzzleKind } from '../../../datasets/kinds/puzzle-kind';
import { getKind, listSizes } from '../../../datasets/kinds/registry';
import { arcPuzzle, withContradiction, puzzleOf } from '../samples/puzzles';
import { draftOf, sampleSolve, type SampleSolveOptions } from '../samples/solving';
import { solveOf } from '../samples/traces';
import type { InspectorView } from '../../../renderer/features/solve/board/cell-selection.svelte';
import { noop, specimen, type Specimen } from '../specimen';

const theme = 'dark';
const longModel = 'sudoku-extreme-att-checkpoint-of-the-reference-step-50000';

const board = (options: SampleSolveOptions = {}) => {
  const { solveState, kind } = sampleSolve(options);
  const { crop } = solveState.selection;
  if (!crop) throw new Error('the state has no model or puzzle');
  return { solveState, kind, crop, theme };
};
const inspector = (view: InspectorView, options: SampleSolveOptions = {}) => {
  const { solveState, kind } = sampleSolve(options);
  Object.assign(solveState.selection, { view, selected: 4 });
  return { solveState, kind, theme, onlink: noop };
};
const classical = (id: string, step: number | null) => () => ({
  solution: getKind(id).solveClassically(Uint8Array.from(puzzleOf(id).inputs)),
  playback: solveOf({ kind: id }).playback,
  step,
  onstep: noop,
});
const damaged = (kind: string, damage: 'missing' | 'smaller' | null) => () => {
  const sample = sampleSolve({ kind });
  if (damage) void sample.solveState.damage.apply(damage, 2);
  return { puzzleDamage: sample.solveState.damage, kind: sample.kind };
};
const actions =
  (options: SampleSolveOptions = {}) =>
  () => {
    const { solveState, catalog } = sampleSolve(options);
    return { solveState, catalog };
  };
const demoOf = (reason: PickerDemo['reason'], solvedAt: number | null): PickerDemo => ({
  reason,
  solvedAt,
  changes: 118,
  standstill: 9,
  steps: 64,
  puzzles: 500,
  inputs: [],
  labels: [],
});
const picker =
  (change: Partial<ReturnType<typeof sampleSolve>['solveState']['picker']> = {}, kind = 'sudoku-6x6') =>
  () => {
    const { solveState } = sampleSolve({ kind });
    return { picker: Object.assign(solveState.picker, { open: true }, change) };
  };
const edited =
  (id: string, inputs?: readonly number[], text?: string, kinds: readonly PuzzleKind[] = []) =>
  () => ({
    draft: draftOf(id, inputs, text),
    kinds,
    onsize: noop,
    ontext: noop,
    isLive: false,
    onlive: noop,
    effect: null,
  });

/** The Solve view around the player. */
export const solve: readonly Specimen[] = [
  specimen(
    'SolveSubtitle',
    SolveSubtitle,
    {
      usual: actions(),
      typed: actions({ address: 'typed' }),
      editing: actions({ editing: true }),
      'long text': actions({ model: longModel }),
    },
    { width: 620, layout: 'in a line' },
  ),
  specimen(
    'SolveActions',
    SolveActions,
    { usual: actions(), editing: actions({ editing: true }), 'long text': actions({ model: longModel }) },
    { width: 620, layout: 'in a line' },
  ),
  specimen(
    'BoardArea',
    BoardArea,
    {
      midway: () => board(),
      maze: () => board({ kind: 'maze-11' }),
      ARC: () => board({ puzzle: arcPuzzle(3), kind: 'arc' }),
      slow: () => board({ slow: true }),
      cancelled: () => board({ at: null, cancelled: true }),
      'a solver step': () => board({ solver: 2 }),
      editing: () => board({ editing: true }),
      'editing, solving live': () => board({ editing: true, live: true }),
    },
    { width: 460, height: 420 },
  ),
  specimen('DamageForm', DamageForm, {
    whole: damaged('sudoku-6x6', null),
    damaged: damaged('sudoku-6x6', 'missing'),
  }),
  specimen(
    'DamageNote',
    DamageNote,
    { clues: damaged('sudoku-6x6', 'missing'), 'another grid': damaged('maze-11', 'smaller') },
    { width: 620 },
  ),
  specimen(
    'Inspector',
    Inspector,
    {
      answer: () => inspector('answer'),
      state: () => inspector('state', { heads: 4 }),
      solver: () => inspector('solver', { solver: 1 }),
      waiting: () => inspector('answer', { at: null }),
      'choosing a puzzle': () => inspector('answer', { picker: true }),
    },
    { width: 320 },
  ),
  specimen('ClassicalPanel', ClassicalPanel, {
    'no step selected': classical('sudoku-6x6', null),
    'a step selected': classical('sudoku-9x9', 4),
    maze: classical('maze-11', 3),
    search: classical('queens-8', null),
    'contradictory clues': () => ({
      solution: getKind('sudoku-6x6').solveClassically(Uint8Array.from(withContradiction(puzzleOf('sudoku-6x6')))),
      playback: null,
      step: null,
      onstep: noop,
    }),
    'unknown rules': { solution: null, playback: null, step: null, onstep: noop },
    solving: { solution: undefined, playback: null, step: null, onstep: noop },
  }),
  specimen(
    'DemoList',
    DemoList,
    { usual: { demos: [demoOf('recovers', 14), demoOf('fails', null)], onopen: noop } },
    { width: 300 },
  ),
  specimen('PuzzlePanel', PuzzlePanel, {
    'from a dataset': picker(),
    'a generated puzzle': picker({ source: 'generated' }),
    failed: picker({ failure: 'sudoku-6x6/test has 1,000 puzzles, counted from 0: there is no 4000.' }),
    'no dataset': picker({}, 'queens-8'),
    maze: picker({}, 'maze-11'),
  }),
  specimen('DraftPanel', DraftPanel, {
    'one solution': edited('sudoku-6x6'),
    empty: edited(
      'sudoku-6x6',
      Array.from({ length: 36 }, () => 1),
    ),
    'contradictory clues': edited('sudoku-6x6', withContradiction(puzzleOf('sudoku-6x6'))),
    'unreadable text': edited('sudoku-6x6', undefined, '12..9'),
    'solving live': () => ({
      ...edited('sudoku-6x6')(),
      isLive: true,
      effect: '3 cells of the answer changed; 2 rules broken',
    }),
    maze: edited('maze-11'),
    'every size': edited('maze-11', undefined, undefined, listSizes(getKind('maze-11'))),
    ARC: edited('arc', arcPuzzle(3).inputs),
  }),
  specimen('Brushes', Brushes, {
    maze: () => ({ draft: draftOf('maze-11') }),
    ARC: () => ({ draft: draftOf('arc', arcPuzzle(3).inputs) }),
    nonogram: () => ({ draft: draftOf('nonogram-5') }),
    sudoku: () => ({ draft: draftOf('sudoku-9x9') }),
  }),
];
