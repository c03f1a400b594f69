import { getKind } from '../../../datasets/kinds/registry';
import CanvasGrid from '../../../renderer/grids/CanvasGrid.svelte';
import Cell from '../../../renderer/grids/Cell.svelte';
import type { CellState } from '../../../renderer/grids/board';
import Grid from '../../../renderer/grids/Grid.svelte';
import Legend from '../../../renderer/grids/Legend.svelte';
import PuzzlePicture from '../../../renderer/grids/PuzzlePicture.svelte';
import { arcPuzzle, withContradiction, withErrors, puzzleOf } from '../samples/puzzles';
import { solveOf } from '../samples/traces';
import { checkDraft } from '../../../renderer/features/solve/puzzle/draft.svelte';
import { noop, specimen, type Chapter } from '../specimen';

const theme = 'dark';
const label = 'A puzzle';
const cellState = (changes: Partial<CellState> = {}): CellState => ({
  token: 4,
  symbol: '3',
  name: '3',
  clue: false,
  confidence: 1,
  isClassical: false,
  changed: false,
  marked: false,
  ...changes,
});
const cell = (changes: Partial<CellState> = {}) => ({
  cellState: cellState(changes),
  boxRight: false,
  boxBottom: false,
  role: 'img' as const,
  'aria-label': 'a cell',
  style: 'height: 64px',
});

/** A solve in the middle, with changed cells and broken rules. */
function midway(kind: string) {
  const { puzzle, playback } = solveOf({ kind });
  const { answer, confidence, changedCells, report } = playback.answers[5]!;
  return {
    kind: getKind(kind),
    label,
    content: { inputs: puzzle.inputs, answer, confidence, changedCells, marks: report.brokenCells },
  };
}
const given = (kind: string) => ({ kind: getKind(kind), label, content: { inputs: puzzleOf(kind).inputs } });
function solved(kind: string) {
  const { inputs, labels } = puzzleOf(kind);
  return { kind: getKind(kind), label, content: { inputs, answer: labels } };
}
const attention = (cells: number) => ({
  from: 3,
  puzzleEmbeddingShare: 0,
  numbers: true,
  shares: Array.from({ length: cells }, (_, i) => (i % 5 === 0 ? 0.14 : 0.002)),
});
const arc = () => ({ kind: getKind('arc'), label, content: { inputs: arcPuzzle(3).inputs } });
function contradiction() {
  const [kind, inputs] = [getKind('sudoku-4x4'), withContradiction(puzzleOf('sudoku-4x4'))];
  return { kind, label, content: { inputs, marks: checkDraft(kind, inputs).cells }, onkey: noop };
}

export const grid: Chapter = {
  title: 'Grid',
  specimens: [
    specimen(
      'Cell',
      Cell,
      {
        empty: cell({ symbol: '', name: '' }),
        clue: cell({ clue: true }),
        sure: cell(),
        unsure: cell({ confidence: 0.35 }),
        changed: cell({ changed: true }),
        'breaks a rule': cell({ marked: true }),
        'changed and breaks a rule': cell({ changed: true, marked: true }),
        'by a classical solver': cell({ isClassical: true }),
        highlighted: { ...cell(), highlighted: true },
        selected: { ...cell(), selected: true },
        'in a solver step': { ...cell(), stepped: true },
        attended: { ...cell(), attended: 0.8, share: 0.31 },
        attending: { ...cell(), attending: true },
      },
      { width: 64 },
    ),
    specimen(
      'Grid',
      Grid,
      {
        'before an answer': () => given('sudoku-4x4'),
        midway: () => midway('sudoku-6x6'),
        correct: () => solved('sudoku-4x4'),
        selected: () => ({ ...solved('sudoku-4x4'), selected: 3, highlightedCell: 6 }),
        attention: () => ({ ...solved('sudoku-4x4'), attention: attention(16) }),
        'contradictory clues': contradiction,
        queens: () => solved('queens-8'),
      },
      { width: 280, height: 280 },
    ),
    specimen(
      'Grid 9×9',
      Grid,
      {
        midway: () => midway('sudoku-9x9'),
        'a solver step': () => ({ ...given('sudoku-9x9'), stepped: [3, 12, 21] }),
      },
      { width: 460, height: 460 },
    ),
    specimen(
      'CanvasGrid',
      CanvasGrid,
      {
        maze: () => ({ ...solved('maze-11'), theme }),
        midway: () => ({ ...midway('maze-11'), theme }),
        nonogram: () => ({ ...solved('nonogram-5'), theme }),
        numberlink: () => ({ ...solved('numberlink-6'), theme }),
        ARC: () => ({ ...arc(), theme }),
        'without symbols': () => ({ ...arc(), theme, symbols: false }),
        attention: () => ({ ...given('maze-11'), theme, attention: attention(121) }),
      },
      { width: 320, height: 320 },
    ),
    specimen(
      'CanvasGrid 30×30',
      CanvasGrid,
      { maze: () => ({ ...solved('maze-30'), theme }) },
      { width: 460, height: 460 },
    ),
    specimen(
      'Legend',
      Legend,
      {
        sudoku: () => ({ kind: getKind('sudoku-9x9') }),
        attention: () => ({ kind: getKind('sudoku-9x9'), attention: true }),
        maze: () => ({ kind: getKind('maze-11') }),
        ARC: () => ({ kind: getKind('arc') }),
      },
      { width: 620 },
    ),
    specimen(
      'PuzzlePicture, small',
      PuzzlePicture,
      {
        correct: () => ({ ...solved('sudoku-4x4'), theme, size: 124 }),
        wrong: () => {
          const puzzle = puzzleOf('sudoku-4x4');
          return {
            kind: getKind('sudoku-4x4'),
            label,
            theme,
            size: 124,
            content: { inputs: puzzle.inputs, answer: withErrors(puzzle, 0.4), marks: [1, 6] },
          };
        },
      },
      { width: 124 },
    ),
    specimen(
      'PuzzlePicture',
      PuzzlePicture,
      {
        sudoku: () => ({
          kind: getKind('sudoku-9x9'),
          content: { inputs: puzzleOf('sudoku-9x9').inputs },
          label,
          theme,
          symbols: true,
        }),
        maze: () => ({
          kind: getKind('maze-11'),
          content: { inputs: puzzleOf('maze-11').inputs },
          label,
          theme,
          symbols: true,
        }),
        ARC: () => ({ kind: getKind('arc'), content: { inputs: arcPuzzle(3).inputs }, label, theme, symbols: true }),
      },
      { width: 220, height: 220 },
    ),
  ],
};
