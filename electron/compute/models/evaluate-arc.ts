/** Evaluates a model on ARC tasks with a vote over all augmented copies of a test. */
import type { Dataset, IdentifiedDataset } from '../../../datasets/catalog';
import { interleaveGroups } from '../../../datasets/catalog';
import { parseAugmentedName } from '../../../datasets/kinds/arc/augment';
import type { NamedRow } from '../../../datasets/kinds/arc/vote';
import {
  VoteCounter,
  computePassAtK,
  createSubmission,
  restoreTestPairs,
  selectKnownTests,
} from '../../../datasets/kinds/arc/vote';
import type { StoredModel } from '../../../models/checkpoint/model-folder';
import type { Accuracy, Answer } from '../../../models/evaluate/accuracy';
import { AccuracyCounter } from '../../../models/evaluate/accuracy';
import type { RolloutSettings } from '../../../models/evaluate/pick-rollout';
import { ConfigError } from '../../../models/family/config';
import type { ModelState } from '../../../models/family/weights';
import type { EvalOptions } from '../../../models/train/forward';
import { Job } from '../job';
import { answerAll } from './evaluate';

export interface ArcEvaluationPlan {
  readonly model: Pick<StoredModel, 'config' | 'state' | 'identifiers'>;
  readonly dataset: Dataset & { readonly identified: IdentifiedDataset };
  /** Maximum number of rows, taken from all tasks in turn; all by default. */
  readonly limit?: number | undefined;
  readonly rollouts?: RolloutSettings | undefined;
  /** See `EvaluationPlan`. */
  readonly states?: readonly ModelState[] | undefined;
  /** Whether an evaluation that is cancelled returns the result of the tasks evaluated so far, if any row was answered. */
  readonly keepsPartial?: boolean | undefined;
}

export interface ArcAccuracy {
  /** Tasks with a test whose output is known. */
  readonly tasks: number;
  /** Tests whose output is known. */
  readonly tests: number;
  /** Answers to them that voted. */
  readonly answers: number;
  /** By K: mean over tasks of the share of tests whose output is among the first K of the vote; empty where no output is known. */
  readonly passAt: Readonly<Record<string, number>>;
  /** Each row by itself, without a vote: copies of a test are not independent, so the interval is too narrow. Null where no output is known. */
  readonly rows: Accuracy | null;
  /** The tests without augmentation; null where the dataset has no originals, or no output is known. */
  readonly originals: Accuracy | null;
  /** Tests whose output is unknown: answered, but not scored. */
  readonly unknown: number;
  /** Tests whose output is a single black cell, the reference's placeholder for an unknown output; they are counted like any other. */
  readonly placeholders: number;
  /** For an evaluation that was cancelled: its evaluated tasks, with and without a known output, and all that were planned. */
  readonly cancelled?: { readonly evaluated: number; readonly planned: number };
}

interface ArcResult {
  readonly accuracy: ArcAccuracy;
  /** `attempt_1` and `attempt_2` of each test, by task; of the evaluated ones where it was cancelled. */
  readonly submission: ReturnType<typeof createSubmission>;
}

const ATTEMPTS = 2;
const everyK = [1, 2, 5, 10, 100, 1000];

/** @throws ConfigError when the model reads other grids or knows other puzzles, and as `evaluateModel` */
export async function evaluateArc(
  { model, dataset, limit = Infinity, rollouts, states, keepsPartial }: ArcEvaluationPlan,
  options: EvalOptions,
  job = new Job(),
): Promise<ArcResult> {
  requireTable(model, dataset);
  const {
    kind,
    identified: { names, test },
    spec,
  } = dataset;
  // In the order of the file, by which ties are ranked, unless the number of rows is limited.
  const isInterleaved = limit < test.length;
  const puzzles = isInterleaved
    ? interleaveGroups(test)
        .slice(0, limit)
        .map((row) => test[row]!)
    : test;
  const rows = puzzles.map(({ inputs, labels, identifier }) => ({ name: names[identifier]!, inputs, labels }));
  const votes = new VoteCollector(rows, isInterleaved);
  const accuracy = await answerAll(
    {
      model,
      kind,
      puzzles,
      total: puzzles.length,
      dataset: spec.id,
      names,
      rollouts,
      states,
      keepsPartial,
      onAnswers: (answers) => votes.add(answers),
    },
    options,
    job,
  );
  return votes.result(accuracy);
}

/** @throws ConfigError for a model that does not record the names of its puzzles and has another number of them */
function requireTable(
  { config, identifiers }: ArcEvaluationPlan['model'],
  { identified: { names }, spec }: ArcEvaluationPlan['dataset'],
): void {
  if (identifiers || config.puzzleEmbNdim === 0 || config.numPuzzleIdentifiers === names.length) return;
  throw new ConfigError('models.fit.wrongIdentifiers', {
    identifiers: config.numPuzzleIdentifiers,
    dataset: spec.id,
    found: names.length,
  });
}

const taskOf = ({ name }: Pick<NamedRow, 'name'>): string => parseAugmentedName(name).task;

/** Answers come in the order of the rows. */
class VoteCollector {
  private readonly ballot = new VoteCounter();
  private readonly originals = new AccuracyCounter(null, [], 'tasks');
  private next = 0;

  /** @param isInterleaved whether the rows are of each task in turn, instead of one task after the other */
  constructor(
    private readonly rows: readonly NamedRow[],
    private readonly isInterleaved: boolean,
  ) {}

  add(answers: readonly Answer[]): void {
    for (const answer of answers) {
      const { name } = this.rows[this.next++]!;
      this.ballot.add({ ...answer, name });
      if (taskOf({ name }) === name) this.originals.add([answer], [], () => name);
    }
  }

  /** The answered rows. One task after the other, those of the task in progress vote only if there is no other: too few of its copies would. */
  private get evaluated(): readonly NamedRow[] {
    const answered = this.rows.slice(0, this.next);
    if (this.isInterleaved || this.next === this.rows.length) return answered;
    const inProgress = new Set(this.rows.slice(this.next).map(taskOf));
    const complete = answered.filter((row) => !inProgress.has(taskOf(row)));
    return complete.length > 0 ? complete : answered;
  }

  result(rows: Accuracy): ArcResult {
    const { evaluated } = this;
    const tests = restoreTestPairs(evaluated);
    const known = selectKnownTests(tests);
    const outputs = [...known.values()].flatMap((pairs) => pairs.flatMap(({ output }) => output ?? []));
    const answers = evaluated.filter(({ name, labels }) => known.has(taskOf({ name })) && labels.some(Boolean)).length;
    // There are at most as many candidates as votes.
    const ks = everyK.filter((k) => k <= Math.max(ATTEMPTS, answers / outputs.length));
    const { accuracy: originals } = this.originals;
    const accuracy = {
      tasks: known.size,
      tests: outputs.length,
      answers,
      rows: rows.count > 0 ? rows : null,
      originals: originals.count > 0 ? originals : null,
      passAt: Object.fromEntries(ks.map((k) => [k, computePassAtK(this.ballot, known, k)])),
      unknown: [...tests.values()].flat().length - outputs.length,
      placeholders: outputs.filter(({ cells }) => cells.length === 1 && cells[0] === 0).length,
      ...(rows.cancelled && { cancelled: { evaluated: tests.size, planned: new Set(this.rows.map(taskOf)).size } }),
    };
    return { accuracy, submission: createSubmission(this.ballot, tests, ATTEMPTS) };
  }
}
