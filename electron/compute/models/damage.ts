/** Evaluates a model on damaged puzzles. */
import { damagePuzzle, requireDamage, type DamageAmount, type DamageId } from '../../../datasets/damage/damage';
import { judgeDamaged } from '../../../datasets/damage/judge-answer';
import type { PuzzleKind } from '../../../datasets/kinds/puzzle-kind';
import { Random } from '../../../datasets/random';
import { isScored, wilsonInterval, type Answer } from '../../../models/evaluate/accuracy';
import type { EvalOptions } from '../../../models/train/forward';
import { MessageError } from '../../../renderer/messages/message';
import { MAX_DAMAGED_EXAMPLES, type DamagedAccuracy, type DamagedExample } from '../../contract/damage';
import { MAX_SEED } from '../../contract/limits';
import type { Job } from '../job';
import { answerAll, type EvaluatedPuzzle, type EvaluationPlan } from './evaluate';

export interface DamagePlan extends Omit<EvaluationPlan, 'onAnswers' | 'keepsPartial' | 'rollouts' | 'states'> {
  readonly damage: DamageId;
  readonly amount: DamageAmount;
  readonly seed: number;
}

/**
 * Answers every puzzle with all supervision steps. The damage of a puzzle depends on the seed and its place among the puzzles, so that
 * larger amounts contain smaller ones.
 * @throws MessageError where the damage does not apply to the kind; as `evaluateModel`
 */
export async function evaluateDamaged(
  { damage, amount, seed, puzzles, ...plan }: DamagePlan,
  options: EvalOptions,
  job: Job,
): Promise<{ readonly accuracy: DamagedAccuracy; readonly examples: DamagedExample[] }> {
  const { kind } = plan;
  requireDamage(kind, damage);
  const counter = new DamageCounter(kind, damage);
  const damaged = damageAll(puzzles, (puzzle, drawn) => {
    const { inputs, labels, changed } = damagePuzzle(kind, puzzle, { damage, amount, seed: drawn });
    counter.expect(changed);
    return { ...puzzle, inputs, labels };
  });
  const onAnswers = (answers: readonly Answer[]) => answers.forEach((answer) => counter.add(answer));
  await answerAll({ ...plan, puzzles: damaged(seed), onAnswers }, options, job);
  if (counter.count === 0) throw new MessageError('models.fit.noAnswers', { dataset: plan.dataset });
  return { accuracy: counter.accuracy, examples: counter.examples };
}

/** Damages puzzles as they are read, each with a seed of its own. */
const damageAll = (
  puzzles: EvaluationPlan['puzzles'],
  damage: (puzzle: EvaluatedPuzzle, seed: number) => EvaluatedPuzzle,
) =>
  async function* (seed: number): AsyncGenerator<EvaluatedPuzzle> {
    const seeds = Random.seeded(seed);
    for await (const puzzle of puzzles) yield damage(puzzle, seeds.integer(0, MAX_SEED));
  };

/** Judges answers in the order of their puzzles, without keeping them. */
class DamageCounter {
  readonly examples: DamagedExample[] = [];
  count = 0;
  private right = 0;
  private recovered = 0;
  private consistent = 0;
  private sureAndWrong = 0;
  private changedCells = 0;
  /** Changed cells of the puzzles whose answers are still to come. */
  private readonly expected: (readonly number[])[] = [];

  constructor(
    private readonly kind: PuzzleKind,
    private readonly damage: DamageId,
  ) {}

  expect(changed: readonly number[]): void {
    this.expected.push(changed);
  }

  /** Puzzles without a known answer are not counted. */
  add(answer: Answer): void {
    const changed = this.expected.shift() ?? [];
    if (!isScored(answer)) return;
    const { isRight, isRecovered, isConsistent } = judgeDamaged(this.kind, this.damage, answer, answer.answer);
    this.count++;
    this.right += +isRight;
    this.recovered += +isRecovered;
    this.consistent += +(isConsistent === true);
    this.sureAndWrong += +(!isRight && answer.qHalt > 0);
    this.changedCells += changed.length;
    if (this.examples.length < MAX_DAMAGED_EXAMPLES) this.examples.push(createExample(answer, changed, isRight));
  }

  get accuracy(): DamagedAccuracy {
    const { count, right } = this;
    return {
      exactAccuracy: right / count,
      interval: wilsonInterval(right, count),
      count,
      recovered: this.recovered / count,
      consistent: this.kind.hasRules ? this.consistent / count : null,
      sureAndWrong: this.sureAndWrong / count,
      changedCells: this.changedCells / count,
    };
  }
}

const createExample = (
  { inputs, labels, answer, qHalt }: Answer,
  changed: readonly number[],
  isRight: boolean,
): DamagedExample => ({
  inputs: [...inputs],
  labels: [...labels],
  answer: [...answer],
  changed: [...changed],
  isRight,
  haltProbability: 1 / (1 + Math.exp(-qHalt)),
});
