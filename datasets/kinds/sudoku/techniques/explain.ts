/** A puzzle solved as people solve it: always by the easiest technique that brings something. */
import type { ExplainedStep, Explanation } from '../../puzzle-kind';
import type { SudokuShape } from '../shape';
import { Candidates } from './candidates';
import { techniques } from './techniques';

export const NEEDS_SEARCH = 'needs search';

/** Each step is sound for puzzles with a solution; clues that contradict each other end in `needs search`. */
export function explainSudoku(shape: SudokuShape, inputs: Uint8Array): Explanation {
  const candidates = new Candidates(shape, inputs);
  const steps: ExplainedStep[] = [];
  let hardest = 0;
  for (let step = next(candidates); step; step = next(candidates)) {
    candidates.apply(step.step);
    steps.push(step.step);
    hardest = Math.max(hardest, step.level);
  }
  const solved = candidates.isFull;
  return { steps, solved, rating: solved ? (techniques[hardest]?.name ?? NEEDS_SEARCH) : NEEDS_SEARCH };
}

function next(candidates: Candidates): { readonly step: ExplainedStep; readonly level: number } | null {
  for (const [level, { find }] of techniques.entries()) {
    const step = find(candidates);
    if (step) return { step, level };
  }
  return null;
}
