/**
 * The interface of a puzzle kind: grid, text form, rules, solver, generator, symmetries, and how it is drawn and edited. A
 * new kind is a folder in `datasets/kinds/` and a line in `registry.ts`; nothing else compares ids of kinds.
 */
import { MessageError, type Message, type MessageId, type Text } from '../../renderer/messages/message';
import type { Random } from '../random';

/** A puzzle as the model reads it: row-major tokens of the kind's vocabulary. Token 0 is padding. */
export interface Puzzle {
  readonly inputs: Uint8Array;
  /** The solution, same length; 0 where there is no label. */
  readonly labels: Uint8Array;
}

/** A puzzle with its rating where that is known; what the rating counts is the unit of the kind's generator. */
export interface RatedPuzzle extends Puzzle {
  readonly rating?: number | undefined;
}

/** Value of a facet that is unknown for a puzzle. */
export const UNKNOWN = -1;

/** What a facet or a rating counts: `kinds.unit.<unit>` names it, `kinds.amount.<unit>` is a number of it. */
export const facetUnits = [
  'cells',
  'pathCells',
  'guesses',
  'colours',
  'characters',
  'runs',
  'pairs',
  /** A stored rating of a kind that rates no puzzles itself. */
  'rating',
] as const;
export type FacetUnit = (typeof facetUnits)[number];

export interface FacetSpec {
  /** e.g. `givens` */
  readonly id: string;
  /** e.g. `Clues` */
  readonly name: Message;
  readonly unit: FacetUnit;
  /** Whether this facet is the rating of the kind's generator; a separate rating is then not shown. */
  readonly isRating?: true;
  /** A whole number from 0 to 2³¹ - 1, or `UNKNOWN`; of a stored rating filters and sort orders ignore the fraction. Defined for any tokens. Must be fast: it is computed for millions of puzzles. */
  compute(puzzle: RatedPuzzle): number;
}

/** Result of checking a (possibly incomplete or wrong) answer against the rules. */
export interface RuleReport {
  /** Complete, keeps every clue and breaks no rule. */
  readonly legal: boolean;
  /** Cells taking part in a broken rule or changing a clue, ascending, each once. */
  readonly brokenCells: readonly number[];
  /** How many rules are broken: a rule is e.g. "row 2 has each digit once"; a changed clue counts as one. */
  readonly brokenRules: number;
  /** One for each broken rule: `row 2 has 3 more than once`. */
  readonly violations: readonly Message[];
}

/** Limits of a search for solutions. */
export interface SearchLimits {
  /** Number of solutions after which the search ends. */
  readonly maxSolutions: number;
  /** Number of guesses after which the search gives up; unlimited when absent. */
  readonly maxGuesses?: number;
}

export interface SearchResult {
  /** None when the clues contradict each other or admit none, unless the search gave up. */
  readonly solutions: readonly Uint8Array[];
  /** Number of guesses: tries of one of several candidates. For a search that proves the solution unique it is the puzzle's rating. */
  readonly guesses: number;
  /** Whether the search ended at its limit of guesses; there may be more solutions. */
  readonly gaveUp: boolean;
}

/** One symmetry: a relabelling of tokens after a rearrangement of cells. */
export interface Symmetry {
  /** `output[i] = tokens[input[cells[i]]]` */
  readonly cells: Uint16Array;
  readonly tokens: Uint8Array;
}

/** A subgroup of the symmetries that can be enabled separately, e.g. relabelling the digits. */
export interface SymmetrySubgroup {
  /** e.g. `digits` */
  readonly id: string;
  readonly name: Message;
  /** Number of symmetries, the identity included. */
  readonly order: number;
  /** Generators of the subgroup. */
  readonly generators: readonly Symmetry[];
  /** The tokens it permutes, for a subgroup that only permutes tokens; null for others. */
  readonly relabels: readonly number[] | null;
  /** Draws one, uniformly. */
  draw(random: Random): Symmetry;
}

/** From easy to hard; `kinds.difficulty.<id>` is the name. */
export const difficultyIds = ['easy', 'medium', 'hard', 'extreme'] as const;
export type DifficultyId = (typeof difficultyIds)[number];

/** A band of ratings; `any` is the band of all ratings, which no kind lists. */
export interface Difficulty<Id = DifficultyId> {
  readonly id: Id;
  /** Both included. */
  readonly min: number;
  readonly max: number;
}

/** Whether a rating is in a band. Bands are of whole numbers; ratings of other programs may have a fraction. */
export const isInBand = ({ min, max }: Difficulty, rating: number): boolean =>
  Math.floor(rating) >= min && Math.floor(rating) <= max;

/** Makes puzzles of a kind, each with exactly one solution. */
export interface PuzzleGenerator {
  /** What the rating counts. */
  readonly unit: FacetUnit;
  /** From easy to hard; the bands do not overlap. */
  readonly difficulties: readonly Difficulty[];
  /** The rating of a puzzle with one solution. */
  rate(inputs: Uint8Array): number;
  /**
   * Returns a puzzle with a rating in the band, or with any rating.
   * @throws MessageError when many tries find none
   */
  generate(random: Random, difficulty?: Difficulty): Puzzle;
}

/** `kinds.technique.<name>` is its name, with the words in camel case; see `technique-names.ts`. */
export type Technique =
  | 'naked single'
  | 'hidden single'
  | 'locked candidates'
  | 'naked pair'
  | 'hidden pair'
  | 'naked triple'
  | 'hidden triple'
  | 'X-wing';

export const NEEDS_SEARCH = 'needs search';

/** One step of a solution as people find it. */
export interface ExplainedStep {
  readonly technique: Technique;
  /** Cells that justify the step, ascending. */
  readonly cells: readonly number[];
  /** Digits placed by the step. */
  readonly placed: readonly { readonly cell: number; readonly digit: number }[];
  /** Candidates excluded by the step, by cell. */
  readonly excluded: readonly { readonly cell: number; readonly digits: readonly number[] }[];
  readonly message: Message;
}

export interface Explanation {
  readonly steps: readonly ExplainedStep[];
  /** Whether the known techniques fill every cell. */
  readonly solved: boolean;
  /** The hardest technique used, or `needs search`. */
  readonly rating: Technique | typeof NEEDS_SEARCH;
}

/** How the cells of a token are filled where it has a colour of its own. */
export interface TokenColour {
  readonly name: Message;
  /** sRGB, `#rrggbb`. */
  readonly hex: string;
  /** Black or white, whichever is more readable on the colour: contrast of at least 4.5 to 1. */
  readonly ink: '#000000' | '#ffffff';
}

/** How a token is drawn: in ink, in a colour of its own, as a wall, or as a piece of a path. */
export type TokenStyle =
  | { readonly as: 'ink' }
  | { readonly as: 'colour'; readonly colour: TokenColour }
  | { readonly as: 'wall' }
  | { readonly as: 'path' };

/** A mark in the legend below a grid. */
export interface LegendEntry {
  readonly mark: 'clue' | 'wall' | 'answer';
  readonly text: Message;
}

/** Row-major tokens of a grid that is being edited. */
export type Tokens = readonly number[];

/** Rows and columns of a grid. */
export interface GridSize {
  readonly rows: number;
  readonly columns: number;
}

/** A token that the editor can put into a cell. */
export interface Brush {
  readonly token: number;
  /** e.g. `Wall` */
  readonly name: Text;
  /** Drawn on the brush; '' for the blank. */
  readonly symbol: string;
  /** The key that puts it into a cell. */
  readonly key: string;
}

/** How puzzles of a kind are typed and drawn. */
export interface Editing {
  readonly brushes: readonly Brush[];
  /** Whether the pointer paints from the start; else it selects the cell that is typed into. */
  readonly paints: boolean;
  /** Returns the grid with a token in a cell; the same grid where the token is not allowed there. */
  setToken(tokens: Tokens, cell: number, token: number): Tokens;
  /** The empty grid. */
  readonly empty: Tokens;
  /** Resizing, for grids on a larger canvas; null for kinds of a fixed size. */
  readonly size: {
    getSize(tokens: Tokens): GridSize;
    resize(tokens: Tokens, size: GridSize): Tokens;
    readonly max: number;
  } | null;
}

/** One step of a classical solver. */
export interface ClassicalStep {
  /** e.g. `naked single`, `wave 12` */
  readonly name: Message;
  readonly message: Message;
  /** Cells that the step uses or changes; empty for a step about the whole grid. */
  readonly cells: readonly number[];
  /** Tokens placed by the step. */
  readonly placed: readonly { readonly cell: number; readonly token: number }[];
}

/** How a classical solver solves a puzzle. */
export interface ClassicalSolution {
  /** e.g. `Named techniques` */
  readonly method: Message;
  readonly steps: readonly ClassicalStep[];
  /** e.g. `12 steps: 9 naked singles and 3 hidden singles` */
  readonly summary: Message;
  readonly note: Message | null;
}

/** The clues of a kind's questions, and what they may be replaced by: `datasets/damage` makes damaged puzzles of them. */
export interface ClueTokens {
  /** Tokens that are clues, ascending. */
  readonly tokens: readonly number[];
  /** Tokens of a question that can replace each other, ascending; a single one has no replacement. */
  readonly exchangeable: readonly number[];
  /** What a question is with fewer clues: one with the same solutions and perhaps more, one with other solutions, or none of the kind. */
  readonly withFewer: 'more solutions' | 'other solutions' | 'no puzzle';
  /** Whether clues can contradict each other by the rules. */
  readonly canContradict: boolean;
  /** A token that questions of the kind never show; null where there is none. */
  readonly unseen: number | null;
}

export interface PuzzleKind {
  /** e.g. `sudoku-4x4` */
  readonly id: string;
  /** e.g. `Sudoku 4×4` */
  readonly name: Message;
  readonly rows: number;
  readonly columns: number;
  /** Symbol of each token, by token number; '' for padding. Its length is the vocabulary size. */
  readonly symbols: readonly string[];
  /** Colour of each token, by token number; null for those drawn in the text colour. Symbols distinguish tokens without colour. */
  readonly colours: readonly (TokenColour | null)[];
  /** Token of a cell that is to be filled in; 0 where there is none. */
  readonly blank: number;
  /** Heavier lines are drawn around boxes of this many rows and columns; null where there are none. */
  readonly box: { readonly rows: number; readonly columns: number } | null;
  /** Rows and columns of clues above and left of the board; 0 where there are none. */
  readonly margin: number;
  /** How each token is drawn, by token number. */
  readonly tokenStyles: readonly TokenStyle[];
  /** Name of each token, by token number, e.g. `wall`, `green 3`; '' for padding. */
  readonly tokenNames: readonly Text[];
  readonly clues: ClueTokens;
  /** The marks of clues and answers; those of every kind (changed, breaks a rule) are not among them. */
  readonly legend: readonly LegendEntry[];
  /**
   * Reads the usual text form (for Sudoku: one character a cell, `.` or `0` for a blank; white space is ignored).
   * @throws PuzzleTextError with what was expected, what was found and where
   */
  parse(text: string): Uint8Array;
  /** Reads an answer, whose characters can depend on those of its question. @throws as `parse` */
  parseAnswer(answer: string, question: string): Uint8Array;
  /** The text form of tokens, the inverse of `parse`. */
  format(tokens: Uint8Array): string;
  /** False for kinds without known rules: `check` then reports nothing legal and nothing broken, and `solve` finds nothing. */
  readonly hasRules: boolean;
  check(inputs: Uint8Array, answer: Uint8Array): RuleReport;
  /** Looks for solutions, in the same order every time. */
  solve(inputs: Uint8Array, limits: SearchLimits): SearchResult;
  /** What is wrong with a puzzle that breaks no rule but has no solution, or several; null where the general texts say it. */
  readonly explainSolutions: ((inputs: Uint8Array, solutions: 'none' | 'several') => Message) | null;
  /** Properties of puzzles to filter and sort by. */
  readonly facets: readonly FacetSpec[];
  /** Null for kinds that cannot be generated. */
  readonly generator: PuzzleGenerator | null;
  /** Solves by named techniques, always the easiest one that applies; null for kinds without techniques. */
  readonly explain: ((inputs: Uint8Array) => Explanation) | null;
  /** Solves step by step, for people: named techniques, breadth-first search, or search with guesses; null without rules. */
  solveClassically(inputs: Uint8Array): ClassicalSolution | null;
  /** The rules of the editor. */
  createEditing(): Editing;
  /**
   * `symmetries` of the whole grid, drawn in training; or stored `copies`, whose grids are moved, turned and
   * recoloured on their canvas: each has an identifier of its own, and evaluation takes a vote over them.
   */
  readonly augmentation: 'symmetries' | 'copies';
  /** Id of the training preset that is used where none is given. */
  readonly defaultPreset: string;
  /** Draws an element of the whole symmetry group, uniformly. */
  drawSymmetry(random: Random): Symmetry;
  /** Subgroups of the symmetry group: composing a random element of each, in this order, is uniform over the group. */
  readonly symmetrySubgroups: readonly SymmetrySubgroup[];
  /**
   * Canonical form: equal for two puzzles exactly if a symmetry maps one to the other. `parse` reads it as a puzzle of
   * their class.
   */
  classKey(inputs: Uint8Array): string;
  /**
   * Hash of the symmetry class, faster than `classKey`: equal for symmetric puzzles, and different for others except for
   * rare collisions.
   */
  classHash(inputs: Uint8Array): string;
}

/** A puzzle text that cannot be read. */
export class PuzzleTextError<Id extends MessageId = MessageId> extends MessageError<Id> {
  override readonly name = 'PuzzleTextError';
}
