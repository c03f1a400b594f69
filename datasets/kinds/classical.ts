/** Classical solving, step by step: named techniques where a kind has them, then search with guesses. */
import { message, type Message } from '../../renderer/messages/message';
import type { ClassicalSolution, ClassicalStep, PuzzleKind } from './puzzle-kind';
import { MAX_GUESSES, describeContradiction } from './rules';
import { countTechniques, techniqueNames } from './technique-names';

/** Returns null for kinds without known rules. */
export function solveWithTechniques(kind: PuzzleKind, inputs: Uint8Array): ClassicalSolution | null {
  if (!kind.hasRules) return null;
  return (
    describeContradiction(kind.check(inputs, inputs)) ?? (kind.explain ? explain(kind, inputs) : search(kind, inputs))
  );
}

function explain(kind: PuzzleKind, inputs: Uint8Array): ClassicalSolution {
  const { steps, solved } = kind.explain?.(inputs) ?? { steps: [], solved: false };
  const explained = steps.map((step) => ({
    name: techniqueNames[step.technique],
    message: step.message,
    cells: [...new Set([...step.cells, ...[...step.placed, ...step.excluded].map(({ cell }) => cell)])],
    placed: step.placed.map(({ cell, digit }) => ({ cell, token: kind.symbols.indexOf(String(digit)) })),
  }));
  const summary =
    steps.length === 0
      ? message('kinds.classical.noSteps')
      : message('kinds.classical.steps', {
          count: steps.length,
          techniques: countTechniques(steps.map(({ technique }) => technique)),
        });
  if (solved) return { method: message('kinds.classical.techniques'), steps: explained, summary, note: null };
  const found = search(kind, inputs);
  return {
    method: message('kinds.classical.techniquesThenSearch'),
    steps: [...explained, ...found.steps],
    summary,
    note: message('kinds.classical.techniquesEnd', { search: found.summary }),
  };
}

/** Solves by search, reported as one step with the number of guesses. */
function search(kind: PuzzleKind, inputs: Uint8Array): ClassicalSolution {
  const { solutions, guesses, gaveUp } = kind.solve(inputs, { maxSolutions: 2, maxGuesses: MAX_GUESSES });
  const open = [...inputs.keys()].filter((cell) => inputs[cell] === kind.blank);
  const [solution] = solutions;
  const steps = solution && solutions.length === 1 ? [foundBySearch(open, solution)] : [];
  return {
    method: message('kinds.classical.searchWithGuesses'),
    steps,
    summary: summariseSearch({ found: solutions.length, guesses, gaveUp }),
    note: null,
  };
}

function summariseSearch({
  found,
  guesses,
  gaveUp,
}: {
  readonly found: number;
  readonly guesses: number;
  readonly gaveUp: boolean;
}): Message {
  if (gaveUp) return message('kinds.classical.stopped', { guesses });
  if (found === 0) return message('kinds.classical.noSolution', { guesses });
  return found > 1 ? message('kinds.classical.severalSolutions') : message('kinds.classical.oneSolution', { guesses });
}

function foundBySearch(open: readonly number[], solution: Uint8Array): ClassicalStep {
  return {
    name: message('kinds.classical.search'),
    message: message('kinds.classical.fills', { count: open.length }),
    cells: [],
    placed: open.map((cell) => ({ cell, token: solution[cell] ?? 0 })),
  };
}
