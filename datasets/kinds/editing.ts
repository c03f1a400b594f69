/** How grids are edited: what the editor may put into a cell by default, its brushes, and the keys that stand for tokens. */
import { message, type Text } from '../../renderer/messages/message';
import type { Brush, Editing, PuzzleKind, Tokens } from './puzzle-kind';

/** Returns the grid with one cell changed. */
export const replaceCell = (tokens: Tokens, cell: number, token: number): number[] =>
  tokens.map((old, index) => (index === cell ? token : old));

/** Any token but padding can be put into any cell. */
export function defaultEditing(kind: PuzzleKind): Editing {
  const tokens = [...kind.symbols.keys()].filter((token) => token > 0);
  return {
    brushes: tokens.map((token) =>
      createBrush(kind, token, token === kind.blank ? message('kinds.brush.blank') : kind.symbols[token]!),
    ),
    // Letters and colours of one's own are drawn; digits are typed.
    paints: !kind.hasRules,
    setToken: replaceCell,
    empty: Array.from({ length: kind.rows * kind.columns }, () => kind.blank),
    size: null,
  };
}

/** A brush whose key is the character that the kind writes for the token. */
export function createBrush(kind: PuzzleKind, token: number, name: Text): Brush {
  const grid = new Uint8Array(kind.rows * kind.columns).fill(token);
  const key = kind.format(grid).charAt(0);
  return { token, name, key, symbol: token === kind.blank ? '' : (kind.symbols[token] ?? '') };
}

const erasers = ['.', '0', ' '];

/** The token that a typed key puts into a cell; null for a key without meaning. Capital letters may be typed small. */
export function getTokenForKey(kind: PuzzleKind, { brushes }: Editing, key: string): number | null {
  if (key === 'Backspace' || key === 'Delete') return kind.blank;
  const find = (name: string) => brushes.find((brush) => brush.key === name)?.token;
  return find(key) ?? (erasers.includes(key) ? kind.blank : (find(key.toUpperCase()) ?? null));
}
