/** The models there are: those shipped with the lab and those of the user. */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import QuickLRU from 'quick-lru';
import type { Card } from '../../../models/checkpoint/model-card';
import type { StoredModel } from '../../../models/checkpoint/model-folder';
import { ModelFolderError, readCard, readModel, writeModel } from '../../../models/checkpoint/model-folder';
import type { SessionOptions } from '../../../models/runtime/session';
import { Solver } from '../../../models/solve/solve';
import type { Input, Model, Trace } from '../../contract/contract';
import { Job } from '../job';
import { threads } from '../devices/machine';
import { newId, slugify, isId } from '../storage/items';

export interface LibraryFolders {
  readonly shipped: string;
  readonly trained: string;
}

/** Sessions stay open for the models used last; quick-lru keeps at most twice this minus one. */
const MAX_OPEN = 3;

export interface TraceOptions {
  readonly job?: Job;
  /** The identifier under which the model is asked; the blank one without it. */
  readonly identify?: (model: StoredModel) => Promise<number>;
}

const none = async (): Promise<number> => 0;

interface Opened {
  readonly model: StoredModel;
  readonly solver: Solver;
}

export class ModelLibrary {
  private readonly opened = new QuickLRU<string, Promise<Opened>>({ maxSize: MAX_OPEN });

  /** @param sessions what sessions are made with at the time */
  constructor(
    private readonly folders: LibraryFolders,
    private readonly sessions: () => Promise<SessionOptions> = async () => ({ threads }),
  ) {}

  /** Shipped models first, then the user's, newest first. Folders that are no sound models are left out. */
  async list(): Promise<Model[]> {
    const [shipped, trained] = [await this.listed('shipped'), await this.listed('trained')];
    return [...shipped, ...trained.sort((a, b) => b.createdAt.localeCompare(a.createdAt))];
  }

  private async listed(source: keyof LibraryFolders): Promise<Model[]> {
    const ids = (await readdir(this.folders[source]).catch(() => [])).filter(isId).sort();
    const cards = await Promise.allSettled(ids.map((id) => readCard(join(this.folders[source], id))));
    const sourceOf = ({ preset }: Card) =>
      source === 'trained' && preset === 'imported' ? ('imported' as const) : source;
    return cards.flatMap((card, i) =>
      card.status === 'fulfilled' ? [{ id: ids[i]!, source: sourceOf(card.value), ...card.value }] : [],
    );
  }

  async save(id: string, model: StoredModel): Promise<void> {
    await writeModel(join(this.folders.trained, id), model);
    this.opened.delete(id);
  }

  /** @throws ModelFolderError when there is no such model or it is damaged */
  async read(id: string): Promise<StoredModel> {
    const model = await this.describe(id);
    return readModel(join(this.folders[model.source === 'shipped' ? 'shipped' : 'trained'], id));
  }

  /** @throws ModelFolderError when there is no such model */
  async describe(id: string): Promise<Model> {
    const model = (await this.list()).find((known) => known.id === id);
    if (!model) throw new ModelFolderError(`there is no model "${id}"`);
    return model;
  }

  /** An id for a new model, made of its name. */
  newId(name: string): Promise<string> {
    return newId(this.folders.trained, slugify(name, 'model'));
  }

  /** The folder of a model of the user's, which is not kept open any longer. @throws ModelFolderError for another */
  async ownFolder(id: string): Promise<string> {
    const { source } = await this.describe(id);
    if (source === 'shipped') throw new ModelFolderError(`${id} comes with the lab and stays`);
    this.opened.delete(id);
    return join(this.folders.trained, id);
  }

  /** Every update of a solve; it ends between two steps when the job is cancelled. The session of a model is kept for the next puzzle. */
  async trace(
    { model: id, inputs, stopAtHalt = false, attention, path = false }: Omit<Input<'traceSolve'>, 'job' | 'puzzle'>,
    { job = new Job(), identify = none }: TraceOptions = {},
  ): Promise<Trace> {
    const { model, solver } = await this.keep(id);
    expectTokens(inputs, model);
    const identifier = await identify(model);
    const start = performance.now();
    const onStep = async (made: number, atMost: number) =>
      job.did(made, atMost, (done) => `supervision step ${done} of ${atMost}`);
    const traced = await solver.solve(inputs, {
      stopAtHalt,
      ...(attention && { attention }),
      path,
      identifier,
      onStep,
    });
    return { model: id, inputs: [...inputs], identifier, ...traced, milliseconds: performance.now() - start };
  }

  /** The same session for everyone who asks meanwhile. One that could not be opened is tried anew the next time. */
  private keep(id: string): Promise<Opened> {
    const known = this.opened.get(id);
    if (known) return known;
    const opened = this.open(id);
    this.opened.set(id, opened);
    opened.catch(() => this.opened.peek(id) === opened && this.opened.delete(id));
    return opened;
  }

  private async open(id: string): Promise<Opened> {
    const model = await this.read(id);
    // A device that fails is no reason not to answer.
    const solver = await Solver.create(model.config, model.state, {
      ...(await this.sessions()),
      onFallback: () => undefined,
    });
    // The first run of a session is slow: it is made here, so that every answer takes what an answer takes.
    await solver.solve(new Uint8Array(model.config.seqLen), { atMost: 1 });
    return { model, solver };
  }
}

/** @throws RangeError when a puzzle does not fit the model */
export function expectTokens(inputs: readonly number[], { config }: StoredModel): void {
  if (inputs.length !== config.seqLen)
    throw new RangeError(`this model reads ${config.seqLen} cells, the puzzle has ${inputs.length}`);
  const odd = inputs.find((token) => token >= config.vocabSize);
  if (odd !== undefined)
    throw new RangeError(`this model knows tokens below ${config.vocabSize}, the puzzle has ${odd}`);
}
