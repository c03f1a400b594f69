/**
 * Text that kinds share: the text form of most kinds (one character a cell, row by row), and names of cells and counts
 * in sentences for people.
 */
import { PuzzleTextError } from './puzzle-kind';

const noDigits = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });

/** `1490` → `1,490`. */
export function formatInteger(value: number): string {
  return noDigits.format(value);
}

/** `1 cell`, `2 cells`, `no cells`. @param noun with a regular plural */
export function formatCount(count: number, noun: string): string {
  return `${count === 0 ? 'no' : formatInteger(count)} ${count === 1 ? noun : `${noun}s`}`;
}

export interface GridTextFormat {
  readonly rows: number;
  readonly columns: number;
  /** One character for each token, by token number; '' for tokens that have none. */
  readonly characters: readonly string[];
  /** Other characters that are read as a token. */
  readonly aliases?: Readonly<Record<string, number>>;
  /** Characters skipped when parsing: white space, unless a space is a cell. */
  readonly skipped?: RegExp;
  /** The characters there are, for people: `1 to 9, or . or 0 for a blank`. */
  readonly expected: string;
  /** Written for a token that has no character. */
  readonly otherwise: string;
}

/** @throws PuzzleTextError in one line: wrong number of cells, or a character that is none of the kind's */
export function parseGrid(form: GridTextFormat, text: string): Uint8Array {
  const { rows, columns } = form;
  const characters = [...text.replace(form.skipped ?? /\s+/gu, '')];
  if (characters.length !== rows * columns)
    throw new PuzzleTextError(`expected ${rows * columns} cells, came ${characters.length}`);
  return Uint8Array.from(characters, (character, cell) => parseToken(form, character, cell));
}

function parseToken(form: GridTextFormat, character: string, cell: number): number {
  const token = form.characters.indexOf(character);
  if (token >= 0) return token;
  if (form.aliases && Object.hasOwn(form.aliases, character)) return form.aliases[character]!;
  throw new PuzzleTextError(
    `unknown character ${quoteCharacter(character)} at ${describeCell(form.columns, cell)}: expected ${form.expected}`,
  );
}

/** Control characters by code point, so that an error never disturbs the terminal that prints it. */
function quoteCharacter(character: string): string {
  if (!/\p{C}/u.test(character)) return `'${character}'`;
  return `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
}

/** The inverse of `parseGrid`. */
export function formatGrid({ characters, otherwise }: GridTextFormat, tokens: Uint8Array): string {
  return Array.from(tokens, (token) => characters[token] || otherwise).join('');
}

/** `row 2, column 3` of a cell, counted from 1. */
export function describeCell(columns: number, cell: number): string {
  return `row ${Math.floor(cell / columns) + 1}, column ${(cell % columns) + 1}`;
}

/** Counts equal names, in the order in which they first appear: `9 naked singles, 1 x-wing`. */
export function formatTally(names: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return [...counts]
    .map(([name, count]) => `${count} ${count === 1 || name.endsWith('s') ? name : `${name}s`}`)
    .join(', ');
}
