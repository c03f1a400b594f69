/** What is known of a puzzle at a glance. */
import { UNKNOWN, type PuzzleKind } from '../../../../datasets/kinds/puzzle-kind';
import type { PuzzleMessage } from '../../../../electron/contract/contract';
import { clueCount } from './check-draft';
import { counted, integer } from '../../../lib/format';

/** e.g. `30 clues`; for kinds that are drawn their first facet, e.g. `path length 37`. */
export function puzzleWords(kind: PuzzleKind, { inputs, labels }: Pick<PuzzleMessage, 'inputs' | 'labels'>): string {
  if (!kind.colours.some(Boolean)) return counted(clueCount(kind, inputs), 'clue');
  const puzzle = { inputs: Uint8Array.from(inputs), labels: Uint8Array.from(labels) };
  const told = kind.facets
    .map((facet) => ({ facet, value: facet.of(puzzle) }))
    .find(({ value }) => value !== UNKNOWN && value > 0);
  return told
    ? `${told.facet.name.toLowerCase()} ${integer(told.value)}`
    : `${kind.rows} rows, ${kind.columns} columns`;
}
