/** Classical solving, step by step for people: named techniques where a kind has them, then search with guesses. */
import { formatCount, formatInteger, formatTally } from './text';
import type { ClassicalSolution, ClassicalStep, PuzzleKind } from './puzzle-kind';
import { MAX_GUESSES, describeContradiction } from './rules';

/** Returns null where the rules are not known. */
export function solveWithTechniques(kind: PuzzleKind, inputs: Uint8Array): ClassicalSolution | null {
  if (!kind.hasRules) return null;
  return (
    describeContradiction(kind.check(inputs, inputs)) ?? (kind.explain ? explain(kind, inputs) : search(kind, inputs))
  );
}

function explain(kind: PuzzleKind, inputs: Uint8Array): ClassicalSolution {
  const { steps, solved } = kind.explain?.(inputs) ?? { steps: [], solved: false };
  const explained = steps.map(({ technique, cells, placed, excluded, message }) => ({
    name: technique,
    message: `${message.charAt(0).toUpperCase()}${message.slice(1)}.`,
    cells: [...new Set([...cells, ...placed.map(({ cell }) => cell), ...excluded.map(({ cell }) => cell)])],
    placed: placed.map(({ cell, digit }) => ({ cell, token: kind.symbols.indexOf(String(digit)) })),
  }));
  const counts = `${formatCount(steps.length, 'step')}${steps.length > 0 ? `: ${formatTally(steps.map(({ technique }) => technique))}` : ''}`;
  if (solved) return { method: 'Named techniques', steps: explained, summary: counts, note: null };
  const { steps: found, summary } = search(kind, inputs);
  return {
    method: 'Named techniques, then search',
    steps: [...explained, ...found],
    summary: counts,
    note: `They end before the last cell. ${summary}`,
  };
}

/** Solves by search, reported as one step with the number of guesses. */
function search(kind: PuzzleKind, inputs: Uint8Array): ClassicalSolution {
  const { solutions, guesses, gaveUp } = kind.solve(inputs, { maxSolutions: 2, maxGuesses: MAX_GUESSES });
  const open = [...inputs.keys()].filter((cell) => inputs[cell] === kind.blank);
  const [solution] = solutions;
  const tried =
    guesses === 0 ? 'without a guess' : `with ${formatInteger(guesses)} ${guesses === 1 ? 'guess' : 'guesses'}`;
  const steps = solution && solutions.length === 1 ? [foundBySearch(open, solution)] : [];
  const base = { method: 'Search with guesses', steps, note: null };
  if (gaveUp) return { ...base, summary: `Search was ended after ${formatInteger(guesses)} guesses.` };
  if (solutions.length === 0) return { ...base, summary: `Search finds no solution, ${tried}.` };
  if (solutions.length > 1) return { ...base, summary: 'Search finds more than one solution.' };
  return { ...base, summary: `Search finds the one solution ${tried}, the proof that there is no other included.` };
}

function foundBySearch(open: readonly number[], solution: Uint8Array): ClassicalStep {
  return {
    name: 'search',
    message: `Search fills the other ${formatCount(open.length, 'cell')}.`,
    cells: [],
    placed: open.map((cell) => ({ cell, token: solution[cell] ?? 0 })),
  };
}
