/** Prints the accuracy of each difficulty and after every supervision step, and stores evaluations in model cards. */
import { lastComponent } from '../../datasets/private-paths';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { addEvaluation } from '../../models/checkpoint/model-card';
import { modelFiles, readCard, writeCard } from '../../models/checkpoint/model-folder';
import type { Accuracy } from '../../models/evaluate/accuracy';
import { evaluationSchema, type ModelEvaluation } from '../../models/evaluate/evaluation';
import { formatEnglish } from '../../renderer/messages/english';
import { isKnown, MAX_COMPARED, type TrainingClasses, type UnknownTraining } from '../compute/models/training-overlap';
import { formatInteger, formatInterval, formatPercent } from '../contract/format';
import { findBestStep, isWorseWithMore } from '../contract/over-steps';
import { describeSampling } from '../contract/sampling';
import { openModelLibrary, requireModelId } from './resolve-names';

interface EvaluationTarget {
  readonly model: string;
  readonly dataset: string;
  readonly split: 'train' | 'test';
}

/** The accuracy after 1, 2, 4, … and the last step, the best step, and whether more steps made it worse. */
export function formatOverSteps(evaluation: ModelEvaluation): string[] {
  const { exact, firstLegal } = evaluation.overSteps;
  const shown = exact.map((_, index) => index + 1).filter((step) => isShown(step, exact.length));
  const row = (name: string, shares: readonly number[]) =>
    `${name.padEnd(14)} ${shown.map((step) => formatPercent(shares[step - 1]!).padStart(7)).join('')}`;
  const best = findBestStep(exact);
  const after = (step: number) => `${formatPercent(exact[step - 1]!)} % after step ${step}`;
  const worse = isWorseWithMore(evaluation)
    ? [`The accuracy falls with more steps: ${after(best)}, ${after(exact.length)}.`]
    : [];
  return [
    `${'after step'.padEnd(14)} ${shown.map((step) => formatInteger(step).padStart(7)).join('')}`,
    row('exact %', exact),
    ...(firstLegal ? [row('first legal %', firstLegal)] : []),
    ...worse,
  ];
}

/** Lines that belong below an accuracy. */
export const formatSampling = (accuracy: Accuracy): string[] => describeSampling(accuracy).map(formatEnglish);

/** How many of the puzzles are in the training data of the model and of its ancestors, or why it is not known. */
export function formatOverlap({ overlap }: ModelEvaluation, training: TrainingClasses): string {
  if (!isKnown(training)) return describeUnknown(training);
  if (!overlap) return `more than ${formatInteger(MAX_COMPARED)} puzzles evaluated: overlap not counted`;
  const { seen, of } = overlap;
  const verb = seen > 1 ? 'appear' : 'appears';
  return `${seen === 0 ? 'none' : formatInteger(seen)} of ${formatInteger(of)} ${verb} in its training data`;
}

function describeUnknown({ reason, name }: UnknownTraining): string {
  switch (reason) {
    case 'not recorded':
      return 'not all of its training data is recorded: overlap unknown';
    case 'not here':
      return `its training data (${name}) is not here: overlap unknown`;
    case 'too large':
      return `its training data (${name}) has more than ${formatInteger(MAX_COMPARED)} puzzles: overlap not counted`;
    case 'other kind':
      return `its training data (${name}) has puzzles of another kind or size: overlap unknown`;
    case 'tasks':
      return 'overlap with the training data is not counted for ARC tasks';
  }
}

/** Exact accuracy of each difficulty of puzzles with ratings. */
export function formatByDifficulty({ byDifficulty = [] }: Accuracy): string[] {
  return byDifficulty.map(
    ({ difficulty, exactAccuracy, interval, count }) =>
      `${difficulty.padEnd(14)} ${formatPercent(exactAccuracy).padStart(7)} % (95 % CI ${formatInterval(interval)} %, n = ${formatInteger(count)})`,
  );
}

/** Powers of two and the last step. */
const isShown = (step: number, steps: number): boolean => Number.isInteger(Math.log2(step)) || step === steps;

/** Answered, wrong and unanswered puzzles of attempts picked by the rules. */
export function formatRolloutCounts(
  { count, rollouts }: ModelEvaluation,
  attempts: 'rollouts' | 'checkpoints',
): string[] {
  const { count: copies, noise, pick, answered, wrong, unanswered } = rollouts;
  const how = attempts === 'rollouts' ? ` with noise ${noise}` : '';
  const copied = copies > 1 ? [`${formatInteger(copies)} ${attempts}${how}, picked by ${pick}`] : [];
  if (pick !== 'rules') return copied;
  const counts = `answered ${formatInteger(answered)} of ${formatInteger(count)}, ${formatInteger(wrong)} wrong, ${formatInteger(unanswered)} unanswered`;
  return [...copied, counts];
}

/** @throws UsageError for a model that cannot be changed, or does not exist */
export async function requireOwnModel(folderOrId: string): Promise<void> {
  if (existsSync(join(folderOrId, modelFiles.card))) return;
  await requireModelId(folderOrId, 'neither a model folder nor a model id');
  await openModelLibrary().getUserFolder(folderOrId);
}

export async function saveEvaluation(
  { model, dataset, split }: EvaluationTarget,
  evaluation: ModelEvaluation,
): Promise<void> {
  const record = {
    dataset: lastComponent(dataset),
    split,
    evaluatedAt: new Date().toISOString(),
    evaluation: evaluationSchema.parse(evaluation),
  };
  if (!existsSync(join(model, modelFiles.card))) return void (await openModelLibrary().addEvaluation(model, record));
  await writeCard(model, addEvaluation(await readCard(model), record));
}
