/**
 * What a dataset holds, and the datasets that come with the lab. Some datasets give puzzles identifiers: in ARC a
 * puzzle is one augmented copy of a task, with several examples, each a `Puzzle`; a model learns an embedding for the
 * identifier of each.
 */
import { UnknownIdError } from './kinds/kind-family';
import type { Puzzle, PuzzleKind } from './kinds/puzzle-kind';
import { getKind } from './kinds/registry';
import { drawClasses, listClasses } from './kinds/sudoku/classes';
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

export interface IdentifiedSet {
  /** By identifier, `<blank>` first; at least two. */
  readonly names: readonly string[];
  readonly train: readonly IdentifiedPuzzle[];
  readonly test: readonly IdentifiedPuzzle[];
}

/** Identifiers of a set, the blank one included: the rows of a table of puzzle embeddings. */
export function countIdentifiers({ identified }: { readonly identified: Pick<IdentifiedSet, 'names'> | null }): number {
  return identified?.names.length ?? 1;
}

/** Rows in which the groups take turns, each with its examples in order: any beginning is spread evenly over them. */
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

export interface DatasetInfo {
  /** Of a set of the lab its id, else its path. */
  readonly id: string;
  readonly name: string;
  /** One sentence for someone choosing. */
  readonly summary: string;
  /** Id of the kind. */
  readonly kind: string;
}

interface DatasetSpec extends DatasetInfo {
  /** Of the split and the test puzzles: the data set's own, so that every run is measured on the same puzzles. */
  readonly seed: number;
  readonly heldOutShare: number;
  readonly testPuzzles: number;
  /** One puzzle of each symmetry class, each with exactly one solution. */
  readonly classes: () => readonly Puzzle[];
}

export const datasetSpecs: readonly DatasetSpec[] = [
  {
    id: 'sudoku-4x4',
    name: 'Sudoku 4×4',
    summary: 'All 376 essentially different 4×4 puzzles with 6 givens and one solution; a quarter of them held out.',
    kind: sudoku4.id,
    seed: 4,
    heldOutShare: 0.25,
    testPuzzles: 1000,
    classes: () => listClasses(sudoku4, 6),
  },
  {
    id: 'sudoku-6x6',
    name: 'Sudoku 6×6',
    summary:
      '1,200 puzzles with 14 givens and one solution, no two of them essentially the same; a quarter of them held out.',
    kind: sudoku6.id,
    seed: 6,
    heldOutShare: 0.25,
    testPuzzles: 1000,
    classes: () => drawClasses(sudoku6, { givens: 14, count: 1200, random: Random.seeded(6) }),
  },
];

export interface Dataset extends Omit<Split, 'trainClasses' | 'testClasses'> {
  /** Null in sets too large to count them, and in those whose puzzles have identifiers. */
  readonly trainClasses: number | null;
  readonly testClasses: number | null;
  readonly spec: DatasetInfo;
  readonly kind: PuzzleKind;
  /** The same puzzles with what tells them apart; null where all have the blank identifier. */
  readonly identified: IdentifiedSet | null;
}

/** @throws UnknownIdError */
export function datasetSpec(id: string): DatasetSpec {
  const spec = datasetSpecs.find((candidate) => candidate.id === id);
  if (spec) return spec;
  throw new UnknownIdError(`unknown dataset "${id}"; known: ${datasetSpecs.map((known) => known.id).join(', ')}`);
}

const loaded = new Map<string, Dataset>();

/**
 * The data set's puzzles, the same on every machine; made at the first call and kept.
 * @throws UnknownIdError
 */
export function loadBuiltInDataset(id: string): Dataset {
  const dataset = loaded.get(id) ?? createDataset(datasetSpec(id));
  loaded.set(id, dataset);
  return dataset;
}

function createDataset(spec: DatasetSpec): Dataset {
  const kind = getKind(spec.kind);
  return {
    spec,
    kind,
    identified: null,
    ...splitByClass(spec.classes(), { ...spec, kind, random: Random.seeded(spec.seed) }),
  };
}
