/** What sudokus are told apart by. */
import { givensFacet, tokensFrom, type FacetSpec } from '../../facets';
import { FIRST_DIGIT, type SudokuShape } from './shape';

export function sudokuFacets(shape: SudokuShape): readonly FacetSpec[] {
  const singles = singlesOf(shape);
  return [
    givensFacet(tokensFrom(FIRST_DIGIT, shape.vocabulary - 1)),
    { id: 'singles', name: 'Open singles', unit: 'cells', of: ({ inputs }) => singles(inputs) },
  ];
}

/**
 * Blank cells to which row, column and box leave one digit: how many a beginner sees at the start.
 * Written for speed: a million grids are asked in a row.
 */
function singlesOf({ side, vocabulary, boxOf }: SudokuShape): (inputs: Uint8Array) => number {
  const every = (1 << side) - 1;
  /** Bit d of digit d + 1, by token; none for what is no digit. */
  const bits = Int32Array.from({ length: 256 }, (_, token) => (token >= FIRST_DIGIT && token < vocabulary ? 1 << (token - FIRST_DIGIT) : 0));
  /** Digits taken; cleared for each grid. */
  const [rows, columns, boxes] = [new Int32Array(side), new Int32Array(side), new Int32Array(side)];
  const take = (inputs: Uint8Array) => {
    columns.fill(0);
    boxes.fill(0);
    for (let row = 0, cell = 0; row < side; row++) {
      let taken = 0;
      for (let column = 0; column < side; column++, cell++) {
        const bit = bits[inputs[cell]];
        taken |= bit;
        columns[column] |= bit;
        boxes[boxOf[cell]] |= bit;
      }
      rows[row] = taken;
    }
  };
  return (inputs) => {
    take(inputs);
    let singles = 0;
    for (let row = 0, cell = 0; row < side; row++)
      for (let column = 0; column < side; column++, cell++) {
        if (bits[inputs[cell]] !== 0) continue;
        const left = every & ~(rows[row] | columns[column] | boxes[boxOf[cell]]);
        if (left !== 0 && (left & (left - 1)) === 0) singles++;
      }
    return singles;
  };
}
