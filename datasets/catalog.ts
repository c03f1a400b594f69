/**
 * The shape of a dataset, and the built-in datasets. Some datasets give puzzles identifiers: in ARC a puzzle is one
 * augmented copy of a task, with several examples, each a `Puzzle`; the model trains an embedding for each identifier.
 */
import { message, MessageError, type Text } from '../renderer/messages/message';
import { UnknownIdError } from './kinds/kind-family';
import type { Puzzle, PuzzleKind, RatedPuzzle } from './kinds/puzzle-kind';
import { getKind } from './kinds/registry';
import { samplePuzzleClasses } from './kinds/sudoku/classes';
import { classes4x4 } from './kinds/sudoku/classes-4x4';
import { sudoku } from './kinds/sudoku/sudoku';
import { Random } from './random';
import {
  arcRecipe,
  arcSmallRecipe,
  countRecipe,
  mazeRecipe,
  nonogramRecipe,
  numberlinkRecipe,
  queensRecipe,
  sudokuRecipe,
  type Recipe,
} from './recipes';
import type { Split } from './split';
import { splitByClass } from './split';

export interface IdentifiedPuzzle extends RatedPuzzle {
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

interface CommonSpec extends DatasetInfo {
  /** Seed of the puzzles and their split: fixed by the dataset, so that every run is evaluated on the same puzzles. */
  readonly seed: number;
  readonly testPuzzles: number;
  /** What the dataset contains, known without creating it; classes are null for puzzles with identifiers. */
  readonly counts: {
    readonly trainPuzzles: number;
    readonly trainClasses: number | null;
    readonly testClasses: number | null;
  };
}

/** A dataset that is created in memory whenever it is needed. */
interface MemorySpec extends CommonSpec {
  readonly testShare: number;
  /** One puzzle of each symmetry class, each with exactly one solution. */
  readonly classes: () => readonly Puzzle[];
}

/** A dataset that is generated on first use and then stored. */
export interface GeneratedSpec extends CommonSpec {
  readonly recipe: Recipe;
}

export type DatasetSpec = MemorySpec | GeneratedSpec;

function generated(
  spec: Pick<GeneratedSpec, 'id' | 'kind' | 'seed' | 'recipe' | 'summary'> & { readonly name?: Text },
): GeneratedSpec {
  const { train, test } = countRecipe(spec.recipe);
  // All puzzles are of different classes; tasks have none.
  const classes = (puzzles: number) => (spec.recipe.type === 'puzzles' ? puzzles : null);
  const counts = { trainPuzzles: train, trainClasses: classes(train), testClasses: classes(test) };
  return { name: getKind(spec.kind).name, ...spec, testPuzzles: test, counts };
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
  generated({
    id: 'sudoku-9x9',
    summary: message('datasets.builtIn.sudoku9'),
    kind: 'sudoku-9x9',
    seed: 9,
    recipe: sudokuRecipe,
  }),
  generated({
    id: 'maze',
    name: message('datasets.builtIn.mazeName'),
    summary: message('datasets.builtIn.maze'),
    kind: 'maze-12',
    seed: 10,
    recipe: mazeRecipe,
  }),
  generated({
    id: 'nonogram',
    summary: message('datasets.builtIn.nonogram'),
    kind: 'nonogram-6',
    seed: 11,
    recipe: nonogramRecipe,
  }),
  generated({
    id: 'queens',
    summary: message('datasets.builtIn.queens'),
    kind: 'queens-10',
    seed: 12,
    recipe: queensRecipe,
  }),
  generated({
    id: 'numberlink',
    summary: message('datasets.builtIn.numberlink'),
    kind: 'numberlink-7',
    seed: 13,
    recipe: numberlinkRecipe,
  }),
  generated({
    id: 'arc-tasks',
    name: message('datasets.builtIn.arcTasksName'),
    summary: message('datasets.builtIn.arcTasks'),
    kind: 'arc',
    seed: 14,
    recipe: arcRecipe,
  }),
  generated({
    id: 'arc-small',
    name: message('datasets.builtIn.arcSmallName'),
    summary: message('datasets.builtIn.arcSmall'),
    kind: 'arc-10',
    seed: 15,
    recipe: arcSmallRecipe,
  }),
];

/** The specification of a dataset that is generated on first use; null for other ids. */
export function findGeneratedSpec(id: string): GeneratedSpec | null {
  const spec = datasetSpecs.find((candidate) => candidate.id === id);
  return spec && 'recipe' in spec ? spec : null;
}

/** Whether the id is that of a built-in dataset that is created in memory. */
export const isInMemory = (id: string): boolean => datasetSpecs.some((spec) => spec.id === id && 'classes' in spec);

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
 * Loads a built-in dataset that is created in memory, the same on every machine; it is created at the first call.
 * @throws UnknownIdError; MessageError for a dataset that is generated and stored
 */
export function loadBuiltInDataset(id: string): Dataset {
  const spec = getDatasetSpec(id);
  if ('recipe' in spec) throw new MessageError('datasets.notGenerated', { dataset: spec.id });
  const dataset = loaded.get(id) ?? createDataset(spec);
  loaded.set(id, dataset);
  return dataset;
}

function createDataset(spec: MemorySpec): Dataset {
  const { id, name, summary } = spec;
  const kind = getKind(spec.kind);
  return {
    spec: { id, name, summary, kind: kind.id },
    kind,
    identified: null,
    ...splitByClass(spec.classes(), { ...spec, kind, random: Random.seeded(spec.seed) }),
  };
}
