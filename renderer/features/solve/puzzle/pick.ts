/** Puzzles to be solved: read from a set, drawn at random, or made anew. */
import { judge } from '../../../../datasets/check-puzzle';
import type { PuzzleKind } from '../../../../datasets/kinds/puzzle-kind';
import type { Dataset, Model, PuzzleMessage } from '../../../../electron/contract/contract';
import type { Compute } from '../../../app/compute.svelte';
import type { Facts } from '../../../app/catalog-store.svelte';

export type Split = 'train' | 'test';

/** Where a puzzle stands. */
export interface PuzzleAddress {
  readonly dataset: string;
  readonly split: Split;
  readonly index: number;
}

/**
 * A random puzzle of the test split of the model's dataset, which it was never trained on; a new one where no set
 * of the lab fits.
 * @throws Error when there is neither
 */
export async function drawTestPuzzle(
  compute: Compute,
  facts: Facts,
  model: Model,
  signal: AbortSignal,
): Promise<PuzzleMessage> {
  const dataset = facts.setsFor(model).find(({ test }) => test.puzzles > 0);
  if (dataset)
    return readPuzzle(compute, { dataset: dataset.id, split: 'test', index: drawn(dataset.test.puzzles) }, signal);
  const kind = facts.kindOfModel(model);
  if (!kind?.generator)
    throw new Error(`No data set of this lab has held-out puzzles that the model ${model.name} reads.`);
  return generatePuzzle(compute, { kind: kind.id, seed: drawn(MOST_SEED) }, signal);
}

/** Short enough to be read out. */
export const MOST_SEED = 100_000;

const drawn = (below: number): number => Math.floor(Math.random() * below);

/** @throws Error when the set ends before it */
export async function readPuzzle(
  compute: Compute,
  { dataset, split, index }: PuzzleAddress,
  signal?: AbortSignal,
): Promise<PuzzleMessage> {
  const { total, puzzles } = await compute.request('readPuzzles', { dataset, split, from: index, count: 1 }, signal);
  const [puzzle] = puzzles;
  if (!puzzle) throw new Error(`${dataset}/${split} has ${total} puzzles, counted from 0: there is no ${index}.`);
  return puzzle;
}

export interface NewPuzzle {
  /** Id of the kind. */
  readonly kind: string;
  /** Id of a band of its generator; any rating without it. */
  readonly difficulty?: string;
  readonly seed: number;
}

/** The same for the same wish; its address says which. */
export async function generatePuzzle(compute: Compute, wish: NewPuzzle, signal?: AbortSignal): Promise<PuzzleMessage> {
  const [puzzle] = await compute.request('previewPuzzles', { ...wish, count: 1 }, signal);
  if (!puzzle) throw new Error(`No puzzle of ${wish.kind} was made.`);
  return {
    address: `${wish.kind}/new/${wish.difficulty ?? 'any'}/${wish.seed}`,
    inputs: puzzle.inputs,
    labels: puzzle.labels,
  };
}

/** Reads `set/split/index`, as it is copied; null for anything else. */
export function parseAddress(text: string): PuzzleAddress | null {
  const { dataset, split, index } =
    /^(?<dataset>[^/\s]+)\/(?<split>train|test)\/(?<index>\d{1,9})$/u.exec(text.trim())?.groups ?? {};
  return dataset === undefined ? null : { dataset, split: split as Split, index: Number(index) };
}

/** Address of a puzzle that is in no dataset. */
export const typed = 'typed';

/** A puzzle by its address, or as `=` and its text; null where it names none that there is, or none of the kind. */
export async function placedPuzzle(
  compute: Compute,
  kind: PuzzleKind | null,
  where: string,
): Promise<PuzzleMessage | null> {
  const at = parseAddress(where);
  if (at) return readPuzzle(compute, at).catch(() => null);
  return kind && where.startsWith('=') ? writtenPuzzle(kind, where.slice(1)) : null;
}

/** Its one solution, where there is exactly one, serves as the label. */
function writtenPuzzle(kind: PuzzleKind, text: string): PuzzleMessage | null {
  try {
    const inputs = kind.parse(text);
    const verdict = judge(kind, inputs);
    const labels = verdict.state === 'ok' ? verdict.solution : inputs.map(() => 0);
    return { address: typed, inputs: [...inputs], labels: [...labels] };
  } catch {
    return null;
  }
}

/** Puzzles of a split. */
export const sizeOf = (set: Dataset | undefined, split: Split): number => set?.[split].puzzles ?? 0;
