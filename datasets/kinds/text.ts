/** The text form of most kinds: one character for each cell, row by row; and the names of cells. */
import { message, type Message, type Text } from '../../renderer/messages/message';
import { PuzzleTextError } from './puzzle-kind';

export interface GridTextFormat {
  readonly rows: number;
  readonly columns: number;
  /** One character for each token, by token number; '' for tokens that have none. */
  readonly characters: readonly string[];
  /** Other characters that are read as a token. */
  readonly aliases?: Readonly<Record<string, number>>;
  /** Characters skipped when parsing: white space, unless a space is a cell. */
  readonly skipped?: RegExp;
  /** The characters of the kind: `1 to 9, or . or 0 for a blank`. */
  readonly expected: Text;
  /** Written for a token that has no character. */
  readonly otherwise: string;
}

/** @throws PuzzleTextError for a wrong number of cells, or a character that is not one of the kind's */
export function parseGrid(form: GridTextFormat, text: string): Uint8Array {
  return parsePlain(form, text) ?? parseCharacters(form, text);
}

/** A code that is no character of the form, and one that is skipped. */
const OTHER = -1;
const SKIPPED = -2;

const tables = new WeakMap<GridTextFormat, Int16Array>();

/** Tokens of a text of ASCII characters, several times as fast; null for any other text. */
function parsePlain(form: GridTextFormat, text: string): Uint8Array | null {
  const table = tables.get(form) ?? createTable(form);
  const tokens = new Uint8Array(form.rows * form.columns);
  let count = 0;
  for (let i = 0; i < text.length; i++) {
    const token = table[text.charCodeAt(i)] ?? OTHER;
    if (token === SKIPPED) continue;
    if (token === OTHER || count === tokens.length) return null;
    tokens[count++] = token;
  }
  return count === tokens.length ? tokens : null;
}

/** Token of each ASCII code. */
function createTable(form: GridTextFormat): Int16Array {
  const { characters, aliases = {}, skipped = WHITE_SPACE } = form;
  const table = Int16Array.from({ length: 128 }, (_, code) => {
    const character = String.fromCharCode(code);
    if (character.replace(skipped, '') === '') return SKIPPED;
    const token = characters.indexOf(character);
    return token >= 0 ? token : Object.hasOwn(aliases, character) ? aliases[character]! : OTHER;
  });
  tables.set(form, table);
  return table;
}

const WHITE_SPACE = /\s+/gu;

function parseCharacters(form: GridTextFormat, text: string): Uint8Array {
  const { rows, columns } = form;
  const characters = [...text.replace(form.skipped ?? WHITE_SPACE, '')];
  if (characters.length !== rows * columns)
    throw new PuzzleTextError('kinds.text.cellCount', { expected: rows * columns, found: characters.length });
  return Uint8Array.from(characters, (character, cell) => parseToken(form, character, cell));
}

function parseToken(form: GridTextFormat, character: string, cell: number): number {
  const token = form.characters.indexOf(character);
  if (token >= 0) return token;
  if (form.aliases && Object.hasOwn(form.aliases, character)) return form.aliases[character]!;
  throw new PuzzleTextError('kinds.text.unknownCharacter', {
    character: quoteCharacter(character),
    cell: describeCell(form.columns, cell),
    expected: form.expected,
  });
}

/** Control characters by code point, so that an error never disturbs the terminal that prints it. */
export function quoteCharacter(character: string): string {
  return /\p{C}/u.test(character) ? codePoint(character) : `'${character}'`;
}

/** `U+000A` */
export function codePoint(character: string): string {
  return `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
}

/** The inverse of `parseGrid`. */
export function formatGrid({ characters, otherwise }: GridTextFormat, tokens: Uint8Array): string {
  return Array.from(tokens, (token) => characters[token] || otherwise).join('');
}

/** `row 2, column 3`, counted from 1. */
export function describeCell(columns: number, cell: number): Message {
  return message('kinds.cell', { row: Math.floor(cell / columns) + 1, column: (cell % columns) + 1 });
}
