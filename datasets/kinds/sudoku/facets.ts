/** What sudokus are told apart by, beside their rating. */
import { givensFacet, tokensFrom, type FacetSpec } from '../../facets';
import { FIRST_DIGIT, type SudokuShape } from './shape';

export function sudokuFacets({ vocabulary }: SudokuShape): readonly FacetSpec[] {
  return [givensFacet(tokensFrom(FIRST_DIGIT, vocabulary - 1))];
}
