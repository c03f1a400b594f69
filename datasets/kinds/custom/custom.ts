/**
 * Custom grids: cells and characters without known rules. The id of such a kind contains everything about it:
 * `custom-3x5:.ab` has 3 rows, 5 columns and the characters `.`, `a`, `b` for tokens 1 to 3 (percent-encoded where
 * needed); `custom-9x9-11` has 11 tokens, whose characters are chosen by number.
 */
import { message } from '../../../renderer/messages/message';
import { coloursFacet, cluesFacet, tokenRange } from '../facets';
import { defineKind } from '../define-kind';
import { KindDetectionError, type KindFamily, type TextCollector, UnknownIdError } from '../kind-family';
import type { PuzzleKind, RuleReport } from '../puzzle-kind';
import { identitySymmetry } from '../../symmetry';
import { formatGrid, parseGrid, type GridTextFormat } from '../text';

/** Cells of the largest grid, as the format of the reference has it here. */
const MAX_CELLS = 10_000;
/** Characters written out in an id. */
export const MAX_CHARACTERS = 64;

export interface CustomShape {
  readonly rows: number;
  readonly columns: number;
  /** One for each token from 1 on, none twice; `.` or `0` in front is a blank. */
  readonly characters: readonly string[];
}

const ID = /^custom-(?<rows>[1-9]\d{0,3})x(?<columns>[1-9]\d{0,3})(?:-(?<tokens>[1-9]\d{0,2})|:(?<characters>.+))$/u;

export function createCustomId({ rows, columns, characters }: CustomShape): string {
  return `custom-${rows}x${columns}:${encodeURIComponent(characters.join(''))}`;
}

/** The id of grids known by numbers only: `vocabulary` counts padding, as files do. */
export function createNumberedId(cells: number, vocabulary: number): string {
  const { rows, columns } = guessShape(cells);
  return `custom-${rows}x${columns}-${vocabulary}`;
}

/** A square where the cells make one, else one row. */
export function guessShape(cells: number): { readonly rows: number; readonly columns: number } {
  const side = Math.round(Math.sqrt(cells));
  return side * side === cells ? { rows: side, columns: side } : { rows: 1, columns: cells };
}

/** @throws UnknownIdError for a malformed id */
export function customKind(id: string): PuzzleKind {
  const { rows, columns, characters } = parseId(id);
  const symbols = ['', ...characters];
  const blank = characters[0] === '.' || characters[0] === '0' ? 1 : 0;
  const given = tokenRange(blank + 1, characters.length);
  const text: GridTextFormat = {
    rows,
    columns,
    characters: symbols,
    skipped: /[\r\n]/gu,
    expected: message('kinds.text.expectedCustom', { characters: characters.join('') }),
    otherwise: '',
  };
  const format = (tokens: Uint8Array) => formatGrid(text, tokens);
  return defineKind({
    id,
    rows,
    columns,
    symbols,
    blank,
    format,
    name: message('kinds.custom.name', { rows, columns }),
    hasRules: false,
    parse: (puzzle) => parseGrid(text, puzzle),
    check: (inputs, answer) => reportWithoutRules(rows * columns, inputs, answer),
    solve: (inputs) => (reportWithoutRules(rows * columns, inputs), { solutions: [], guesses: 0, gaveUp: true }),
    facets: [
      cluesFacet(given),
      { ...coloursFacet(given), id: 'characters', name: message('kinds.facet.characters'), unit: 'characters' },
    ],
    drawSymmetry: () => identitySymmetry(rows * columns, symbols.length),
    symmetrySubgroups: [],
    classKey: format,
    classHash: format,
  });
}

export const customFamily: KindFamily = {
  id: 'custom',
  name: message('kinds.custom.family'),
  ids: 'custom-<rows>x<columns>:<characters>',
  sizes: null,
  generates: null,
  exampleId: 'custom-2x3:.abc',
  listIds: () => [],
  create: (id) => (id.startsWith('custom-') ? customKind(id) : null),
  detector: {
    accepts: (id) => /^custom(-\d{1,4}x\d{1,4})?$/u.test(id),
    idOfNumbers: createNumberedId,
    collect: (id) => new CustomCollector(id),
  },
};

/** Finds the shape and the characters of the grids of a file. */
class CustomCollector implements TextCollector {
  private readonly characters = new Set<string>();
  private cells: number | null = null;

  /** @param wanted `custom`, or `custom-3x5` where the shape is not the square or row that it is taken for */
  constructor(private readonly wanted: string) {}

  add({ question, answer }: { readonly question: string; readonly answer: string }): void {
    this.count(question, 'question');
    this.count(answer, 'answer');
    for (const character of question + answer) this.characters.add(character);
    if (this.characters.size > MAX_CHARACTERS)
      throw new KindDetectionError(
        message('kinds.detect.characters', { max: MAX_CHARACTERS }),
        String(this.characters.size),
      );
  }

  private count(text: string, part: 'question' | 'answer'): void {
    const cells = [...text].length;
    this.cells ??= cells;
    if (cells === 0) throw new KindDetectionError(message('kinds.detect.noCells'), '0', part);
    if (cells !== this.cells)
      throw new KindDetectionError(message('kinds.detect.sameCells', { count: this.cells }), String(cells), part);
  }

  id(): string | null {
    if (this.cells === null) return null;
    return createCustomId({ ...this.shape(this.cells), characters: sortCharacters(this.characters) });
  }

  private shape(cells: number) {
    const [, rows, columns] = (/^custom-(\d{1,4})x(\d{1,4})$/u.exec(this.wanted) ?? []).map(Number);
    if (rows === undefined || columns === undefined) return guessShape(cells);
    if (rows * columns === cells) return { rows, columns };
    throw new KindDetectionError(
      message('kinds.detect.shapeCells', { count: rows * columns, rows, columns }),
      String(cells),
    );
  }
}

/** A blank first, then by code point. */
function sortCharacters(characters: ReadonlySet<string>): string[] {
  const blank = ['.', '0'].find((character) => characters.has(character));
  const others = [...characters]
    .filter((character) => character !== blank)
    .sort((one, other) => (one.codePointAt(0) ?? 0) - (other.codePointAt(0) ?? 0));
  return blank === undefined ? others : [blank, ...others];
}

/** Nothing legal, nothing broken. @throws RangeError for a grid of another size */
export function reportWithoutRules(cells: number, ...grids: readonly Uint8Array[]): RuleReport {
  for (const { length } of grids) if (length !== cells) throw new RangeError(`expected ${cells} cells, got ${length}`);
  return { legal: false, brokenCells: [], brokenRules: 0, violations: [] };
}

function parseId(id: string): CustomShape {
  const { rows, columns, tokens, characters } = ID.exec(id)?.groups ?? {};
  const named = tokens === undefined ? decodeCharacters(characters ?? '') : listCharacters(Number(tokens));
  const isSound =
    Number(rows) * Number(columns) <= MAX_CELLS &&
    named.length > 0 &&
    named.length < 256 &&
    new Set(named).size === named.length;
  if (isSound) return { rows: Number(rows), columns: Number(columns), characters: named };
  throw new UnknownIdError('kinds.custom.badId', { id: id.slice(0, 80) });
}

function decodeCharacters(text: string): string[] {
  try {
    return [...decodeURIComponent(text)];
  } catch {
    return [];
  }
}

const plain = [...'0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'];

/** A character for each token but padding: digits and letters, then letters of the block from U+0100 on. */
function listCharacters(vocabulary: number): string[] {
  return Array.from({ length: vocabulary - 1 }, (_, i) => plain[i] ?? String.fromCodePoint(0x100 + i - plain.length));
}
