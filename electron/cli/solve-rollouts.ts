/** Attempts of `solve`: copies of the puzzle with noise on their states, or one answer of each of several checkpoints; and the picked answer. */
import type { PuzzleKind } from '../../datasets/kinds/puzzle-kind';
import type { RolloutSettings } from '../../models/evaluate/pick-rollout';
import { RolloutSolver } from '../../models/solve/rollouts';
import type { EvalOptions } from '../../models/train/forward';
import { requireRolloutMemory } from '../compute/models/solvers';
import { formatInteger } from '../contract/format';
import type { SolvedModel } from './solved-model';
import { createStepAnswer, describeLegality, formatAnswer, renderAnswer, renderPuzzle, type StepAnswer } from './solve';

interface RolloutPlan {
  readonly model: SolvedModel;
  readonly kind: PuzzleKind;
  readonly inputs: Uint8Array;
  /** Row of the puzzle embeddings. */
  readonly identifier: number;
  readonly rollouts: RolloutSettings;
  readonly steps: number | undefined;
}

interface SolvedRollouts {
  readonly settings: RolloutSettings;
  /** Steps of the checkpoints that gave the attempts, in their order; absent for rollouts. */
  readonly checkpoints?: readonly number[];
  readonly rollouts: readonly {
    /** From 1. */
    readonly rollout: number;
    readonly firstLegalStep: number | null;
    readonly steps: readonly StepAnswer[];
  }[];
  /** Null where `rules` found no legal answer. */
  readonly picked: {
    readonly rollout: number;
    readonly step: number;
    readonly votes: number;
    /** Null for kinds without rules. */
    readonly legal: boolean | null;
    readonly answer: string;
  } | null;
  readonly milliseconds: number;
}

export async function solveRollouts(
  { model, kind, inputs, identifier, rollouts: settings, steps = model.config.haltMaxSteps }: RolloutPlan,
  options: EvalOptions,
): Promise<SolvedRollouts> {
  requireRolloutMemory(settings.count, steps, inputs.length);
  const { config, states, checkpoints } = model;
  const solver = await RolloutSolver.create(config, states, { ...options, rollouts: settings.count / states.length });
  const start = performance.now();
  const isLegal = (answer: Uint8Array) => kind.check(inputs, answer).legal;
  const { attempts, picked } = await solver.solve(inputs, { settings, steps, isLegal, identifier });
  const milliseconds = performance.now() - start;
  await solver.release();
  return {
    settings,
    ...(checkpoints && { checkpoints }),
    rollouts: attempts.map((attempt, index) => {
      const answers = attempt.map((step, at) => createStepAnswer(kind, inputs, { step, number: at + 1 }));
      const firstLegalStep = answers.find(({ legal }) => legal)?.step ?? null;
      return { rollout: index + 1, firstLegalStep, steps: answers };
    }),
    picked: picked && {
      rollout: picked.rollout + 1,
      step: picked.step,
      votes: picked.votes,
      legal: kind.hasRules ? picked.legal : null,
      answer: formatAnswer(kind, picked.answer),
    },
    milliseconds,
  };
}

/** A line for each attempt, why one was picked, and its answer. */
export function formatRollouts(kind: PuzzleKind, inputs: Uint8Array, solved: SolvedRollouts): string {
  const lines = solved.rollouts.map(({ rollout, firstLegalStep, steps }) => {
    const last = steps[steps.length - 1]!;
    const legality = kind.hasRules ? `${describeLegality(last)}, ` : '';
    const first = firstLegalStep === null ? '' : `, first legal after step ${firstLegalStep}`;
    return `${nameAttempt(solved, rollout)}: after step ${last.step} ${legality}halting logit ${last.qHalt.toFixed(1)}${first}`;
  });
  const { picked } = solved;
  return [
    renderPuzzle(kind, inputs, inputs),
    lines.join('\n'),
    describePick(solved),
    ...(picked ? [formatPickedAnswer(kind, inputs, picked)] : []),
  ].join('\n\n');
}

const nameAttempt = ({ checkpoints }: SolvedRollouts, rollout: number): string =>
  checkpoints ? `Checkpoint of step ${formatInteger(checkpoints[rollout - 1]!)}` : `Rollout ${rollout}`;

/** The grid, and above it whether it obeys the rules. */
function formatPickedAnswer(kind: PuzzleKind, inputs: Uint8Array, { answer }: { readonly answer: string }): string {
  const legality = kind.hasRules ? [describeLegality(kind.check(inputs, kind.parse(answer)))] : [];
  return [...legality, renderAnswer(kind, inputs, answer)].join('\n');
}

function describePick(solved: SolvedRollouts): string {
  const { picked, settings, rollouts, checkpoints } = solved;
  const { count, pick } = settings;
  const attempts = checkpoints ? 'checkpoints' : 'rollouts';
  const steps = Math.max(...rollouts.map((rollout) => rollout.steps.length));
  if (!picked)
    return `No valid answer found in ${count === 1 ? 'one rollout' : `${formatInteger(count)} ${attempts}`} of ${formatInteger(steps)} steps.`;
  const where = `Picked ${nameAttempt(solved, picked.rollout).toLowerCase()}, step ${picked.step}`;
  const agreeing = `the answer of ${picked.votes} of ${count} ${attempts}`;
  if (pick === 'vote') return `${where}: ${agreeing}.`;
  const reason = pick === 'rules' ? 'the first answer that obeys the rules' : 'the highest halting logit';
  return checkpoints ? `${where}: ${reason}; ${agreeing}.` : `${where}: ${reason}.`;
}
