/** Evaluates a model on puzzles in batches, and on ARC with a vote over all augmented copies of a test. */
import { testBatches } from '../../../datasets/batches';
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
import { readRating } from '../../../datasets/kinds/facets';
import type { PuzzleKind, RatedPuzzle } from '../../../datasets/kinds/puzzle-kind';
import type { StoredModel } from '../../../models/checkpoint/model-folder';
import { fitEmbeddings } from '../../../models/checkpoint/puzzle-embeddings';
import type { Accuracy, Answer, GroupKind, LegalityCheck } from '../../../models/evaluate/accuracy';
import { AccuracyCounter, isScored } from '../../../models/evaluate/accuracy';
import { Evaluator, type BatchOptions } from '../../../models/evaluate/evaluate';
import {
  evaluateAttempts,
  evaluateStates,
  StepCounter,
  type JudgedPuzzle,
  type ModelEvaluation,
} from '../../../models/evaluate/evaluation';
import { singleAttempt, type RolloutSettings } from '../../../models/evaluate/pick-rollout';
import { isOutOfMemory, OutOfMemoryError } from '../../../models/engine/out-of-memory';
import { ConfigError, forCells, type ModelConfig } from '../../../models/family/config';
import type { ModelState } from '../../../models/family/weights';
import type { EvalOptions } from '../../../models/train/forward';
import { estimateEvalMemory, runtimeBytes } from '../../../models/train/memory-estimate';
import { message, MessageError } from '../../../renderer/messages/message';
import { Job } from '../job';
import { availableMemory } from '../runs/available-memory';

/** A puzzle, with its rating where it is known and its identifier in datasets that have identifiers. */
type EvaluatedPuzzle = RatedPuzzle & { readonly identifier?: number };

export interface EvaluationPlan {
  readonly model: Pick<StoredModel, 'config' | 'state' | 'identifiers'>;
  readonly kind: PuzzleKind;
  readonly puzzles: Iterable<EvaluatedPuzzle> | AsyncIterable<EvaluatedPuzzle>;
  /** Number of puzzles; null if unknown before reading. */
  readonly total: number | null;
  /** Name of the dataset. */
  readonly dataset: string;
  /** Names of its puzzles by identifier, where it has any. */
  readonly names?: readonly string[] | undefined;
  /** Copies of each puzzle and the choice of one; a single solve by default. */
  readonly rollouts?: RolloutSettings | undefined;
  /** States of the model that each give an attempt instead of copies, as many as rollouts; `model.state` alone by default. */
  readonly states?: readonly ModelState[] | undefined;
  /** Whether an evaluation that is cancelled returns the accuracy on the puzzles answered so far, if there are any. */
  readonly keepsPartial?: boolean | undefined;
  /** Called with the answers, in the order of the puzzles. */
  readonly onAnswers?: (answers: readonly Answer[]) => void;
}

/** Rows of a batch: puzzles, or their copies. */
const BATCH = 128;

/**
 * Answers every puzzle with all supervision steps. Puzzles without a known answer are not counted.
 * @throws ConfigError when the model reads other grids or does not know a puzzle's identifier; MessageError when there are no puzzles, no answer is known, or the kind has no rules to pick by; OutOfMemoryError; the signal's reason, within a supervision step of a shard
 */
export async function evaluateModel(
  plan: EvaluationPlan,
  options: EvalOptions,
  job = new Job(),
): Promise<ModelEvaluation> {
  const evaluation = await answerAll(plan, options, job);
  if (evaluation.count === 0) throw new MessageError('models.fit.noAnswers', { dataset: plan.dataset });
  return evaluation;
}

/** As `evaluateModel`; counts no puzzle where no answer is known. */
async function answerAll(given: EvaluationPlan, options: EvalOptions, job: Job): Promise<ModelEvaluation> {
  const { plan, requireRows } = fitPlan(given);
  const { kind, total, rollouts = singleAttempt } = plan;
  requireFit(plan);
  requireRules(kind, rollouts);
  const groups = groupsOf(plan);
  const counter = new AccuracyCounter(
    kind.hasRules ? legalityOf(kind) : null,
    kind.generator?.difficulties,
    groups.kind,
  );
  const steps = new StepCounter(plan.model.config.haltMaxSteps, rollouts);
  const copies = plan.states ? 1 : rollouts.count;
  const most = Math.max(1, Math.floor(BATCH / copies));
  // Padding would be answered too.
  const batchSize = copies * Math.max(1, Math.min(most, total ?? most));
  const progressMessage = (puzzles: number) => {
    const done = Math.floor(puzzles);
    return total === null
      ? message('models.evaluate.progress', { done })
      : message('models.evaluate.progressOf', { done, total });
  };
  const config = forCells(plan.model.config, kind.rows * kind.columns);
  let answered = 0;
  const answerBatches = async (evaluator: Evaluator) => {
    for await (const puzzles of inBatches(plan.puzzles, most)) {
      const before = answered;
      requireRows(puzzles);
      const judged = await answerPuzzles(
        plan,
        evaluator,
        { puzzles, first: before },
        {
          signal: job.signal,
          onProgress: (share) => job.show(before + share * puzzles.length, total, progressMessage),
        },
      );
      const answers = judged.map(({ answer }) => answer);
      for (const { attempts, answer } of judged) if (isScored(answer)) steps.add(attempts);
      counter.add(
        answers,
        puzzles.map((puzzle) => readRating(kind, puzzle)),
        (index) => groups.of(puzzles[index]!),
      );
      plan.onAnswers?.(answers);
      answered += puzzles.length;
      await job.advance(answered, total, progressMessage);
    }
  };
  const isPartial = (): boolean => plan.keepsPartial === true && job.signal.aborted && answered > 0;
  await withEvaluator(config, { batchSize, ...options }, answerBatches).catch((error: unknown) => {
    if (!isPartial()) throw error;
  });
  if (answered === 0) throw new MessageError('models.fit.noPuzzles', { dataset: plan.dataset });
  const cancelled = isPartial() && answered !== total ? { cancelled: { planned: total } } : {};
  return { ...counter.accuracy, ...cancelled, ...steps.result(kind.hasRules) };
}

/** The group of a puzzle: its task for augmented copies of tasks, else its symmetry class. */
function groupsOf({ kind, names = [] }: Pick<EvaluationPlan, 'kind' | 'names'>): {
  readonly kind: GroupKind;
  readonly of: (puzzle: EvaluatedPuzzle) => string;
} {
  if (kind.augmentation !== 'copies') return { kind: 'classes', of: ({ inputs }) => kind.classHash(inputs) };
  const taskOf = ({ identifier = 0 }: EvaluatedPuzzle) => parseAugmentedName(names[identifier] ?? String(identifier));
  return { kind: 'tasks', of: (puzzle) => taskOf(puzzle).task };
}

const legalityOf =
  (kind: PuzzleKind): LegalityCheck =>
  (inputs, answer) =>
    kind.check(inputs, answer).legal;

/** @throws OutOfMemoryError with the required and the free memory; errors of `evaluate` */
async function withEvaluator(
  config: ModelConfig,
  options: EvalOptions & { readonly batchSize: number },
  evaluate: (evaluator: Evaluator) => Promise<void>,
): Promise<void> {
  let evaluator: Evaluator | undefined;
  try {
    evaluator = await Evaluator.create(config, options);
    await evaluate(evaluator);
  } catch (error) {
    if (!isOutOfMemory(error)) throw error;
    await evaluator?.release();
    evaluator = undefined;
    const workers = options.engine?.workers ?? 1;
    const need = estimateEvalMemory(config, { ...options, workers });
    throw new OutOfMemoryError('models.evaluate.outOfMemory', {
      need,
      free: availableMemory() + runtimeBytes(workers),
    });
  } finally {
    await evaluator?.release();
  }
}

/** Answers puzzles in batches of the evaluator's size. */
async function answerPuzzles(
  plan: EvaluationPlan,
  evaluator: Evaluator,
  { puzzles, first }: { readonly puzzles: readonly EvaluatedPuzzle[]; readonly first: number },
  options: BatchOptions,
): Promise<JudgedPuzzle[]> {
  const { kind, rollouts: settings = singleAttempt } = plan;
  const { config, state: model } = plan.model;
  const { states } = plan;
  const copies = states ? puzzles : puzzles.flatMap((puzzle) => Array<EvaluatedPuzzle>(settings.count).fill(puzzle));
  const isLegal = legalityOf(kind);
  const judged: JudgedPuzzle[] = [];
  for (const batch of testBatches(copies, evaluator.batchSize)) {
    const batchPlan = { batch, steps: config.haltMaxSteps, settings, isLegal };
    judged.push(
      ...(states
        ? await evaluateStates(evaluator, { states, ...batchPlan }, options)
        : await evaluateAttempts(evaluator, { model, first: first + judged.length, ...batchPlan }, options)),
    );
  }
  return judged;
}

/** @throws MessageError when answers cannot be picked by rules */
export function requireRules(kind: PuzzleKind, { pick }: RolloutSettings): void {
  if (pick === 'rules' && !kind.hasRules) throw new MessageError('solve.error.noRules', { kind: kind.name });
}

/** @throws ConfigError when the model reads other grids */
export function requireFit({ model: { config }, kind, dataset }: Omit<EvaluationPlan, 'puzzles' | 'total'>): void {
  const [cells, tokens] = [kind.rows * kind.columns, kind.symbols.length];
  if (forCells(config, cells).seqLen === cells && config.vocabSize === tokens) return;
  throw new ConfigError('models.fit.wrongGrid', {
    cells: config.seqLen,
    tokens: config.vocabSize,
    dataset,
    foundCells: cells,
    foundTokens: tokens,
  });
}

type Puzzles = readonly EvaluatedPuzzle[];

/** The plan with the embeddings of its puzzles, and a check that throws a ConfigError for puzzles without one. */
function fitPlan(plan: EvaluationPlan): { plan: EvaluationPlan; requireRows: (puzzles: Puzzles) => void } {
  const { model, names = [], dataset } = plan;
  if (model.config.puzzleEmbNdim === 0) return { plan, requireRows: () => undefined };
  if (!model.identifiers || names.length < 2) return { plan, requireRows: (puzzles) => requireNumbers(plan, puzzles) };
  const { config, state, hasRow, matched } = fitEmbeddings(model, names);
  const requireRows = (puzzles: Puzzles) => {
    const unknown = puzzles.find(({ identifier = 0 }) => !hasRow(identifier))?.identifier;
    if (unknown === undefined) return;
    const name = names[unknown]!;
    throw new ConfigError('models.fit.unmatchedNames', { dataset, name, matched, count: names.length - 1 });
  };
  return { plan: { ...plan, model: { config, state } }, requireRows };
}

/** @throws ConfigError for a puzzle whose embedding was never trained */
function requireNumbers({ model: { config }, dataset }: EvaluationPlan, puzzles: Puzzles): void {
  const { numPuzzleIdentifiers } = config;
  const unknown = puzzles.map(({ identifier = 0 }) => identifier).find((each) => each >= numPuzzleIdentifiers);
  if (unknown !== undefined)
    throw new ConfigError('models.fit.unknownIdentifier', {
      max: numPuzzleIdentifiers - 1,
      dataset,
      identifier: unknown,
    });
}

async function* inBatches(puzzles: EvaluationPlan['puzzles'], size: number): AsyncGenerator<EvaluatedPuzzle[]> {
  let batch: EvaluatedPuzzle[] = [];
  for await (const puzzle of puzzles) {
    batch.push(puzzle);
    if (batch.length < size) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}

export interface ArcEvaluationPlan {
  readonly model: Pick<StoredModel, 'config' | 'state' | 'identifiers'>;
  readonly dataset: Dataset & { readonly identified: IdentifiedDataset };
  /** Maximum number of rows, taken from all tasks in turn; all by default. */
  readonly limit?: number | undefined;
  readonly rollouts?: RolloutSettings | undefined;
  /** See `EvaluationPlan`. */
  readonly states?: readonly ModelState[] | undefined;
}

export interface ArcAccuracy {
  /** Tasks with a test whose output is known. */
  readonly tasks: number;
  /** Tests whose output is known. */
  readonly tests: number;
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
}

interface ArcResult {
  readonly accuracy: ArcAccuracy;
  /** `attempt_1` and `attempt_2` of each test, by task. */
  readonly submission: ReturnType<typeof createSubmission>;
}

const ATTEMPTS = 2;
const everyK = [1, 2, 5, 10, 100, 1000];

/** @throws ConfigError when the model reads other grids or knows other puzzles, and as `evaluateModel` */
export async function evaluateArc(
  { model, dataset, limit = Infinity, rollouts, states }: ArcEvaluationPlan,
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
  const puzzles =
    limit < test.length
      ? interleaveGroups(test)
          .slice(0, limit)
          .map((row) => test[row]!)
      : test;
  const rows = puzzles.map(({ inputs, labels, identifier }) => ({ name: names[identifier]!, inputs, labels }));
  const votes = new VoteCollector(rows);
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

/** Answers come in the order of the rows. */
class VoteCollector {
  private readonly ballot = new VoteCounter();
  private readonly originals = new AccuracyCounter(null, [], 'tasks');
  private next = 0;

  constructor(private readonly rows: readonly NamedRow[]) {}

  add(answers: readonly Answer[]): void {
    for (const answer of answers) {
      const { name } = this.rows[this.next++]!;
      this.ballot.add({ ...answer, name });
      if (parseAugmentedName(name).task === name) this.originals.add([answer], [], () => name);
    }
  }

  result(rows: Accuracy): ArcResult {
    const tests = restoreTestPairs(this.rows);
    const known = selectKnownTests(tests);
    const outputs = [...known.values()].flatMap((pairs) => pairs.flatMap(({ output }) => output ?? []));
    // There are at most as many candidates as votes.
    const ks = everyK.filter((k) => k <= Math.max(ATTEMPTS, rows.count / outputs.length));
    const { accuracy: originals } = this.originals;
    const accuracy = {
      tasks: known.size,
      tests: outputs.length,
      rows: rows.count > 0 ? rows : null,
      originals: originals.count > 0 ? originals : null,
      passAt: Object.fromEntries(ks.map((k) => [k, computePassAtK(this.ballot, known, k)])),
      unknown: [...tests.values()].flat().length - outputs.length,
      placeholders: outputs.filter(({ cells }) => cells.length === 1 && cells[0] === 0).length,
    };
    return { accuracy, submission: createSubmission(this.ballot, tests, ATTEMPTS) };
  }
}
