/**
 * The shape of a dataset, and the built-in datasets. Some datasets give puzzles identifiers: in ARC a puzzle is one
 * augmented copy of a task, with several examples, each a `Puzzle`; the model trains an embedding for each identifier.
 */
import { message, type Text } from '../renderer/messages/message';
import { UnknownIdError } from './kinds/kind-family';
import type { Puzzle, PuzzleKind } from './kinds/puzzle-kind';
import { getKind } from './kinds/registry';
import { samplePuzzleClasses } from './kinds/sudoku/classes';
import { classes4x4 } from './kinds/sudoku/classes-4x4';
import { sudoku } from './kinds/sudoku/sudoku';
import { Random } from './random';
import type { Split } from './split';
import { splitByClass } from './split';

export interface IdentifiedPuzzle extends Puzzle {
  /** Row of the table of puzzle embeddings. Examples of a group with the same identifier are one puzzle. */
  readonly identifier: number;
  /** An original and its augmented copies are one group; counted from 0 in each split. */
  readonly group: number;
}

export interface IdentifiedDataset {
  /** Names by identifier, `<blank>` first; at least two. */
  readonly names: readonly string[];
  readonly train: readonly IdentifiedPuzzle[];
  readonly test: readonly IdentifiedPuzzle[];
}

/** Number of identifiers, the blank one included: rows of the table of puzzle embeddings. */
export function countIdentifiers({
  identified,
}: {
  readonly identified: Pick<IdentifiedDataset, 'names'> | null;
}): number {
  return identified?.names.length ?? 1;
}

/** The puzzles of one group, each with its examples. */
export type PuzzleGroup = readonly {
  readonly identifier: number;
  readonly examples: readonly IdentifiedPuzzle[];
}[];

/** Sorts examples by group and identifier; groups, puzzles and examples are in the order in which they first appear. */
export function groupPuzzles(examples: readonly IdentifiedPuzzle[]): PuzzleGroup[] {
  const groups = new Map<number, Map<number, IdentifiedPuzzle[]>>();
  for (const example of examples) {
    const group = groups.get(example.group) ?? new Map<number, IdentifiedPuzzle[]>();
    const known = group.get(example.identifier) ?? [];
    known.push(example);
    groups.set(example.group, group.set(example.identifier, known));
  }
  return [...groups.values()].map((group) =>
    [...group].map(([identifier, known]) => ({ identifier, examples: known })),
  );
}

/** Indices of the puzzles such that groups alternate, each in its own order: any prefix is spread evenly over the groups. */
export function interleaveGroups(puzzles: readonly Pick<IdentifiedPuzzle, 'group'>[]): number[] {
  const turns: number[][] = [];
  const seen = new Map<number, number>();
  puzzles.forEach(({ group }, row) => {
    const turn = seen.get(group) ?? 0;
    seen.set(group, turn + 1);
    (turns[turn] ??= []).push(row);
  });
  return turns.flat();
}

const sudoku4 = sudoku(2, 2);
const sudoku6 = sudoku(2, 3);

/** The puzzle of a text, with its solution. */
function solved(kind: PuzzleKind, text: string): Puzzle {
  const inputs = kind.parse(text);
  return { inputs, labels: kind.solve(inputs, { maxSolutions: 1 }).solutions[0]! };
}

export interface DatasetInfo {
  /** Id of a built-in or imported dataset, else its path. */
  readonly id: string;
  /** A message for built-in datasets; users name their own. */
  readonly name: Text;
  /** Description or origin, in one sentence. */
  readonly summary: Text;
  /** Id of the kind. */
  readonly kind: string;
}

interface DatasetSpec extends DatasetInfo {
  /** Seed of the split and the test puzzles: fixed by the dataset, so that every run is evaluated on the same puzzles. */
  readonly seed: number;
  readonly testShare: number;
  readonly testPuzzles: number;
  /** What `loadBuiltInDataset` creates, known without creating it. */
  readonly counts: { readonly trainPuzzles: number; readonly trainClasses: number; readonly testClasses: number };
  /** One puzzle of each symmetry class, each with exactly one solution. */
  readonly classes: () => readonly Puzzle[];
}

export const datasetSpecs: readonly DatasetSpec[] = [
  {
    id: 'sudoku-4x4',
    name: sudoku4.name,
    summary: message('datasets.builtIn.sudoku4'),
    kind: sudoku4.id,
    seed: 4,
    testShare: 0.25,
    testPuzzles: 1000,
    counts: { trainPuzzles: 282, trainClasses: 282, testClasses: 94 },
    classes: () => classes4x4.map((key) => solved(sudoku4, key)),
  },
  {
    id: 'sudoku-6x6',
    name: sudoku6.name,
    summary: message('datasets.builtIn.sudoku6'),
    kind: sudoku6.id,
    seed: 6,
    testShare: 0.25,
    testPuzzles: 1000,
    counts: { trainPuzzles: 900, trainClasses: 900, testClasses: 300 },
    classes: () => samplePuzzleClasses(sudoku6, { clues: 14, count: 1200, random: Random.seeded(6) }),
  },
];

export interface Dataset extends Omit<Split, 'trainClasses' | 'testClasses'> {
  /** Number of symmetry classes; null for datasets too large to count them, and for puzzles with identifiers. */
  readonly trainClasses: number | null;
  readonly testClasses: number | null;
  readonly spec: DatasetInfo;
  readonly kind: PuzzleKind;
  /** The same puzzles with their identifiers; null where all have the blank identifier. */
  readonly identified: IdentifiedDataset | null;
}

/** @throws UnknownIdError */
export function getDatasetSpec(id: string): DatasetSpec {
  const spec = datasetSpecs.find((candidate) => candidate.id === id);
  if (spec) return spec;
  throw new UnknownIdError('datasets.unknown', { id, known: datasetSpecs.map((known) => known.id) });
}

const loaded = new Map<string, Dataset>();

/**
 * Loads a built-in dataset, the same on every machine; it is created at the first call and kept in memory.
 * @throws UnknownIdError
 */
export function loadBuiltInDataset(id: string): Dataset {
  const dataset = loaded.get(id) ?? createDataset(getDatasetSpec(id));
  loaded.set(id, dataset);
  return dataset;
}

function createDataset(spec: DatasetSpec): Dataset {
  const { id, name, summary } = spec;
  const kind = getKind(spec.kind);
  return {
    spec: { id, name, summary, kind: kind.id },
    kind,
    identified: null,
    ...splitByClass(spec.classes(), { ...spec, kind, random: Random.seeded(spec.seed) }),
  };
}
