/** Puzzle embeddings of a model for another dataset: rows are matched by the names of puzzles, not by their number. */
import type { ModelConfig } from '../family/config';
import type { ModelState } from '../family/weights';
import type { StoredModel } from './model-folder';

export interface FittedEmbeddings {
  readonly config: ModelConfig;
  /** Row i of the puzzle table is that of identifier i of the dataset. */
  readonly state: ModelState;
  /** Whether the model has a row for an identifier of the dataset. */
  readonly hasRow: (identifier: number) => boolean;
  /** Puzzles that have a row, without the blank one. */
  readonly matched: number;
  /** Whether the model does not record the names of its puzzles: rows are matched by number then. */
  readonly isUnnamed: boolean;
}

/**
 * Orders the rows of a model for a dataset. New rows are the mean of the old ones, as in the reference.
 * @param names by identifier, `<blank>` first
 */
export function fitEmbeddings(
  { config, state, identifiers }: Pick<StoredModel, 'config' | 'state' | 'identifiers'>,
  names: readonly string[],
): FittedEmbeddings {
  const count = names.length;
  const rows = identifiers ? matchNames(identifiers, names) : null;
  const hasRow = (identifier: number) => (rows?.[identifier] ?? identifier) < config.numPuzzleIdentifiers;
  return {
    config: { ...config, numPuzzleIdentifiers: count },
    state: isOrdered(rows, config, count)
      ? state
      : { ...state, puzzleTable: orderRows(config, state, { rows, count }) },
    hasRow,
    matched: rows
      ? rows.filter((_, i) => i > 0 && hasRow(i)).length
      : config.numPuzzleIdentifiers === count
        ? count - 1
        : 0,
    isUnnamed: identifiers === undefined,
  };
}

/** The row of each name; the number of rows for a name without one. */
function matchNames(known: readonly string[], names: readonly string[]): Int32Array {
  const rows = new Map(known.map((name, row) => [name, row]));
  return Int32Array.from(names, (name) => rows.get(name) ?? known.length);
}

const isOrdered = (rows: Int32Array | null, { numPuzzleIdentifiers }: ModelConfig, count: number): boolean =>
  numPuzzleIdentifiers === count && (rows?.every((row, identifier) => row === identifier) ?? true);

function orderRows(
  { puzzleEmbNdim: width, numPuzzleIdentifiers }: ModelConfig,
  { puzzleTable }: ModelState,
  { rows, count }: { readonly rows: Int32Array | null; readonly count: number },
): Float32Array {
  const mean = new Float32Array(width);
  puzzleTable.forEach((value, i) => (mean[i % width]! += value / numPuzzleIdentifiers));
  const table = new Float32Array(count * width);
  for (let identifier = 0; identifier < count; identifier++) {
    const row = rows?.[identifier] ?? numPuzzleIdentifiers;
    const values = row < numPuzzleIdentifiers ? puzzleTable.subarray(row * width, (row + 1) * width) : mean;
    table.set(values, identifier * width);
  }
  return table;
}

/** The model with the blank embedding, of identifier 0, for each of `count` identifiers: it does not learn which puzzle it solves. */
export function withBlankEmbeddings(
  { config, state }: Pick<StoredModel, 'config' | 'state'>,
  count: number,
): Pick<StoredModel, 'config' | 'state'> {
  const blank = state.puzzleTable.subarray(0, config.puzzleEmbNdim);
  const puzzleTable = Float32Array.from({ length: count * blank.length }, (_, i) => blank[i % blank.length]!);
  return { config: { ...config, numPuzzleIdentifiers: count }, state: { ...state, puzzleTable } };
}
