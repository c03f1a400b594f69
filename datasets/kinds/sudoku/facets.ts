/** What sudokus are told apart by. */
import { givensFacet, tokensFrom, type FacetSpec } from '../../facets';
import { FIRST_DIGIT, isDigit, type SudokuShape } from './shape';

export function sudokuFacets(shape: SudokuShape): readonly FacetSpec[] {
  const singles = singlesOf(shape);
  return [
    givensFacet(tokensFrom(FIRST_DIGIT, shape.vocabulary - 1)),
    { id: 'singles', name: 'Open singles', unit: 'cells', of: ({ inputs }) => singles(inputs) },
  ];
}

/** Blank cells to which row, column and box leave one digit: how many a beginner sees at the start. */
function singlesOf(shape: SudokuShape): (inputs: Uint8Array) => number {
  const { side, cells, rowOf, columnOf, boxOf } = shape;
  const every = (1 << side) - 1;
  /** Digits taken (bit d: digit d + 1), rows first, then columns, then boxes; cleared for each grid. */
  const taken = new Uint16Array(3 * side);
  const take = (inputs: Uint8Array) => {
    taken.fill(0);
    for (let cell = 0; cell < cells; cell++) {
      if (!isDigit(shape, inputs[cell])) continue;
      const bit = 1 << (inputs[cell] - FIRST_DIGIT);
      taken[rowOf[cell]] |= bit;
      taken[side + columnOf[cell]] |= bit;
      taken[2 * side + boxOf[cell]] |= bit;
    }
  };
  return (inputs) => {
    take(inputs);
    let singles = 0;
    for (let cell = 0; cell < cells; cell++) {
      if (isDigit(shape, inputs[cell])) continue;
      const left = every & ~(taken[rowOf[cell]] | taken[side + columnOf[cell]] | taken[2 * side + boxOf[cell]]);
      if (left !== 0 && (left & (left - 1)) === 0) singles++;
    }
    return singles;
  };
}
