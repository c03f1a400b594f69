/** `solve`: solves one puzzle, or the tests of an ARC task, and prints the answer after every supervision step, or that of each rollout and the picked one. */
import { formatEnglish } from '../../renderer/messages/english';
import { checkPuzzle } from '../../datasets/inspect';
import type { PuzzleKind } from '../../datasets/kinds/puzzle-kind';
import { canParse } from '../../datasets/kinds/registry';
import type { Precision } from '../../models/runtime/execution';
import { Solver } from '../../models/solve/solve';
import type { TracedStep } from '../../models/solve/solve';
import { expectTokens } from '../compute/models/solvers';
import { requireRules } from '../compute/models/model-fit';
import type { CheckpointsFlag, ComputeFlags, RolloutFlags } from './args';
import { getAttempts, requireNoRollouts } from './evaluated-weights';
import { formatRollouts, solveRollouts } from './solve-rollouts';
import { NOT_SOLVED, UsageError } from './exit';
import { createEngineOptions } from './resolve-names';
import { readQuestions, type Question, type SolvePlan } from './solve-questions';
import { printResult, renderGridText } from './output';
import { formatPercent } from '../contract/format';

export interface SolveFlags extends ComputeFlags, RolloutFlags, CheckpointsFlag {
  /** Folder or id of a model, or of a run with `checkpoints`. */
  readonly model: string;
  /** Text of a puzzle, or path of a file with one ARC task. */
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
  /** Null for kinds without rules. */
  readonly legal: boolean | null;
  readonly brokenRules: number | null;
  /** Halting logit; the model would halt after the first step where it is above 0. */
  readonly qHalt: number;
  /** Mean probability of the predicted tokens. */
  readonly confidence: number;
}

/** The result for one question. */
interface Output {
  readonly json: object;
  readonly text: string;
}

export async function solveCommand({ model: name, puzzle, json, ...flags }: SolveFlags): Promise<void> {
  const { checkpoints } = flags;
  requireNoRollouts(flags);
  const { questions, task, ...plan } = await readQuestions(
    { model: name, ...(checkpoints !== undefined && { checkpoints }) },
    puzzle,
  );
  const outputs: Output[] = [];
  for (const question of questions) outputs.push(await solveQuestion(plan, question, flags));
  const value = task === null ? outputs[0]!.json : { task, tests: outputs.map((output) => output.json) };
  const title = (index: number) => (task === null ? '' : `Task ${task}, test ${index + 1}\n\n`);
  const text = outputs.map((output, index) => `${title(index)}${output.text}`).join('\n\n');
  printResult(json, value, text.split('\n'));
}

type SolveOptions = Omit<SolveFlags, 'model' | 'puzzle' | 'json'>;

async function solveQuestion(
  { model, kind }: Pick<SolvePlan, 'model' | 'kind'>,
  question: Question,
  { steps: maxSteps, precision, ...flags }: SolveOptions,
): Promise<Output> {
  const { inputs, identifier } = question;
  const { config, states, checkpoints } = model;
  expectTokens([...inputs], model);
  const answer = findSolution(kind, question);
  const solution = answer && kind.format(answer);
  const rollouts = getAttempts(checkpoints, flags);
  requireRules(kind, rollouts);
  const options = { precision, ...(await createEngineOptions(flags)) };
  if (rollouts.count > 1 || rollouts.noise > 0 || rollouts.pick !== 'halting') {
    const solved = await solveRollouts({ model, kind, inputs, identifier, rollouts, steps: maxSteps }, options);
    setExitCode(kind, solved.picked);
    return {
      json: { puzzle: kind.format(inputs), solution, ...solved },
      text: formatRollouts(kind, inputs, solved),
    };
  }
  const solver = await Solver.create(config, states[0]!, options);
  const solve = async () => {
    try {
      return await solver.solve(inputs, { identifier, ...(maxSteps !== undefined && { maxSteps }) });
    } finally {
      await solver.release();
    }
  };
  const { steps, haltStep } = await solve();
  const answers = steps.map((step, index) => createStepAnswer(kind, inputs, { step, number: index + 1 }));
  setExitCode(kind, answers.at(-1));
  return {
    json: { puzzle: kind.format(inputs), solution, haltStep, steps: answers },
    text: formatAnswers(kind, inputs, { answers, solution, haltStep }),
  };
}

/** The answer that the rules give, or that is known; null where there are no rules. @throws UsageError for a puzzle without exactly one solution */
function findSolution(kind: PuzzleKind, { inputs, labels }: Question): Uint8Array | null {
  const check = checkPuzzle(kind, inputs);
  if (check.state === 'unruled') return labels;
  if (check.state !== 'ok') throw new UsageError(formatEnglish(check.message));
  return check.solution;
}

/** Lets scripts tell apart solved and unsolved puzzles, where the rules are known. */
function setExitCode({ hasRules }: PuzzleKind, answer: { readonly legal: boolean | null } | null | undefined): void {
  if (hasRules && answer?.legal !== true) process.exitCode = NOT_SOLVED;
}

export function createStepAnswer(
  kind: PuzzleKind,
  inputs: Uint8Array,
  { step, number }: { readonly step: TracedStep; readonly number: number },
): StepAnswer {
  const { answer, confidence } = step.cycles[step.cycles.length - 1]!;
  const tokens = Uint8Array.from(answer);
  const { legal, brokenRules } = kind.hasRules ? kind.check(inputs, tokens) : { legal: null, brokenRules: null };
  const mean = confidence.reduce((sum, share) => sum + share, 0) / confidence.length;
  return { step: number, answer: formatAnswer(kind, tokens), legal, brokenRules, qHalt: step.qHalt, confidence: mean };
}

/** The text of an answer; `?` for cells that an untrained model leaves as padding, which a puzzle never has. */
export function formatAnswer(kind: PuzzleKind, tokens: Uint8Array): string {
  const text = kind.format(tokens);
  return canParse(kind, text) ? text : Array.from(tokens, (token) => kind.symbols[token] || '?').join('');
}

/** An answer that breaks no rule can still be incomplete; empty where the rules are unknown. */
export function describeLegality({ legal, brokenRules }: Pick<StepAnswer, 'legal' | 'brokenRules'>): string {
  if (legal === null || brokenRules === null) return '';
  if (legal) return '✓ legal';
  if (brokenRules === 0) return '✕ incomplete';
  return `✕ ${brokenRules} broken ${brokenRules === 1 ? 'rule' : 'rules'}`;
}

interface FormattedAnswers {
  readonly answers: readonly StepAnswer[];
  readonly solution: string | null;
  readonly haltStep: number | null;
}

/** The puzzle, then the answer after each step until it no longer changes. */
function formatAnswers(kind: PuzzleKind, inputs: Uint8Array, { answers, ...known }: FormattedAnswers): string {
  const settled = answers.findIndex(({ answer }, i) => answers.slice(i).every((later) => later.answer === answer));
  const printed = answers
    .slice(0, settled + 1)
    .map((each) => `${describeStep(kind, each, known)}\n${renderAnswer(kind, inputs, each.answer)}`);
  const rest =
    settled + 1 < answers.length ? [`No change in the remaining ${answers.length - settled - 1} steps.`] : [];
  return [renderPuzzle(kind, inputs, inputs), ...printed, ...rest].join('\n\n');
}

function describeStep(
  { hasRules }: PuzzleKind,
  each: StepAnswer,
  { solution, haltStep }: Omit<FormattedAnswers, 'answers'>,
): string {
  const { step, answer, qHalt, confidence } = each;
  const halting = `halting logit ${qHalt.toFixed(1)}${describeHalt(step, haltStep)}`;
  const verdict = hasRules ? [describeLegality(each)] : solution === null ? [] : [describeMatch(answer, solution)];
  return `Step ${step}: ${[...verdict, halting, `mean confidence ${formatPercent(confidence)} %`].join(', ')}`;
}

/** Where the model would halt on its own: once, after the first step with a logit above 0. */
function describeHalt(step: number, haltStep: number | null): string {
  if (haltStep === null || step < haltStep) return '';
  return step === haltStep ? ' (would halt here)' : ` (beyond the halt after step ${haltStep})`;
}

const describeMatch = (answer: string, solution: string): string =>
  answer === solution ? '✓ the known output' : '✕ not the known output';

/** A grid of ARC without the empty rest of its canvas; other grids whole. */
export function renderPuzzle(kind: PuzzleKind, inputs: Uint8Array, answer: Uint8Array): string {
  return kind.augmentation === 'copies'
    ? kind.format(answer).replaceAll('/', '\n')
    : renderGridText(kind, inputs, answer);
}

/** The grid of an answer as text; one with padding is no puzzle, and is written row by row. */
export function renderAnswer(kind: PuzzleKind, inputs: Uint8Array, answer: string): string {
  if (canParse(kind, answer)) return renderPuzzle(kind, inputs, kind.parse(answer));
  const characters = [...answer];
  return Array.from({ length: kind.rows }, (_, row) =>
    characters.slice(row * kind.columns, (row + 1) * kind.columns).join(' '),
  ).join('\n');
}
