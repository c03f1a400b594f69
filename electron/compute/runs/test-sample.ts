/** The test puzzles that a run is evaluated on: all of them, or a sample that is the same in every run of the dataset. */
import { interleaveGroups, type Dataset } from '../../../datasets/catalog';
import { drawRows, SAMPLE_SEED, stratumFinder, type Sample } from '../../../datasets/sample';
import { isScored, type GroupKind } from '../../../models/evaluate/accuracy';

export interface TestSample {
  /** Rows of the test split. Any prefix is spread evenly over difficulties, or over the groups of a dataset with groups. */
  readonly rows: readonly number[];
  /** What the first `count` rows are; null where they are all puzzles with a known answer. */
  readonly describe: (count: number) => Sample | null;
}

/** At most `size` puzzles with a known answer: with groups of puzzles some of each, else drawn at random. */
export function chooseTestSample({ identified, kind, test }: Dataset, size: number): TestSample {
  const rows = identified ? interleaveGroups(identified.test) : [...test.keys()];
  const scored = rows.filter((row) => isScored(test[row]!));
  const of = scored.length;
  const chosen = (choice: readonly number[], drawn: Omit<Sample, 'of'>): TestSample => ({
    rows: choice,
    describe: (count) => (count < of ? { of, ...drawn } : null),
  });
  if (identified || of <= size) return chosen(scored.slice(0, size), { seed: null, isStratified: identified !== null });
  const stratumOf = stratumFinder(kind);
  const strata = scored.map((row) => stratumOf(test[row]!));
  const drawn = drawRows(strata, { size, seed: SAMPLE_SEED }).map((index) => scored[index]!);
  return chosen(drawn, { seed: SAMPLE_SEED, isStratified: strata.some((stratum) => stratum !== strata[0]) });
}

/** The group of each test puzzle by its row: the task of a dataset with groups, else the symmetry class. */
export function findTestGroups({ identified, kind, test }: Dataset): {
  readonly kind: GroupKind;
  readonly of: (row: number) => string;
} {
  if (identified) return { kind: 'tasks', of: (row) => String(identified.test[row]!.group) };
  return { kind: 'classes', of: (row) => kind.classHash(test[row]!.inputs) };
}
