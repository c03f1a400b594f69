/** How a classical solver answers the same puzzle: named techniques, breadth-first search, or search with guesses. */
import type { PuzzleKind } from '../../../../datasets/kinds/puzzle-kind';
import { counted, integer } from '../../../lib/format';
import type { Account, ClassicalStep } from './steps';
import { tallied } from './tally';
import { isMaze, mazeAccount } from './maze-search';

/** Searches are ended here, which takes about 0.1 s: the window waits for them. */
const MOST_GUESSES = 10_000;

/** Null where nobody knows the rules. */
export function classicalAccount(kind: PuzzleKind, inputs: Uint8Array): Account | null {
  if (!kind.isRuled) return null;
  if (kind.check(inputs, inputs).brokenRules > 0)
    return { method: 'No solver', steps: [], summary: 'The clues contradict each other.', note: null };
  if (kind.explain) return techniques(kind, inputs);
  return isMaze(kind) ? mazeAccount(kind, inputs) : search(kind, inputs);
}

function techniques(kind: PuzzleKind, inputs: Uint8Array): Account {
  const { steps, solved } = kind.explain?.(inputs) ?? { steps: [], solved: false };
  const told = steps.map(({ technique, cells, placed, excluded, sentence }) => ({
    name: technique,
    sentence: `${sentence.charAt(0).toUpperCase()}${sentence.slice(1)}.`,
    cells: [...new Set([...cells, ...placed.map(({ cell }) => cell), ...excluded.map(({ cell }) => cell)])],
    placed: placed.map(({ cell, digit }) => ({ cell, token: kind.symbols.indexOf(String(digit)) })),
  }));
  const counts = `${counted(steps.length, 'step')}${steps.length > 0 ? `: ${tallied(steps.map(({ technique }) => technique))}` : ''}`;
  if (solved) return { method: 'Named techniques', steps: told, summary: counts, note: null };
  const { steps: found, summary } = search(kind, inputs);
  return {
    method: 'Named techniques, then search',
    steps: [...told, ...found],
    summary: counts,
    note: `They end before the last cell. ${summary}`,
  };
}

/** A search has no steps that mean anything to people: it is told by its guesses, and shows what it found. */
function search(kind: PuzzleKind, inputs: Uint8Array): Account {
  const { solutions, guesses, gaveUp } = kind.solve(inputs, { solutions: 2, guesses: MOST_GUESSES });
  const open = [...inputs.keys()].filter((cell) => inputs[cell] === kind.blank);
  const [solution] = solutions;
  const tried = guesses === 0 ? 'without a guess' : `with ${integer(guesses)} ${guesses === 1 ? 'guess' : 'guesses'}`;
  const steps = solution && solutions.length === 1 ? [found(open, solution)] : [];
  const base = { method: 'Search with guesses', steps, note: null };
  if (gaveUp) return { ...base, summary: `Search was ended after ${integer(guesses)} guesses.` };
  if (solutions.length === 0) return { ...base, summary: `Search finds no solution, ${tried}.` };
  if (solutions.length > 1) return { ...base, summary: 'Search finds more than one solution.' };
  return { ...base, summary: `Search finds the one solution ${tried}, the proof that there is no other included.` };
}

function found(open: readonly number[], solution: Uint8Array): ClassicalStep {
  return {
    name: 'search',
    sentence: `Search fills the other ${counted(open.length, 'cell')}.`,
    cells: [],
    placed: open.map((cell) => ({ cell, token: solution[cell] ?? 0 })),
  };
}
