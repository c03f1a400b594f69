/** How puzzles of a kind are typed and drawn: what can be put into a cell, what follows for others, and how wide a grid is. */
import { cropped, FIRST_COLOUR, onCanvas } from '../../../../datasets/kinds/arc/canvas';
import { GOAL, mazeSymbols, OPEN, PATH, START } from '../../../../datasets/kinds/maze/board';
import { BLANK, nonogramBoard } from '../../../../datasets/kinds/nonogram/board';
import type { PuzzleKind } from '../../../../datasets/kinds/puzzle-kind';

/** Something that can be put into a cell. */
export interface Brush {
  readonly token: number;
  /** For people, e.g. `Wall`. */
  readonly name: string;
  /** As it is drawn. */
  readonly symbol: string;
  /** The key that puts it there. */
  readonly key: string;
}

type Tokens = readonly number[];

export interface Editing {
  readonly brushes: readonly Brush[];
  /** Whether the pointer paints from the start; else it chooses the cell that is typed into. */
  readonly paints: boolean;
  /** The grid with a token in a cell; the same where it cannot stand there. */
  put(tokens: Tokens, cell: number, token: number): Tokens;
  /** The empty grid. */
  readonly empty: Tokens;
  /** Rows and columns that can be chosen, for grids on a canvas. */
  readonly size: { of(tokens: Tokens): Size; change(tokens: Tokens, size: Size): Tokens; readonly most: number } | null;
}

export interface Size {
  readonly rows: number;
  readonly columns: number;
}

export function editingOf(kind: PuzzleKind): Editing {
  if (kind.id.startsWith('maze-')) return mazeEditing(kind);
  if (kind.id.startsWith('nonogram-')) return nonogramEditing(kind);
  return kind.id === 'arc' ? arcEditing(kind) : plainEditing(kind);
}

const replaced = (tokens: Tokens, cell: number, token: number): number[] =>
  tokens.map((old, index) => (index === cell ? token : old));

function plainEditing(kind: PuzzleKind): Editing {
  const tokens = [...kind.symbols.keys()].filter((token) => token > 0);
  return {
    brushes: tokens.map((token) => brushOf(kind, token, token === kind.blank ? 'Blank' : (kind.symbols[token] ?? ''))),
    // Letters and colours of one's own are drawn; digits are typed.
    paints: !kind.isRuled,
    put: replaced,
    empty: Array.from({ length: kind.rows * kind.columns }, () => kind.blank),
    size: null,
  };
}

function brushOf(kind: PuzzleKind, token: number, name: string): Brush {
  const grid = new Uint8Array(kind.rows * kind.columns).fill(token);
  const key = kind.format(grid).charAt(0);
  return { token, name, key, symbol: token === kind.blank ? '' : (kind.symbols[token] ?? '') };
}

const mazeNames = ['', 'Wall', 'Open', 'Start', 'Goal'];

/** There is one start and one goal: a new one takes the place of the old. The path is the answer's. */
function mazeEditing(kind: PuzzleKind): Editing {
  const plain = plainEditing(kind);
  const moved = (tokens: Tokens, token: number) => tokens.map((old) => (old === token ? OPEN : old));
  return {
    ...plain,
    brushes: plain.brushes
      .filter(({ token }) => token !== PATH)
      .map((brush) => ({ ...brush, name: mazeNames[brush.token] ?? '', symbol: mazeSymbols[brush.token] ?? '' })),
    paints: true,
    put: (tokens, cell, token) => {
      if (token === PATH) return tokens;
      return replaced(token === START || token === GOAL ? moved(tokens, token) : tokens, cell, token);
    },
  };
}

/** Runs stand in the margins, filled and empty cells on the board. */
function nonogramEditing(kind: PuzzleKind): Editing {
  const { margin, width } = nonogramBoard(Number(kind.id.slice('nonogram-'.length)));
  const areaOf = (cell: number) => Number(Math.floor(cell / width) < margin) + Number(cell % width < margin);
  const empty = Array.from({ length: width * width }, (_, cell) => (areaOf(cell) === 0 ? BLANK : 0));
  const names = ['', 'Blank', 'Filled', 'Empty'];
  const plain = plainEditing(kind);
  const isRun = (token: number) => token >= names.length;
  return {
    ...plain,
    empty,
    brushes: plain.brushes.map((brush) => ({ ...brush, name: names[brush.token] ?? `Run of ${brush.symbol}` })),
    put: (tokens, cell, token) => {
      if (token === BLANK) return replaced(tokens, cell, empty[cell] ?? 0);
      return areaOf(cell) === (isRun(token) ? 1 : 0) ? replaced(tokens, cell, token) : tokens;
    },
  };
}

/** A grid of colours at the corner of its canvas; painting beside it makes it larger. */
function arcEditing(kind: PuzzleKind): Editing {
  const colours = [...kind.symbols.keys()].filter((token) => token >= FIRST_COLOUR);
  const { columns, rows } = kind;
  const change = (tokens: Tokens, size: Size): number[] => {
    const old = cropped(Uint8Array.from(tokens));
    const cells = Uint8Array.from({ length: size.rows * size.columns }, (_, i) => {
      const [row, column] = [Math.floor(i / size.columns), i % size.columns];
      return row < old.rows && column < old.columns ? (old.cells[row * old.columns + column] ?? 0) : 0;
    });
    return [...onCanvas({ ...size, cells })];
  };
  return {
    brushes: colours.map((token) => brushOf(kind, token, kind.colours[token]?.name ?? '')),
    paints: true,
    put: (tokens, cell, token) => {
      const { rows: high, columns: wide } = cropped(Uint8Array.from(tokens));
      const [row, column] = [Math.floor(cell / columns), cell % columns];
      if (token < FIRST_COLOUR) return row < high && column < wide ? replaced(tokens, cell, FIRST_COLOUR) : tokens;
      return replaced(
        change(tokens, { rows: Math.max(high, row + 1), columns: Math.max(wide, column + 1) }),
        cell,
        token,
      );
    },
    empty: Array.from({ length: rows * columns }, () => 0),
    size: { of: (tokens) => cropped(Uint8Array.from(tokens)), change, most: rows },
  };
}

const erasers = ['.', '0', ' '];

/** The token a typed key stands for in this kind; null where it stands for none. */
export function tokenOfKey(kind: PuzzleKind, { brushes }: Editing, key: string): number | null {
  if (key === 'Backspace' || key === 'Delete') return kind.blank;
  const of = (name: string) => brushes.find((brush) => brush.key === name)?.token;
  return of(key) ?? (erasers.includes(key) ? kind.blank : (of(key.toUpperCase()) ?? null));
}
