/** Makes a puzzle kind from its own parts, with defaults for the rest: editor rules, legend, and the shared colours. */
import { solveWithTechniques } from './classical';
import type { Brush, Editing, LegendEntry, PuzzleKind, TokenColour, Tokens, TokenStyle } from './puzzle-kind';

/** Fields that a kind may leave out. */
type Defaults = Pick<
  PuzzleKind,
  | 'colours'
  | 'box'
  | 'margin'
  | 'tokenStyles'
  | 'tokenNames'
  | 'legend'
  | 'hasRules'
  | 'generator'
  | 'explain'
  | 'solveClassically'
  | 'augmentation'
  | 'defaultPreset'
>;

interface KindSpec extends Omit<PuzzleKind, keyof Defaults | 'createEditing'>, Partial<Defaults> {
  /** Changes the plain rules of the editor. */
  readonly editing?: (kind: PuzzleKind) => Editing;
}

/**
 * Defaults: no colours, boxes, margin, generator or techniques; tokens in their colour or in ink, named by their
 * symbol; has rules; any token may be put into any cell; solved by techniques and search; augmented by symmetries.
 */
export function defineKind({ editing = defaultEditing, ...spec }: KindSpec): PuzzleKind {
  const { symbols, blank, colours = symbols.map(() => null) } = spec;
  return {
    box: null,
    margin: 0,
    tokenStyles: colours.map((colour): TokenStyle => (colour ? { as: 'colour', colour } : { as: 'ink' })),
    tokenNames: symbols.map((symbol, token) => (colours[token] ? `${colours[token].name} ${symbol}` : symbol)),
    legend: defaultLegend(blank),
    hasRules: true,
    generator: null,
    explain: null,
    solveClassically(inputs) {
      return solveWithTechniques(this, inputs);
    },
    augmentation: 'symmetries',
    defaultPreset: 'classroom',
    ...spec,
    colours,
    createEditing() {
      return editing(this);
    },
  };
}

/** Clues have a legend entry only in kinds whose answer fills blanks. */
function defaultLegend(blank: number): LegendEntry[] {
  if (blank === 0) return [{ mark: 'answer', text: 'answer, smaller when unsure' }];
  return [
    { mark: 'clue', text: 'clue' },
    { mark: 'answer', text: 'answer, fainter when unsure' },
  ];
}

const colour = (name: string, hex: string, ink: TokenColour['ink']): TokenColour => ({ name, hex, ink });

/**
 * Ten colours for cells, by number (those of ARC have the same numbers): any two are well apart (ΔE of CIE 1976 above
 * 30) also for people who lack one of the three kinds of cones. A symbol is drawn beside or instead of the colour.
 */
export const palette = [
  colour('black', '#0b0b0b', '#ffffff'),
  colour('blue', '#4b28f5', '#ffffff'),
  colour('red', '#b40a1a', '#ffffff'),
  colour('green', '#19cd7d', '#000000'),
  colour('yellow', '#fff519', '#000000'),
  colour('grey', '#747474', '#ffffff'),
  colour('violet', '#c05eea', '#000000'),
  colour('orange', '#dc9123', '#000000'),
  colour('light blue', '#a5bfd9', '#000000'),
  colour('plum', '#591d5e', '#ffffff'),
] as const;

/** Returns the grid with one cell changed. */
export const replaceCell = (tokens: Tokens, cell: number, token: number): number[] =>
  tokens.map((old, index) => (index === cell ? token : old));

/** Any token but padding can be put into any cell. */
export function defaultEditing(kind: PuzzleKind): Editing {
  const tokens = [...kind.symbols.keys()].filter((token) => token > 0);
  return {
    brushes: tokens.map((token) => createBrush(kind, token, token === kind.blank ? 'Blank' : kind.symbols[token]!)),
    // Letters and colours of one's own are drawn; digits are typed.
    paints: !kind.hasRules,
    setToken: replaceCell,
    empty: Array.from({ length: kind.rows * kind.columns }, () => kind.blank),
    size: null,
  };
}

/** A brush whose key is the character that the kind writes for the token. */
export function createBrush(kind: PuzzleKind, token: number, name: string): Brush {
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
