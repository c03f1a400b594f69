/** Datasets with rows and histograms, reports of inspected files, and downloads. */
import { getKind } from '../../../datasets/kinds/registry';
import type {
  Dataset,
  DatasetReport,
  Download,
  Histogram,
  Page,
  PuzzleMessage,
} from '../../../electron/contract/contract';
import { message } from '../../../renderer/messages/message';
import { dataset } from '../../renderer/examples';
import { puzzleOf } from './puzzles';

const sampleDataset = (changes: Partial<Dataset>): Dataset =>
  dataset({
    summary: 'All 376 essentially different 4×4 puzzles with 6 givens and one solution; a quarter of them held out.',
    ...changes,
  });

export const builtInDatasets: readonly Dataset[] = [
  sampleDataset({}),
  sampleDataset({
    id: 'sudoku-6x6',
    name: 'Sudoku 6×6',
    kind: 'sudoku-6x6',
    summary: '1,200 puzzles with 14 givens and one solution.',
    train: { puzzles: 900, classes: 900 },
    test: { puzzles: 1000, classes: 300 },
  }),
];

export const ownDatasets: readonly Dataset[] = [
  sampleDataset({
    id: 'mazes',
    name: 'Maze 11×11, hard',
    kind: 'maze-11',
    source: 'user',
    summary: 'Generated here.',
    createdAt: '2026-11-22T10:00:00.000Z',
    train: { puzzles: 900_000, classes: null },
    test: { puzzles: 100_000, classes: null },
  }),
  sampleDataset({
    id: 'long',
    name: 'All puzzles that the local newspaper printed between 1998 and 2024',
    source: 'user',
    kind: 'sudoku-9x9',
    train: { puzzles: 8123, classes: 8120 },
    test: { puzzles: 0, classes: 0 },
  }),
  sampleDataset({
    id: 'broken',
    name: 'Old mazes',
    source: 'user',
    kind: 'maze-9',
    problem: 'dataset.json: expected "kind", found nothing',
  }),
];

export const sampleDatasets: readonly Dataset[] = [...builtInDatasets, ...ownDatasets];

export function rowOf(id: string, puzzle: PuzzleMessage, index = 0): Page['rows'][number] {
  const tokens = { inputs: Uint8Array.from(puzzle.inputs), labels: Uint8Array.from(puzzle.labels) };
  return {
    ...puzzle,
    index,
    facets: Object.fromEntries(getKind(id).facets.map((facet) => [facet.id, facet.compute(tokens)])),
  };
}

/** A first page; rows repeat, because generating a hundred 9×9 puzzles is slow. */
export function pageOf(id: string, total: number): Page {
  const puzzles = Array.from({ length: 12 }, (_, i) => puzzleOf(id, i + 1));
  return {
    total,
    rows: Array.from({ length: Math.min(total, 120) }, (_, i) =>
      rowOf(id, { ...puzzles[i % 12]!, address: `${id}/train/${i}` }, i),
    ),
  };
}

export const histograms: readonly Histogram[] = [
  {
    id: 'givens',
    name: 'Clues',
    unit: 'cells',
    unknown: 0,
    bins: [12, 40, 130, 288, 310, 160, 44, 9].map((count, i) => ({ min: 20 + i, max: 20 + i, count })),
  },
  {
    id: 'rating',
    name: 'Guesses',
    unit: 'guesses',
    unknown: 12,
    bins: [620, 210, 0, 51, 30, 11].map((count, i) => ({ min: i * 4, max: i * 4 + 3, count })),
  },
  { id: 'symbols', name: 'Symbols', unit: 'characters', unknown: 0, bins: [{ min: 9, max: 9, count: 993 }] },
];

const cleanSplit: DatasetReport['splits'][number] = {
  split: 'train',
  puzzles: 1200,
  classes: 1200,
  duplicates: 0,
  symmetricCopies: 0,
  contradictory: 0,
  unsolvable: 0,
  severalSolutions: 0,
  undecided: 0,
  inEarlierSplit: 0,
  wrongAnswers: 0,
  givens: { 24: 1200 },
  techniques: {},
};

export const reports = {
  clean: {
    form: 'CSV file',
    kind: 'sudoku-9x9',
    notes: [],
    takesTestShare: false,
    splits: [cleanSplit, { ...cleanSplit, split: 'test', puzzles: 300, classes: 300 }],
    tasks: null,
  },
  odd: {
    form: 'CSV file',
    kind: 'sudoku-9x9',
    tasks: null,
    notes: [message('datasets.note.ignoredFiles', { files: ['dataset_infos.json'] })],
    takesTestShare: true,
    splits: [
      {
        ...cleanSplit,
        classes: 1120,
        duplicates: 40,
        symmetricCopies: 40,
        contradictory: 2,
        unsolvable: 1,
        severalSolutions: 17,
        undecided: 3,
        wrongAnswers: 5,
      },
    ],
  },
  tasks: {
    form: 'Folder of ARC tasks',
    kind: 'arc',
    takesTestShare: true,
    splits: [],
    notes: [],
    tasks: { tasks: 24, pairs: 118, problems: [] },
  },
} as const satisfies Record<string, DatasetReport>;

const download = (changes: Partial<Download>): Download => ({
  id: 'sudoku-extreme',
  name: 'Sudoku-Extreme',
  summary: '3.8 million 9×9 Sudokus for training.',
  homepage: 'https://example.org',
  licence: 'not stated',
  kind: 'sudoku-9x9',
  isDownloaded: false,
  partialBytes: 0,
  ...changes,
});

export const downloads: readonly Download[] = [
  download({}),
  download({ id: 'maze-hard', name: 'Maze-Hard', kind: 'maze-30', partialBytes: 31e6 }),
  download({ id: 'arc-agi-1', name: 'ARC-AGI-1', kind: 'arc', licence: 'Apache 2.0', isDownloaded: true }),
];
