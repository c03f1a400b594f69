/** Evaluations of the checkpoints of runs, on the test set of each run; kept until the window is closed. */
import type { ModelEvaluation, Run } from '../../../../electron/contract/contract';
import { TaskRunner } from '../../../app/task-runner.svelte';
import { t } from '../../../messages/language.svelte';

interface CheckpointEvaluation {
  readonly runId: string;
  readonly step: number;
  readonly accuracy: ModelEvaluation;
}

/** Maximum number of puzzles. */
export const EVALUATION_SIZE = 500;

export class CheckpointEvaluations extends TaskRunner {
  results = $state.raw<readonly CheckpointEvaluation[]>([]);

  /** Those of a run, by step. */
  of(runId: string): readonly CheckpointEvaluation[] {
    return this.results.filter((one) => one.runId === runId).sort((one, other) => one.step - other.step);
  }

  /** Evaluates the weights of a checkpoint; the result replaces an earlier one. */
  async evaluate({ runId, dataset }: Pick<Run, 'runId' | 'dataset'>, step: number): Promise<void> {
    if (this.isBusy) return;
    this.failure = null;
    const name = t('models.evaluate.checkpoint', { step });
    const accuracy = await this.job.run(t('models.evaluate.running', { name }), 'evaluateModel', {
      checkpoint: { run: runId, step },
      dataset,
      split: 'test',
      limit: EVALUATION_SIZE,
    });
    if (accuracy) {
      const others = this.results.filter((one) => one.runId !== runId || one.step !== step);
      this.results = [...others, { runId, step, accuracy }];
    } else if (this.job.failure !== null)
      this.failure = { title: t('train.branch.evaluateFailed'), details: this.job.failure };
  }
}
