/**
 * What the rules say of a puzzle that is being typed, in words for the person typing it.
 */
import { judge, type Verdict } from '../../../../datasets/check-puzzle';
import { PuzzleTextError, type PuzzleKind } from '../../../../datasets/kinds/puzzle-kind';
import { counted } from '../../../lib/format';

/** A verdict with its two lines: what is so, and what it means for asking the model. */
export interface DraftVerdict {
  readonly tone: 'good' | 'warning' | 'bad' | 'neutral';
  readonly line: string;
  readonly meaning: string;
  /** Cells to mark: clues that contradict each other. */
  readonly cells: readonly number[];
  /** The one solution; null where there is none or more than one. */
  readonly solution: readonly number[] | null;
}

const meanings: Record<Exclude<Verdict['state'], 'ok'>, string> = {
  contradiction: 'The clues marked ✕ clash, so no answer can be right. The model can still be asked.',
  unsolvable: 'No two clues clash, but no answer can be right. The model can still be asked.',
  unruled: 'Only a model can be asked: there is nothing to compare its answer with.',
  undecided: 'The search for solutions was ended early. The model can still be asked.',
  ambiguous: 'Any legal answer counts as right. The model was trained on puzzles with exactly one solution.',
};

export function judgeDraft(kind: PuzzleKind, tokens: readonly number[]): DraftVerdict {
  const clues = clueCount(kind, tokens);
  if (clues === 0) return noClues;
  const verdict = judge(kind, Uint8Array.from(tokens));
  if (verdict.state === 'ok') return oneSolution(kind, clues, [...verdict.solution]);
  return {
    tone:
      verdict.state === 'ambiguous' || verdict.state === 'undecided' || verdict.state === 'unruled' ? 'warning' : 'bad',
    line: sentence(verdict.message),
    meaning: meanings[verdict.state],
    cells: verdict.state === 'contradiction' ? verdict.cells : [],
    solution: null,
  };
}

const noClues: DraftVerdict = {
  tone: 'neutral',
  line: 'No clues yet.',
  meaning: 'Put them into the grid, or paste the whole puzzle as text.',
  cells: [],
  solution: null,
};

function oneSolution(kind: PuzzleKind, clues: number, solution: readonly number[]): DraftVerdict {
  // Walls are not counted as clues by anybody.
  const line = kind.colours.some(Boolean)
    ? 'Exactly one solution.'
    : `${counted(clues, 'clue')}, exactly one solution.`;
  return { tone: 'good', line, meaning: 'The answer will be compared with it.', cells: [], solution };
}

/** Tokens of a text, or the line that says why it cannot be read. */
export function readText(
  kind: PuzzleKind,
  text: string,
): { readonly tokens: readonly number[] } | { readonly error: string } {
  try {
    return { tokens: [...kind.parse(text)] };
  } catch (reason) {
    if (reason instanceof PuzzleTextError) return { error: sentence(reason.message) };
    throw reason;
  }
}

/** A message that begins in the middle of a line, as a sentence of its own. */
function sentence(message: string): string {
  return `${message.charAt(0).toUpperCase()}${message.slice(1)}.`;
}

export function clueCount(kind: PuzzleKind, tokens: readonly number[]): number {
  return tokens.reduce((count, token) => count + (token === kind.blank ? 0 : 1), 0);
}
