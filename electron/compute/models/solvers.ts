/** Traced solves, with open sessions for the latest used models. */
import QuickLRU from 'quick-lru';
import type { StoredModel } from '../../../models/checkpoint/model-folder';
import type { EngineOptions } from '../../../models/engine/engine';
import { Solver } from '../../../models/solve/solve';
import { message, MessageError } from '../../../renderer/messages/message';
import type { Input, Trace } from '../../contract/contract';
import { cores } from '../devices/cpu';
import { Job } from '../job';
import type { ModelLibrary } from './library';

/** Number of models whose sessions stay open; quick-lru keeps at most twice this minus one. */
const MAX_OPEN = 3;

export interface TraceOptions {
  readonly job?: Job;
  /** Finds the puzzle identifier; the blank one by default. */
  readonly findIdentifier?: (model: StoredModel) => Promise<number>;
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

export class Solvers {
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
    { model: id, inputs, stopAtHalt = false, attention, path = false }: Omit<Input<'traceSolve'>, 'job' | 'puzzle'>,
    { job = new Job(), findIdentifier = blankIdentifier }: TraceOptions = {},
  ): Promise<Trace> {
    return this.getOpen(id).use(async ({ model, solver }) => {
      expectTokens(inputs, model);
      const identifier = await findIdentifier(model);
      const start = performance.now();
      const onStep = async (step: number, maxSteps: number) =>
        job.advance(step, maxSteps, (done) => message('solve.progress', { step: done, steps: maxSteps }));
      const options = { stopAtHalt, ...(attention && { attention }), path, identifier, onStep };
      const traced = await solver.solve(inputs, options);
      return { model: id, inputs: [...inputs], identifier, ...traced, milliseconds: performance.now() - start };
    });
  }

  /** Returns the open session of a model, or opens it; concurrent calls share it. */
  private getOpen(id: string): OpenModel {
    const known = this.models.get(id);
    if (known) return known;
    const model = new OpenModel(this.open(id));
    this.models.set(id, model);
    model.opened.catch(() => this.models.peek(id) === model && this.models.delete(id));
    return model;
  }

  private async open(id: string): Promise<OpenedModel> {
    const model = await this.library.read(id);
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
    this.models.peek(id)?.close();
    this.models.delete(id);
  }
}

/** @throws MessageError when a puzzle does not fit the model */
export function expectTokens(inputs: readonly number[], { config }: StoredModel): void {
  if (inputs.length !== config.seqLen)
    throw new MessageError('models.fit.wrongLength', { cells: config.seqLen, found: inputs.length });
  const unknown = inputs.find((token) => token >= config.vocabSize);
  if (unknown !== undefined)
    throw new MessageError('models.fit.unknownToken', { max: config.vocabSize - 1, token: unknown });
}
