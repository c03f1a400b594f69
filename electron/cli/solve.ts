/** `solve`: solves one puzzle and prints the answer after every supervision step, or that of each rollout and the picked one. */
import { formatEnglish } from '../../renderer/messages/english';
import { checkPuzzle } from '../../datasets/inspect';
import type { PuzzleKind } from '../../datasets/kinds/puzzle-kind';
import { parsePuzzle } from '../../datasets/kinds/registry';
import type { Precision } from '../../models/runtime/execution';
import { Solver } from '../../models/solve/solve';
import type { TracedStep } from '../../models/solve/solve';
import { expectTokens } from '../compute/models/solvers';
import { requireRules } from '../compute/models/evaluate';
import { getRollouts, type ComputeFlags, type RolloutFlags } from './args';
import { formatRollouts, solveRollouts } from './solve-rollouts';
import { NOT_SOLVED, UsageError } from './exit';
import { createEngineOptions, findModelForPuzzle } from './resolve-names';
import { printResult, renderGridText } from './output';
import { formatPercent } from '../contract/format';

export interface SolveFlags extends ComputeFlags, RolloutFlags {
  readonly model: string;
  readonly puzzle: string;
  /** Supervision steps. */
  readonly steps?: number;
  readonly precision: Precision;
  readonly json?: true;
}

/** The answer after one supervision step. */
export interface StepAnswer {
  readonly step: number;
  readonly answer: string;
  readonly legal: boolean;
  readonly brokenRules: number;
  /** Halting logit; above 0 the model would stop here. */
  readonly qHalt: number;
  /** Mean probability of the predicted tokens. */
  readonly confidence: number;
}

export async function solveCommand({
  model: id,
  puzzle,
  steps: maxSteps,
  precision,
  json,
  ...flags
}: SolveFlags): Promise<void> {
  const { model, kind } = await findModelForPuzzle(id, puzzle);
  const inputs = parsePuzzle(kind, puzzle);
  expectTokens([...inputs], model);
  const check = checkPuzzle(kind, inputs);
  if (check.state !== 'ok') throw new UsageError(formatEnglish(check.message));
  const rollouts = getRollouts(flags);
  requireRules(kind, rollouts);
  if (rollouts.count > 1 || rollouts.noise > 0 || rollouts.pick !== 'halting') {
    const options = { precision, ...(await createEngineOptions(flags)) };
    const solved = await solveRollouts({ model, kind, inputs, rollouts, steps: maxSteps }, options);
    const solution = kind.format(check.solution);
    const value = { puzzle: kind.format(inputs), solution, ...solved };
    setExitCode(kind, solved.picked);
    return printResult(json, value, formatRollouts(kind, inputs, solved).split('\n'));
  }
  const solver = await Solver.create(model.config, model.state, { precision, ...(await createEngineOptions(flags)) });
  const { steps, haltStep } = await solver.solve(inputs, { ...(maxSteps !== undefined && { maxSteps }) });
  const answers = steps.map((step, index) => createStepAnswer(kind, inputs, { step, number: index + 1 }));
  const solution = kind.format(check.solution);
  const value = { puzzle: kind.format(inputs), solution, haltStep, steps: answers };
  setExitCode(kind, answers.at(-1));
  printResult(json, value, formatAnswers(kind, inputs, answers).split('\n'));
}

/** Lets scripts tell apart solved and unsolved puzzles, where the rules are known. */
function setExitCode({ hasRules }: PuzzleKind, answer: { readonly legal: boolean } | null | undefined): void {
  if (hasRules && answer?.legal !== true) process.exitCode = NOT_SOLVED;
}

export function createStepAnswer(
  kind: PuzzleKind,
  inputs: Uint8Array,
  { step, number }: { readonly step: TracedStep; readonly number: number },
): StepAnswer {
  const { answer, confidence } = step.cycles[step.cycles.length - 1]!;
  const tokens = Uint8Array.from(answer);
  const { legal, brokenRules } = kind.check(inputs, tokens);
  const mean = confidence.reduce((sum, share) => sum + share, 0) / confidence.length;
  return { step: number, answer: kind.format(tokens), legal, brokenRules, qHalt: step.qHalt, confidence: mean };
}

/** An answer that breaks no rule can still be incomplete. */
export function describeLegality({ legal, brokenRules }: Pick<StepAnswer, 'legal' | 'brokenRules'>): string {
  if (legal) return '✓ legal';
  if (brokenRules === 0) return '✕ incomplete';
  return `✕ ${brokenRules} broken ${brokenRules === 1 ? 'rule' : 'rules'}`;
}

/** The puzzle, then the answer after each step until it no longer changes. */
function formatAnswers(kind: PuzzleKind, inputs: Uint8Array, answers: readonly StepAnswer[]): string {
  const settled = answers.findIndex(({ answer }, i) => answers.slice(i).every((later) => later.answer === answer));
  const printed = answers.slice(0, settled + 1).map(({ step, answer, legal, brokenRules, qHalt, confidence }) => {
    const legality = describeLegality({ legal, brokenRules });
    const halting = `halting logit ${qHalt.toFixed(1)}${qHalt > 0 ? ' (would halt here)' : ''}`;
    return `Step ${step}: ${legality}, ${halting}, mean confidence ${formatPercent(confidence)} %\n${renderGridText(kind, inputs, kind.parse(answer))}`;
  });
  const rest =
    settled + 1 < answers.length ? [`No change in the remaining ${answers.length - settled - 1} steps.`] : [];
  return [renderGridText(kind, inputs, inputs), ...printed, ...rest].join('\n\n');
}
