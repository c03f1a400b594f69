/** What boards of queens are told apart by. */
import { givensFacet, type FacetSpec } from '../../facets';
import { QUEEN } from './board';

export const queensFacets: readonly FacetSpec[] = [givensFacet([QUEEN])];
