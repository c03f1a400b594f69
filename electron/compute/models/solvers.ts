/** Traced solves, with open sessions for the latest used models. */
import QuickLRU from 'quick-lru';
import type { StoredModel } from '../../../models/checkpoint/model-folder';
import type { EngineOptions } from '../../../models/engine/engine';
import { forCells, type ModelConfig } from '../../../models/family/config';
import type { ModelState } from '../../../models/family/weights';
import { isOutOfMemory, OutOfMemoryError } from '../../../models/engine/out-of-memory';
import type { RolloutSettings } from '../../../models/evaluate/pick-rollout';
import { RolloutSolver } from '../../../models/solve/rollouts';
import { Solver, type TracedStep } from '../../../models/solve/solve';
import { getDatasetSpec } from '../../../datasets/catalog';
import type { PuzzleKind } from '../../../datasets/kinds/puzzle-kind';
import { findSize, getKind } from '../../../datasets/kinds/registry';
import { estimateEvalMemory, runtimeBytes } from '../../../models/train/memory-estimate';
import { message, MessageError } from '../../../renderer/messages/message';
import type { Input, RolloutResult, Trace } from '../../contract/contract';
import { MAX_ROLLOUT_CELLS } from '../../contract/limits';
import { availableMemory } from '../runs/available-memory';
import type { LastCheckpoints } from '../runs/checkpoint-model';
import { requireRules } from './model-fit';
import type { StepStream } from './step-stream';
import { cores } from '../devices/cpu';
import { Job } from '../job';
import type { ModelLibrary } from './library';

/** Number of models, in a size each, whose sessions stay open; quick-lru keeps at most twice this minus one. */
const MAX_OPEN = 3;

export interface TraceOptions {
  readonly job?: Job;
  /** Finds the puzzle identifier; the blank one by default. */
  readonly findIdentifier?: (model: StoredModel) => Promise<number>;
  /** Takes the steps while they are computed; the result then has none. */
  readonly stream?: StepStream;
}

export interface RolloutOptions extends TraceOptions {
  /** Checkpoints that each give one of the attempts, instead of copies solved with the weights of the model. */
  readonly checkpoints?: Pick<LastCheckpoints, 'states' | 'steps'> | undefined;
}

const blankIdentifier = async (): Promise<number> => 0;

interface OpenedModel {
  readonly model: StoredModel;
  readonly solver: Solver;
}

/** An open model, or one that is being opened. Its session is released when it was closed and no solve uses it. */
class OpenModel {
  private users = 0;
  private isClosed = false;

  constructor(readonly opened: Promise<OpenedModel>) {}

  async use<Result>(work: (opened: OpenedModel) => Promise<Result>): Promise<Result> {
    this.users++;
    try {
      return await work(await this.opened);
    } finally {
      this.users--;
      this.releaseUnused();
    }
  }

  close(): void {
    this.isClosed = true;
    this.releaseUnused();
  }

  private releaseUnused(): void {
    if (!this.isClosed || this.users > 0) return;
    // A model that could not be opened has no session.
    this.opened.then(({ solver }) => solver.release()).catch(() => undefined);
  }
}

type TraceInput = Omit<Input<'traceSolve'>, 'job' | 'puzzle' | 'stream'>;
type RolloutInput = Omit<Input<'solveRollouts'>, 'job' | 'puzzle' | 'stream' | 'rollouts' | 'lastCheckpoints'> & {
  readonly rollouts: RolloutSettings;
};

/** Counts the supervision steps of all attempts. */
class RolloutProgress {
  private done = 0;

  constructor(
    private readonly job: Job,
    private readonly total: number,
  ) {}

  step(): void {
    this.job.show(++this.done, this.total, (done) => message('solve.rollouts.progress', { done, total: this.total }));
  }
}

/** @throws MessageError for more answers than are kept */
export function requireRolloutMemory(rollouts: number, steps: number, cells: number): void {
  const max = Math.floor(MAX_ROLLOUT_CELLS / (rollouts * cells));
  if (steps > max) throw new MessageError('solve.error.tooManyRollouts', { rollouts, steps, max });
}

export class Solvers {
  /** By `sessionKey`. */
  private readonly models = new QuickLRU<string, OpenModel>({
    maxSize: MAX_OPEN,
    onEviction: (_, model) => model.close(),
  });

  /** @param getSessionOptions returns the options of new sessions */
  constructor(
    private readonly library: ModelLibrary,
    private readonly getSessionOptions: () => Promise<EngineOptions> = async () => ({ threads: cores }),
  ) {
    library.onChange((id) => this.close(id));
  }

  /** Solves a puzzle and returns every update. Cancelling the job ends it between two steps. The session stays open for the next puzzle. */
  trace(
    { model: id, inputs, steps, stopAtHalt = false, attention, path = false }: TraceInput,
    { job = new Job(), findIdentifier = blankIdentifier, stream }: TraceOptions = {},
  ): Promise<Trace> {
    return this.getOpen(id, inputs.length).use(async ({ model, solver }) => {
      expectTokens(inputs, model);
      const identifier = await findIdentifier(model);
      const start = performance.now();
      const onStep = async (step: number, maxSteps: number, traced: TracedStep) => {
        stream?.add(0, traced);
        await job.advance(step, maxSteps, (done) => message('solve.progress', { step: done, steps: maxSteps }));
      };
      const { signal } = job;
      const maxSteps = steps ?? model.config.haltMaxSteps;
      const traced = await solver.solve(inputs, {
        stopAtHalt,
        maxSteps,
        ...(attention && { attention }),
        path,
        identifier,
        onStep,
        signal,
      });
      stream?.flush();
      return {
        model: id,
        inputs: [...inputs],
        identifier,
        ...traced,
        ...(stream && { steps: [] }),
        milliseconds: performance.now() - start,
      };
    });
  }

  /** Solves a puzzle in several attempts and picks one answer. Its session is released afterwards. @throws MessageError, OutOfMemoryError, the signal's reason */
  async rollouts(
    { model: id, inputs, steps, rollouts: settings }: RolloutInput,
    { job = new Job(), findIdentifier = blankIdentifier, stream, checkpoints }: RolloutOptions = {},
  ): Promise<RolloutResult> {
    const model = forSize(await this.library.read(id), inputs.length);
    expectTokens(inputs, model);
    const kind = kindOf(model, inputs.length);
    requireRules(kind, settings);
    const maxSteps = steps ?? model.config.haltMaxSteps;
    requireRolloutMemory(settings.count, maxSteps, inputs.length);
    const start = performance.now();
    const tokens = Uint8Array.from(inputs);
    const progress = new RolloutProgress(job, settings.count * maxSteps);
    const { states = [model.state] } = checkpoints ?? {};
    const copies = settings.count / states.length;
    const solved = await this.withRolloutSolver(model.config, states, copies, async (solver) =>
      solver.solve(inputs, {
        settings,
        steps: maxSteps,
        identifier: await findIdentifier(model),
        isLegal: (answer) => kind.check(tokens, answer).legal,
        signal: job.signal,
        onStep: (rollout, step) => {
          stream?.add(rollout, step);
          progress.step();
        },
      }),
    );
    stream?.flush();
    const { attempts, picked, flop } = solved;
    return {
      attempts: stream ? attempts.map(() => []) : attempts,
      ...(checkpoints && { checkpoints: [...checkpoints.steps] }),
      picked: picked && { rollout: picked.rollout, step: picked.step, votes: picked.votes, legal: picked.legal },
      flop,
      milliseconds: performance.now() - start,
    };
  }

  private async withRolloutSolver<Result>(
    config: ModelConfig,
    states: readonly ModelState[],
    rollouts: number,
    work: (solver: RolloutSolver) => Promise<Result>,
  ): Promise<Result> {
    const options = await this.getSessionOptions();
    let solver: RolloutSolver | undefined;
    try {
      solver = await RolloutSolver.create(config, states, { ...options, onFallback: () => undefined, rollouts });
      return await work(solver);
    } catch (error) {
      if (!isOutOfMemory(error)) throw error;
      const workers = options.engine?.workers ?? 1;
      throw new OutOfMemoryError('solve.error.rolloutMemory', {
        need: estimateEvalMemory(config, { batchSize: rollouts, workers }),
        free: availableMemory() + runtimeBytes(workers),
      });
    } finally {
      await solver?.release();
    }
  }

  /** Returns the open session of a model for puzzles of this size, or opens it; concurrent calls share it. */
  private getOpen(id: string, cells: number): OpenModel {
    const key = sessionKey(id, cells);
    const known = this.models.get(key);
    if (known) return known;
    const model = new OpenModel(this.open(id, cells));
    this.models.set(key, model);
    model.opened.catch(() => this.models.peek(key) === model && this.models.delete(key));
    return model;
  }

  private async open(id: string, cells: number): Promise<OpenedModel> {
    const model = forSize(await this.library.read(id), cells);
    expectLength(cells, model);
    // If the device fails, the CPU takes over.
    const solver = await Solver.create(model.config, model.state, {
      ...(await this.getSessionOptions()),
      onFallback: () => undefined,
    });
    // The first run of a session is slow; it is made here so that measured times exclude it.
    await solver.solve(new Uint8Array(model.config.seqLen), { maxSteps: 1 });
    return { model, solver };
  }

  private close(id: string): void {
    for (const [key, model] of this.models.entriesAscending()) {
      if (!key.startsWith(sessionKey(id, ''))) continue;
      model.close();
      this.models.delete(key);
    }
  }
}

/** Ids of models are names of folders, without a slash. */
const sessionKey = (id: string, cells: number | ''): string => `${id}/${cells}`;

/** The kind of a puzzle that the model reads. @throws MessageError where its family has no such size */
function kindOf({ card }: StoredModel, cells: number): PuzzleKind {
  const kind = findSize(getKind(card.kind ?? getDatasetSpec(card.dataset).kind), cells);
  const expected = kind.rows * kind.columns;
  if (cells !== expected) throw new MessageError('models.fit.wrongLength', { cells: expected, found: cells });
  return kind;
}

/** The model for puzzles of another size, where it reads every size. */
const forSize = (model: StoredModel, cells: number): StoredModel => ({
  ...model,
  config: forCells(model.config, cells),
});

/** @throws MessageError when a puzzle does not fit the model */
export function expectTokens(inputs: readonly number[], model: Pick<StoredModel, 'config'>): void {
  expectLength(inputs.length, model);
  const { config } = model;
  const unknown = inputs.find((token) => token >= config.vocabSize);
  if (unknown !== undefined)
    throw new MessageError('models.fit.unknownToken', { max: config.vocabSize - 1, token: unknown });
}

function expectLength(cells: number, { config }: Pick<StoredModel, 'config'>): void {
  if (cells !== config.seqLen) throw new MessageError('models.fit.wrongLength', { cells: config.seqLen, found: cells });
}
