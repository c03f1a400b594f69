/**
 * Finds puzzles by a piece of text: a run of cells as the kind writes them, row by row, from one cell to all of
 * them, where the wildcard stands for any cell; or the address of a row.
 */
import QuickLRU from 'quick-lru';
import { PuzzleTextError, type PuzzleKind } from '../kinds/puzzle-kind';
import { findRowByAddress, type SplitId } from '../puzzle-address';
import type { Filter } from './matching';
import { Scan, type RowSource, type WaitOptions } from './scan';

/** Whether the question of a puzzle holds the text. */
type Matcher = (inputs: Uint8Array) => boolean;

/** Those that may stand for any cell, the first that the kind does not write itself. */
const wildcards = ['?', '*', '~'];

/** The character that stands for any cell of the kind in a search. */
export function getWildcard(kind: PuzzleKind): string {
  const written = cellTexts(kind) ?? [];
  return wildcards.find((character) => !written.includes(character)) ?? wildcards[0]!;
}

/** Null for a text that no puzzle of the kind can hold: too long, or with a character that is none of its own; or without any. */
export function createMatcher(kind: PuzzleKind, text: string): Matcher | null {
  const written = cellTexts(kind);
  return written ? cellMatcher(kind, written, text) : textMatcher(kind, text.trim());
}

/**
 * The character that the kind writes for each token ('' for none); null when its text form is not one character for each
 * cell. Found by formatting all tokens, which also shows text forms that depend on more than single cells.
 */
function cellTexts(kind: PuzzleKind): readonly string[] | null {
  const tokens = kind.symbols.map((_, token) => token).slice(1);
  const cells = kind.rows * kind.columns;
  const written = new Map<number, string>();
  for (let first = 0; first < tokens.length; first += Math.max(1, cells - 1)) {
    const grid = Uint8Array.from({ length: cells }, (_, cell) => tokens[(first + cell) % tokens.length]!);
    const characters = [...kind.format(grid)];
    if (
      characters.length !== cells ||
      characters.some((character, cell) => (written.get(grid[cell]!) ?? character) !== character)
    )
      return null;
    characters.forEach((character, cell) => written.set(grid[cell]!, character));
  }
  const [padding, ...more] = new Set(kind.format(new Uint8Array(cells)));
  return [more.length === 0 ? (padding ?? '') : '', ...tokens.map((token) => written.get(token) ?? '')];
}

/** For each place in the pattern the tokens that fit, 1 in a table by token. */
function cellMatcher(kind: PuzzleKind, written: readonly string[], text: string): Matcher | null {
  const characters = [...text.replace(written.some((character) => /\s/u.test(character)) ? /[\r\n]/gu : /\s/gu, '')];
  const cells = kind.rows * kind.columns;
  if (characters.length === 0 || characters.length > cells) return null;
  const wildcard = getWildcard(kind);
  const fitting = new Map(
    [...new Set(characters)].map((character) => [
      character,
      character === wildcard ? new Uint8Array(256).fill(1) : createTokenTable(kind, written, character),
    ]),
  );
  const pattern = characters.map((character) => fitting.get(character) ?? new Uint8Array(256));
  if (pattern.some((table) => !table.includes(1))) return null;
  // Search starts at the first character that is no wildcard: wildcards match everywhere.
  const anchor = Math.max(
    0,
    characters.findIndex((character) => character !== wildcard),
  );
  return (inputs) => {
    const first = pattern[anchor]!;
    for (let cell = anchor, last = cells - pattern.length + anchor; cell <= last; cell++)
      if (first[inputs[cell]!] === 1 && fits(pattern, inputs, cell - anchor)) return true;
    return false;
  };
}

function fits(pattern: readonly Uint8Array[], inputs: Uint8Array, start: number): boolean {
  for (let i = 0; i < pattern.length; i++) if (pattern[i]![inputs[start + i]!] !== 1) return false;
  return true;
}

/** Tokens written so, and the one that is read from it: `0` is a blank of a sudoku too. */
function createTokenTable(kind: PuzzleKind, written: readonly string[], character: string): Uint8Array {
  const table = Uint8Array.from({ length: 256 }, (_, token) => Number(written[token] === character));
  const read = readToken(kind, character);
  if (read !== null) table[read] = 1;
  return table;
}

function readToken(kind: PuzzleKind, character: string): number | null {
  try {
    return kind.parse(character.repeat(kind.rows * kind.columns))[0]!;
  } catch (reason) {
    if (reason instanceof PuzzleTextError) return null;
    throw reason;
  }
}

/** The slow way, for texts of any form: each puzzle is written out. */
function textMatcher(kind: PuzzleKind, text: string): Matcher | null {
  if (text === '') return null;
  const parts = text.split(getWildcard(kind)).map((part) => part.replace(/[\\^$.*+?()[\]{}|]/gu, '\\$&'));
  const pattern = new RegExp(parts.join('.'), 'su');
  return (inputs) => pattern.test(kind.format(inputs));
}

/** Searches kept, one byte a row each: this many to twice as many, as the cache has it. */
const SEARCHES_KEPT = 2;

interface Search {
  /** 1 for rows found. */
  readonly found: Uint8Array;
  readonly scan: Scan;
}

export class TextFilter {
  private readonly searches = new QuickLRU<string, Search>({ maxSize: SEARCHES_KEPT });

  constructor(
    private readonly rows: RowSource,
    private readonly id: SplitId,
  ) {}

  /** By row, 1 for those found; null for a text without anything to look for. @throws as `Scan.finish` */
  async find(text: Filter['text'] = '', wait: WaitOptions = {}): Promise<Uint8Array | null> {
    const matcher = createMatcher(this.rows.kind, text);
    if (!matcher && text.trim() === '') return null;
    if (!matcher) return this.addressed(text);
    const search = this.searches.get(text) ?? this.begin(text, matcher);
    this.searches.set(text, search);
    await search.scan.finish(wait);
    return search.found;
  }

  private begin(text: string, matcher: Matcher): Search {
    const found = this.addressed(text);
    const scan = new Scan(this.rows, ({ inputs }, row) => {
      if (matcher(inputs)) found[row] = 1;
    });
    return { found, scan };
  }

  private addressed(text: string): Uint8Array {
    const found = new Uint8Array(this.rows.count);
    const row = findRowByAddress(text, this.id, this.rows.count);
    if (row !== null) found[row] = 1;
    return found;
  }
}
