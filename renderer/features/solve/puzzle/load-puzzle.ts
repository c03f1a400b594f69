/** Loads puzzles to solve: from a dataset, a generator, or text. */
import { checkPuzzle } from '../../../../datasets/inspect';
import type { PuzzleKind } from '../../../../datasets/kinds/puzzle-kind';
import { UNKNOWN } from '../../../../datasets/kinds/puzzle-kind';
import { canParse, parsePuzzle } from '../../../../datasets/kinds/registry';
import type { Dataset, Model, PuzzleMessage } from '../../../../electron/contract/contract';
import type { CatalogStore } from '../../../app/catalog-store.svelte';
import type { Compute } from '../../../app/compute.svelte';
import { t } from '../../../messages/language.svelte';
import { MessageError } from '../../../messages/message';
import { parseAddress, type PuzzleAddress } from '../../../../datasets/puzzle-address';
import { countClues, type Draft } from './draft.svelte';

/**
 * A random puzzle of the size that the model was trained on: of the test split of a dataset, or a generated one if there is no
 * such dataset here.
 * @throws Error if neither is available
 */
export async function readRandomPuzzle(
  compute: Compute,
  catalog: CatalogStore,
  model: Model,
  signal: AbortSignal,
): Promise<PuzzleMessage> {
  const kind = catalog.getModelKind(model);
  const isOwn = ({ id, kind: of }: Dataset) => id === model.dataset || of === kind?.id;
  const hasPuzzles = ({ test, generation }: Dataset) => test.puzzles > 0 && generation === null;
  const dataset = catalog.datasetsFor(model).find((each) => isOwn(each) && hasPuzzles(each));
  if (dataset)
    return readPuzzle(
      compute,
      { dataset: dataset.id, split: 'test', index: randomBelow(dataset.test.puzzles) },
      signal,
    );
  if (!kind?.generator) throw new MessageError('solve.puzzle.noDataset', { model: model.name });
  return generatePuzzle(compute, { kind: kind.id, seed: randomBelow(MAX_RANDOM_SEED) }, signal);
}

/** Random seeds are below this, short enough to read out. */
export const MAX_RANDOM_SEED = 100_000;

export const randomBelow = (limit: number): number => Math.floor(Math.random() * limit);

/** @throws Error if the dataset has no such puzzle */
export async function readPuzzle(
  compute: Compute,
  { dataset, split, index }: PuzzleAddress,
  signal?: AbortSignal,
): Promise<PuzzleMessage> {
  const { total, puzzles } = await compute.request('readPuzzles', { dataset, split, from: index, count: 1 }, signal);
  const [puzzle] = puzzles;
  if (!puzzle) throw new MessageError('solve.puzzle.notFound', { split: `${dataset}/${split}`, total, index });
  return puzzle;
}

interface NewPuzzle {
  /** Id of the kind. */
  readonly kind: string;
  /** Id of a band of its generator; any rating without it. */
  readonly difficulty?: string;
  readonly seed: number;
}

/** The same puzzle for the same options, with an address made of them. */
export async function generatePuzzle(
  compute: Compute,
  options: NewPuzzle,
  signal?: AbortSignal,
): Promise<PuzzleMessage> {
  const [puzzle] = await compute.request('previewPuzzles', { ...options, count: 1 }, signal);
  if (!puzzle) throw new MessageError('solve.puzzle.notGenerated', { kind: options.kind });
  return {
    address: `${options.kind}/new/${options.difficulty ?? 'any'}/${options.seed}`,
    inputs: puzzle.inputs,
    labels: puzzle.labels,
  };
}

/** Address of a puzzle that is in no dataset. */
export const typedAddress = 'typed';

/** The puzzle of an address, or of `=` and its text; null if there is no such puzzle or the text is not of one of the kinds. */
export async function findPuzzle(
  compute: Compute,
  kinds: readonly PuzzleKind[],
  where: string,
): Promise<PuzzleMessage | null> {
  const at = parseAddress(where);
  if (at) return readPuzzle(compute, at).catch(() => null);
  return where.startsWith('=') ? solveTyped(kinds, where.slice(1)) : null;
}

/** The label is its solution if there is exactly one. */
function solveTyped(kinds: readonly PuzzleKind[], text: string): PuzzleMessage | null {
  const kind = kinds.find((each) => canParse(each, text));
  if (!kind) return null;
  const inputs = parsePuzzle(kind, text);
  const verdict = checkPuzzle(kind, inputs);
  const labels = verdict.state === 'ok' ? verdict.solution : inputs.map(() => 0);
  return { address: typedAddress, inputs: [...inputs], labels: [...labels] };
}

/** e.g. `30 clues`; for kinds with walls or colours the first facet, e.g. `Path length: 37`. */
export function describePuzzle(kind: PuzzleKind, { inputs, labels }: Pick<PuzzleMessage, 'inputs' | 'labels'>): string {
  if (!kind.colours.some(Boolean)) return t('solve.puzzle.clueCount', { count: countClues(kind, inputs) });
  const puzzle = { inputs: Uint8Array.from(inputs), labels: Uint8Array.from(labels) };
  const known = kind.facets
    .map((facet) => ({ facet, value: facet.compute(puzzle) }))
    .find(({ value }) => value !== UNKNOWN && value > 0);
  return known
    ? t('solve.puzzle.facet', { facet: known.facet.name, value: known.value })
    : t('solve.puzzle.size', { rows: kind.rows, columns: kind.columns });
}

/** The puzzle of a draft; its solution, if there is exactly one, is the label. */
export function draftPuzzle({ tokens, verdict }: Draft): PuzzleMessage {
  const labels = verdict.solution ?? tokens.map(() => 0);
  return { address: typedAddress, inputs: [...tokens], labels: [...labels] };
}
