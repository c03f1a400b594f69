/** What nonograms are told apart by; all of it stands in the clues. */
import { countOf, tokensFrom, type FacetSpec } from '../../facets';
import { EMPTY, runToken, type NonogramBoard } from './board';

export function nonogramFacets({ side, lines, vocabulary }: NonogramBoard): readonly FacetSpec[] {
  const runs = countOf(tokensFrom(runToken(1), vocabulary - 1));
  const rowMargins = lines.slice(0, side).flatMap(({ margin }) => margin);
  const filled = (inputs: Uint8Array) => {
    let sum = 0;
    for (const cell of rowMargins) sum += Math.max(0, inputs[cell]! - EMPTY);
    return sum;
  };
  return [
    { id: 'filled', name: 'Filled cells', unit: 'cells', of: ({ inputs }) => filled(inputs) },
    { id: 'runs', name: 'Runs', unit: 'runs', of: ({ inputs }) => runs(inputs) },
  ];
}
