/** Defines a puzzle kind from what differs, with defaults for the rest. */
import { message } from '../../renderer/messages/message';
import { solveWithTechniques } from './classical';
import { defaultEditing } from './editing';
import type { Editing, LegendEntry, PuzzleKind, TokenStyle } from './puzzle-kind';

/** Fields that a kind may leave out. */
type Defaults = Pick<
  PuzzleKind,
  | 'parseAnswer'
  | 'colours'
  | 'box'
  | 'margin'
  | 'tokenStyles'
  | 'tokenNames'
  | 'legend'
  | 'hasRules'
  | 'explainSolutions'
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
 * Defaults: answers in the text form of questions; no colours, boxes, margin, generator or techniques; tokens in their colour or in ink, named by their
 * symbol; has rules; any token may be put into any cell; solved by techniques and search; augmented by symmetries.
 */
export function defineKind({ editing = defaultEditing, ...spec }: KindSpec): PuzzleKind {
  const { symbols, blank, colours = symbols.map(() => null) } = spec;
  return {
    parseAnswer(answer) {
      return this.parse(answer);
    },
    box: null,
    margin: 0,
    tokenStyles: colours.map((colour): TokenStyle => (colour ? { as: 'colour', colour } : { as: 'ink' })),
    tokenNames: symbols.map((symbol, token) =>
      colours[token] ? message('kinds.token.coloured', { colour: colours[token].name, symbol }) : symbol,
    ),
    legend: defaultLegend(blank),
    hasRules: true,
    explainSolutions: null,
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
  if (blank === 0) return [{ mark: 'answer', text: message('kinds.legend.smallAnswer') }];
  return [
    { mark: 'clue', text: message('kinds.legend.clue') },
    { mark: 'answer', text: message('kinds.legend.answer') },
  ];
}
