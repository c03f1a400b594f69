/** Defines a puzzle kind from what differs, with defaults for the rest. */
import { message } from '../../renderer/messages/message';
import { solveWithTechniques } from './classical';
import { defaultEditing } from './editing';
import type { ClueTokens, Editing, LegendEntry, PuzzleKind, TokenStyle } from './puzzle-kind';

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

interface KindSpec extends Omit<PuzzleKind, keyof Defaults | 'createEditing' | 'clues'>, Partial<Defaults> {
  readonly clues?: Partial<ClueTokens>;
  /** Changes the plain rules of the editor. */
  readonly editing?: (kind: PuzzleKind) => Editing;
}

/**
 * Defaults: answers in the text form of questions; no colours, boxes, margin, generator or techniques; tokens in their colour or in ink, named by their
 * symbol; has rules; every token but padding and the blank is a clue, which can be exchanged, contradict others and, where there is a blank, be left out; any token may be put into any cell; solved by techniques and search; augmented by symmetries.
 */
export function defineKind({ editing = defaultEditing, clues, ...spec }: KindSpec): PuzzleKind {
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
    clues: createClues(spec, clues),
    createEditing() {
      return editing(this);
    },
  };
}

function createClues(
  { symbols, blank, hasRules = true }: Pick<KindSpec, 'symbols' | 'blank' | 'hasRules'>,
  clues: Partial<ClueTokens> = {},
): ClueTokens {
  const { tokens = [...symbols.keys()].filter((token) => token !== 0 && token !== blank) } = clues;
  return {
    tokens,
    exchangeable: tokens,
    withFewer: blank === 0 ? 'no puzzle' : 'more solutions',
    canContradict: hasRules,
    unseen: null,
    ...clues,
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
