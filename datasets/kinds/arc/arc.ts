/**
 * ARC grids on their canvas as puzzle kinds: `arc`, of 30×30, and smaller canvases, on which training is faster. A
 * puzzle is defined only by the examples of its task, so there are no rules. The symmetries here act on whole canvases: permutation of
 * colours 1 to 9, and transposition. Those that move grids on the canvas are in `augment.ts`.
 */
import { message } from '../../../renderer/messages/message';
import { dihedralImage, enumeratedSubgroup, relabellingSubgroup, canonicalForm } from '../../symmetry';
import { coloursFacet, tokenCounter, tokenRange } from '../facets';
import type { Random } from '../../random';
import { reportWithoutRules } from '../custom/custom';
import { defineKind } from '../define-kind';
import { createBrush, replaceCell } from '../editing';
import type { KindFamily } from '../kind-family';
import {
  PuzzleTextError,
  type FacetSpec,
  type Editing,
  type GridSize,
  type PuzzleKind,
  type Symmetry,
  type Tokens,
} from '../puzzle-kind';
import {
  arcSymbols,
  cropCanvas,
  END,
  FIRST_COLOUR,
  getCanvasSide,
  getTokenColour,
  placeOnCanvas,
  SIDE,
  unshifted,
  VOCABULARY,
} from './grid';
import { quoteCharacter } from '../text';
import { COLOURS } from './task';

const colours = tokenRange(FIRST_COLOUR, VOCABULARY - 1);
const area = tokenCounter(colours);

const arcFacets: readonly FacetSpec[] = [
  { id: 'size', name: message('kinds.facet.questionSize'), unit: 'cells', compute: ({ inputs }) => area(inputs) },
  { id: 'answer', name: message('kinds.facet.answerSize'), unit: 'cells', compute: ({ labels }) => area(labels) },
  coloursFacet(colours),
];

const tokens = Uint8Array.from({ length: VOCABULARY }, (_, token) => token);

/** A kind whose canvas has `side` rows and columns. */
function createArcKind(side: number, naming: Pick<PuzzleKind, 'id' | 'name'>): PuzzleKind {
  const cells = side * side;
  const mirrors = [0, 6].map((id) => ({ cells: dihedralImage(id, side, side).cells, tokens }));
  const classKey = (canvas: Uint8Array) => getClassKey(canvas, mirrors);
  return defineKind({
    ...naming,
    rows: side,
    columns: side,
    symbols: arcSymbols,
    colours: arcSymbols.map((_, token) => getTokenColour(token)),
    blank: 0,
    clues: { tokens: colours },
    parse: (text) => parse(text, side),
    format,
    hasRules: false,
    check: (inputs, answer) => reportWithoutRules(cells, inputs, answer),
    solve: (inputs) => (reportWithoutRules(cells, inputs), { solutions: [], guesses: 0, gaveUp: true }),
    facets: arcFacets,
    drawSymmetry: (random) => ({ cells: mirrors[random.integer(0, 1)]!.cells, tokens: drawColours(random) }),
    symmetrySubgroups: [
      relabellingSubgroup({
        id: 'colours',
        name: message('kinds.symmetry.colours'),
        cells,
        vocabulary: VOCABULARY,
        from: FIRST_COLOUR + 1,
        count: COLOURS - 1,
      }),
      enumeratedSubgroup({ id: 'transposition', name: message('kinds.symmetry.transposition') }, mirrors),
    ],
    classKey,
    classHash: classKey,
    editing: arcEditing,
    augmentation: 'copies',
    // A token-mixing MLP over the 900 cells of 30×30 would have ten million weights.
    defaultPreset: 'arc',
  });
}

export const arc = createArcKind(SIDE, { id: 'arc', name: message('kinds.arc.name') });

/** Sides of the canvases smaller than that of task files. */
const smallSides = [10];
const smallKinds = smallSides.map((side) =>
  createArcKind(side, { id: `${arc.id}-${side}`, name: message('kinds.arc.sizedName', { side }) }),
);
const kinds = [...smallKinds, arc];

/** Its kinds are no sizes of each other: the same grid fits on several canvases, and a model is trained on one. */
export const arcFamily: KindFamily = {
  id: arc.id,
  name: arc.name,
  ids: kinds.map(({ id }) => id).join(', '),
  sizes: null,
  generates: 'tasks',
  exampleId: arc.id,
  listIds: () => kinds.map(({ id }) => id),
  create: (id) => kinds.find((kind) => kind.id === id) ?? null,
  detector: null,
};

/** The grid is at the upper left corner of its canvas; painting beside it makes it larger. */
function arcEditing(kind: PuzzleKind): Editing {
  const side = kind.rows;
  const colours = [...kind.symbols.keys()].filter((token) => token >= FIRST_COLOUR);
  const crop = (tokens: Tokens) => cropCanvas(Uint8Array.from(tokens));
  const resize = (tokens: Tokens, size: GridSize): number[] => {
    const old = crop(tokens);
    const cells = Uint8Array.from({ length: size.rows * size.columns }, (_, i) => {
      const [row, column] = [Math.floor(i / size.columns), i % size.columns];
      return row < old.rows && column < old.columns ? (old.cells[row * old.columns + column] ?? 0) : 0;
    });
    return [...placeOnCanvas({ ...size, cells }, unshifted, side)];
  };
  return {
    brushes: colours.map((token) => createBrush(kind, token, kind.colours[token]?.name ?? '')),
    paints: true,
    setToken: (tokens, cell, token) => {
      const { rows, columns } = crop(tokens);
      const [row, column] = [Math.floor(cell / side), cell % side];
      if (token < FIRST_COLOUR)
        return row < rows && column < columns ? replaceCell(tokens, cell, FIRST_COLOUR) : tokens;
      const grown = resize(tokens, { rows: Math.max(rows, row + 1), columns: Math.max(columns, column + 1) });
      return replaceCell(grown, cell, token);
    },
    empty: Array.from({ length: side * side }, () => 0),
    size: { getSize: crop, resize, max: side },
  };
}

/** Rows of digits with `/` between, e.g. `010/222`; a canvas without a grid at its corner is written whole, with `_` and `·`. */
function format(canvas: Uint8Array): string {
  const side = getCanvasSide(canvas);
  const { rows, columns, cells } = cropCanvas(canvas);
  const isPlain =
    rows * columns > 0 &&
    placeOnCanvas({ rows, columns, cells }, unshifted, side).every((token, i) => token === canvas[i]);
  if (!isPlain)
    return Array.from({ length: side }, (_, row) =>
      Array.from(canvas.subarray(row * side, (row + 1) * side), (token) => arcSymbols[token] || '_').join(''),
    ).join('/');
  return Array.from({ length: rows }, (_, row) => cells.subarray(row * columns, (row + 1) * columns).join('')).join(
    '/',
  );
}

/** The canvas, of `side` rows and columns, of a text. @throws PuzzleTextError */
function parse(text: string, side: number): Uint8Array {
  const rows = text.trim().split(/[/\s]+/u);
  const columns = rows[0]!.length;
  if (rows.length > side || columns < 1 || columns > side)
    throw new PuzzleTextError('kinds.arc.size', { max: side, rows: rows.length, columns });
  const ragged = rows.findIndex(({ length }) => length !== columns);
  if (ragged >= 0)
    throw new PuzzleTextError('kinds.arc.raggedRow', {
      row: ragged + 1,
      found: rows[ragged]!.length,
      expected: columns,
    });
  const isCanvas = rows.length === side && columns === side && /[_·]/u.test(text);
  const cells = Uint8Array.from([...rows.join('')], (character, i) =>
    parseToken(character, { isCanvas, row: Math.floor(i / columns) + 1 }),
  );
  return isCanvas
    ? cells
    : placeOnCanvas({ rows: rows.length, columns, cells: cells.map((token) => token - FIRST_COLOUR) }, unshifted, side);
}

function parseToken(
  character: string,
  { isCanvas, row }: { readonly isCanvas: boolean; readonly row: number },
): number {
  if (/^\d$/u.test(character)) return Number(character) + FIRST_COLOUR;
  if (isCanvas && character === '_') return 0;
  if (isCanvas && character === arcSymbols[END]) return END;
  throw new PuzzleTextError('kinds.arc.badColour', { row, character: quoteCharacter(character) });
}

/** Colour 0 stays. */
function drawColours(random: Random): Uint8Array {
  const others = random.shuffle(Array.from({ length: COLOURS - 1 }, (_, i) => FIRST_COLOUR + 1 + i));
  return Uint8Array.of(...tokens.subarray(0, FIRST_COLOUR + 1), ...others);
}

/** Canonical form: colours numbered in order of appearance, the smaller of the grid and its transpose. */
function getClassKey(canvas: Uint8Array, mirrors: readonly Symmetry[]): string {
  return canonicalForm(mirrors, canvas, (image) => {
    const numbers = new Map<number, number>();
    return format(
      image.map((token) => {
        if (token <= FIRST_COLOUR) return token;
        if (!numbers.has(token)) numbers.set(token, FIRST_COLOUR + 1 + numbers.size);
        return numbers.get(token) ?? token;
      }),
    );
  });
}
