/** Makes a puzzle kind from what is special about it; the rest is as most kinds have it. */
import { solveWithTechniques } from './classical';
import { plainEditing } from './editing';
import type { Editing, LegendEntry, PuzzleKind, TokenStyle } from './puzzle-kind';

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

export interface KindSpec extends Omit<PuzzleKind, keyof Defaults | 'createEditing'>, Partial<Defaults> {
  /** Changes the plain rules of the editor. */
  readonly editing?: (kind: PuzzleKind) => Editing;
}

/**
 * Defaults: no colours, boxes, margin, generator or techniques; tokens in their colour or in ink, named by their
 * symbol; has rules; any token may be put into any cell; solved by techniques and search; augmented by symmetries.
 */
export function defineKind({ editing = plainEditing, ...spec }: KindSpec): PuzzleKind {
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

/** An answer that fills blanks stands among clues; one that is a grid of its own does not. */
function defaultLegend(blank: number): LegendEntry[] {
  if (blank === 0) return [{ mark: 'answer', text: 'answer, smaller when unsure' }];
  return [
    { mark: 'clue', text: 'clue' },
    { mark: 'answer', text: 'answer, fainter when unsure' },
  ];
}
