/** Evaluates a model on puzzles with more and more damage, one amount after the other. */
import { maxDamagedRows, type DamageAmount, type DamageId } from '../../../../datasets/damage/damage';
import type { PuzzleKind } from '../../../../datasets/kinds/puzzle-kind';
import type { Input, Model, Output } from '../../../../electron/contract/contract';
import type { Compute } from '../../../app/compute.svelte';
import { JobState } from '../../../app/task-runner.svelte';
import { t } from '../../../messages/language.svelte';

export type DamagePoint = Output<'evaluateDamaged'> & { readonly amount: DamageAmount };

export type DamagePlan = Pick<Input<'evaluateDamaged'>, 'dataset' | 'split' | 'damage' | 'puzzles'>;

interface DamageRun extends DamagePlan {
  readonly model: string;
  /** All that were planned, ascending. */
  readonly amounts: readonly DamageAmount[];
  /** Of the amounts that have been evaluated. */
  readonly points: readonly DamagePoint[];
}

const shares = [0, 0.1, 0.2, 0.3, 0.4, 0.5];
const MAX_ROWS = 4;
const SEED = 1;

/** The amounts of a curve: rows for damages of the whole grid, else shares of the clues. */
export function listAmounts(kind: PuzzleKind, damage: DamageId): DamageAmount[] {
  const rows = maxDamagedRows(kind, damage);
  if (rows === null) return shares.map((share) => ({ share }));
  return Array.from({ length: Math.min(MAX_ROWS, rows) + 1 }, (_, count) => ({ count }));
}

export class DamageBench {
  /** The last run, which may still be going on; null before the first. */
  run = $state.raw<DamageRun | null>(null);
  readonly job: JobState;

  constructor(compute: Compute) {
    this.job = new JobState(compute);
  }

  /** Share of all amounts that is done, 0 to 1. */
  get fraction(): number {
    const { run, job } = this;
    return run ? (run.points.length + (job.fraction ?? 0)) / run.amounts.length : 0;
  }

  /** Evaluates the amounts until one fails or the run is cancelled; those before are kept. */
  async start(model: Model, kind: PuzzleKind, plan: DamagePlan): Promise<void> {
    if (this.job.isBusy) return;
    const amounts = listAmounts(kind, plan.damage);
    this.run = { model: model.id, ...plan, amounts, points: [] };
    for (const amount of amounts) {
      const activeTask = t('models.damage.running', { name: model.name });
      const input = { model: model.id, ...plan, amount, seed: SEED };
      const evaluated = await this.job.run(activeTask, 'evaluateDamaged', input);
      if (!evaluated) return;
      this.run = { ...this.run, points: [...this.run.points, { ...evaluated, amount }] };
    }
  }
}
