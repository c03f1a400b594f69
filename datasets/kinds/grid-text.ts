/** The text form of most kinds: one character a cell, row by row. */
import { PuzzleTextError } from './puzzle-kind';
import { describeCell } from './rule-report';

export interface GridText {
  readonly rows: number;
  readonly columns: number;
  /** One character for each token, by token number; '' for tokens that have none. */
  readonly characters: readonly string[];
  /** Other characters that are read as a token. */
  readonly aliases?: Readonly<Record<string, number>>;
  /** What is skipped in a text: white space, unless a space is a cell. */
  readonly skipped?: RegExp;
  /** The characters there are, for people: `1 to 9, or . or 0 for a blank`. */
  readonly expected: string;
  /** Written for a token that has no character. */
  readonly otherwise: string;
}

/** @throws PuzzleTextError in one line: wrong number of cells, or a character that is none of the kind's */
export function parseGrid(form: GridText, text: string): Uint8Array {
  const { rows, columns } = form;
  const characters = [...text.replace(form.skipped ?? /\s+/gu, '')];
  if (characters.length !== rows * columns)
    throw new PuzzleTextError(`expected ${rows * columns} cells, came ${characters.length}`);
  return Uint8Array.from(characters, (character, cell) => parseToken(form, character, cell));
}

function parseToken(form: GridText, character: string, cell: number): number {
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
export function formatGrid({ characters, otherwise }: GridText, tokens: Uint8Array): string {
  return Array.from(tokens, (token) => characters[token] || otherwise).join('');
}
