/** What pairs of ARC are told apart by, wherever on the canvas their grids lie. */
import { coloursFacet, countOf, tokensFrom, type FacetSpec } from '../../facets';
import { FIRST_COLOUR, VOCABULARY } from './canvas';

const colours = tokensFrom(FIRST_COLOUR, VOCABULARY - 1);
const area = countOf(colours);

export const arcFacets: readonly FacetSpec[] = [
  { id: 'size', name: 'Size of the question', unit: 'cells', of: ({ inputs }) => area(inputs) },
  { id: 'answer', name: 'Size of the answer', unit: 'cells', of: ({ labels }) => area(labels) },
  coloursFacet(colours),
];
