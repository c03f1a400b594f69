/** Mazes as a puzzle kind, of any side from 5 to 30. */
import { smallestImage, squareSymmetries } from '../../dihedral';
import type { PuzzleKind } from '../puzzle-kind';
import { turnAndMirror } from '../../symmetry-parts';
import { mazeBoard, mazeColours, mazeSymbols, OPEN } from './board';
import { mazeFacets } from './facets';
import { mazeGenerator } from './generate';
import { solveMaze } from './paths';
import { checkMaze } from './rules';
import { formatMaze, parseMaze } from './text';

/** @throws RangeError for a side outside 5..30 */
export function maze(side: number): PuzzleKind {
  const board = mazeBoard(side);
  const symmetries = squareSymmetries(side, mazeSymbols.length);
  const classKey = (inputs: Uint8Array) => smallestImage(symmetries, inputs, (image) => formatMaze(board, image));
  return {
    id: `maze-${side}`,
    name: `Maze ${side}×${side}`,
    rows: side,
    columns: side,
    symbols: mazeSymbols,
    colours: mazeColours,
    blank: OPEN,
    box: null,
    parse: (text) => parseMaze(board, text),
    format: (grid) => formatMaze(board, grid),
    isRuled: true,
    check: (inputs, answer) => checkMaze(board, inputs, answer),
    solve: (inputs, limits) => solveMaze(board, inputs, limits),
    facets: mazeFacets,
    generator: mazeGenerator(board),
    explain: null,
    drawSymmetry: (random) => symmetries[random.integer(0, symmetries.length - 1)]!,
    symmetryParts: turnAndMirror(symmetries),
    classKey,
    classHash: classKey,
  };
}
