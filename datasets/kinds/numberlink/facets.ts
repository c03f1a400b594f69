/** What numberlinks are told apart by. */
import { tokensFrom, varietyOf, type FacetSpec } from '../../facets';
import { FIRST_NUMBER, MOST_PAIRS } from './board';

const pairs = varietyOf(tokensFrom(FIRST_NUMBER, FIRST_NUMBER + MOST_PAIRS - 1));

export const numberlinkFacets: readonly FacetSpec[] = [
  { id: 'pairs', name: 'Pairs', unit: 'pairs', of: ({ inputs }) => pairs(inputs) },
  { id: 'longest', name: 'Longest path', unit: 'cells', of: ({ labels }) => longest(labels) },
];

/** Cells of the number that has most. */
function longest(labels: Uint8Array): number {
  const cells = new Uint16Array(256);
  let most = 0;
  for (let i = 0; i < labels.length; i++) if (labels[i]! >= FIRST_NUMBER) most = Math.max(most, ++cells[labels[i]!]!);
  return most;
}
