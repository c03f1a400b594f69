/** `solve`: solves one puzzle step by step. */
import { datasetSpec } from '../../datasets/catalog';
import { getKind } from '../../datasets/kinds/registry';
import { checkPuzzle } from '../../datasets/inspect';
import type { PuzzleKind } from '../../datasets/kinds/puzzle-kind';
import type { Precision } from '../../models/runtime/execution';
import { Solver } from '../../models/solve/solve';
import type { TracedStep } from '../../models/solve/solve';
import { expectTokens } from '../compute/models/library';
import { createSessionOptions } from './devices';
import { UsageError } from './exit';
import { findModel } from './find';
import { renderGridText } from './output';
import { formatPercent } from '../contract/format';

export interface SolveFlags {
  readonly model: string;
  readonly puzzle: string;
  readonly precision: Precision;
  readonly device?: string;
  readonly json?: true;
}

/** The answer after one supervision step. */
interface StepAnswer {
  readonly step: number;
  readonly answer: string;
  readonly legal: boolean;
  readonly brokenRules: number;
  /** Halting logit; above 0 the model would stop here. */
  readonly qHalt: number;
  /** Mean probability of the predicted tokens. */
  readonly confidence: number;
}

export async function solveCommand({ model: id, puzzle, precision, device, json }: SolveFlags): Promise<void> {
  const model = await findModel(id);
  const { config, state, card } = model;
  const kind = getKind(card.kind ?? datasetSpec(card.dataset).kind);
  const inputs = kind.parse(puzzle);
  expectTokens([...inputs], model);
  const verdict = checkPuzzle(kind, inputs);
  if (verdict.state !== 'ok') throw new UsageError(verdict.message);
  const solver = await Solver.create(config, state, { precision, ...(await createSessionOptions(device)) });
  const { steps, haltStep } = await solver.solve(inputs);
  const answers = steps.map((step, index) => answerOf(kind, inputs, { step, number: index + 1 }));
  const solution = kind.format(verdict.solution);
  const text = json
    ? JSON.stringify({ puzzle: kind.format(inputs), solution, haltStep, steps: answers })
    : draw(kind, inputs, answers);
  process.stdout.write(`${text}\n`);
}

function answerOf(
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

/** Prints the puzzle, then the answer after each step until it no longer changes. */
function draw(kind: PuzzleKind, inputs: Uint8Array, answers: readonly StepAnswer[]): string {
  const settled = answers.findIndex(({ answer }, i) => answers.slice(i).every((later) => later.answer === answer));
  const shown = answers.slice(0, settled + 1).map(({ step, answer, legal, brokenRules, qHalt, confidence }) => {
    const judgement = legal ? '✓ legal' : `✕ ${brokenRules} rules broken`;
    const halting = `halting logit ${qHalt.toFixed(1)}${qHalt > 0 ? ', would stop here' : ''}`;
    return `after step ${step}: ${judgement}, ${halting}, mean confidence ${formatPercent(confidence)} %\n${renderGridText(kind, inputs, kind.parse(answer))}`;
  });
  const rest = settled + 1 < answers.length ? [`unchanged in the remaining ${answers.length - settled - 1} steps`] : [];
  return [renderGridText(kind, inputs, inputs), ...shown, ...rest].join('\n\n');
}
