/** How the tokens of a kind are drawn: in ink, in a colour of their own, as a wall, or as a piece of a path. */
import { PATH, WALL } from '../../datasets/kinds/maze/board';
import type { PuzzleKind, TokenColour } from '../../datasets/kinds/puzzle-kind';

export type TokenLook =
  | { readonly as: 'ink' }
  | { readonly as: 'colour'; readonly colour: TokenColour }
  | { readonly as: 'wall' }
  | { readonly as: 'path' };

const mazeLooks: Record<number, TokenLook> = { [WALL]: { as: 'wall' }, [PATH]: { as: 'path' } };

/** By token number. */
export function looksOf(kind: PuzzleKind): readonly TokenLook[] {
  const isMaze = kind.id.startsWith('maze-');
  return kind.symbols.map((_, token): TokenLook => {
    // The one colour of a nonogram is a sign in ink: black would be lost on dark, and would not fade where it is unsure.
    const colour = marginOf(kind) > 0 ? null : (kind.colours[token] ?? null);
    return (isMaze && mazeLooks[token]) || (colour ? { as: 'colour', colour } : { as: 'ink' });
  });
}

/** Rows and columns of clues above and left of a nonogram; 0 for other kinds. */
export function marginOf({ id }: PuzzleKind): number {
  const side = /^nonogram-(\d+)$/u.exec(id)?.[1];
  return side === undefined ? 0 : Math.ceil(Number(side) / 2);
}

const mazeNames = ['', 'wall', 'open', 'start', 'goal', 'path'];
const named = new WeakMap<PuzzleKind, readonly string[]>();

/** What each token is called, by token number. */
export function tokenNames(kind: PuzzleKind): readonly string[] {
  const names =
    named.get(kind) ??
    (kind.id.startsWith('maze-') ? mazeNames : kind.symbols.map((symbol, token) => nameOf(kind, symbol, token)));
  named.set(kind, names);
  return names;
}

function nameOf({ colours }: PuzzleKind, symbol: string, token: number): string {
  const colour = colours[token];
  return colour ? `${colour.name} ${symbol}` : symbol;
}
