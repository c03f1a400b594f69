/** Built-in models and the user's models, with open sessions for the latest used ones. */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import QuickLRU from 'quick-lru';
import type { ModelCard } from '../../../models/checkpoint/model-card';
import type { StoredModel } from '../../../models/checkpoint/model-folder';
import { ModelFolderError, readCard, readModel, writeModel } from '../../../models/checkpoint/model-folder';
import type { EngineOptions } from '../../../models/engine/engine';
import { Solver } from '../../../models/solve/solve';
import { message, MessageError } from '../../../renderer/messages/message';
import type { Input, Model, Trace } from '../../contract/contract';
import { Job } from '../job';
import { threads } from '../devices/cpu';
import { newId, slugify, isId } from '../storage/ids';

export interface LibraryFolders {
  readonly builtIn: string;
  readonly user: string;
}

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

export class ModelLibrary {
  private readonly opened = new QuickLRU<string, Promise<OpenedModel>>({ maxSize: MAX_OPEN });

  /** @param getSessionOptions returns the options of new sessions */
  constructor(
    private readonly folders: LibraryFolders,
    private readonly getSessionOptions: () => Promise<EngineOptions> = async () => ({ threads }),
  ) {}

  /** Built-in models first, then the user's, newest first. Folders without a valid model are skipped. */
  async list(): Promise<Model[]> {
    const [builtIn, user] = [await this.listFolder('builtIn'), await this.listFolder('user')];
    return [...builtIn, ...user.sort((a, b) => b.createdAt.localeCompare(a.createdAt))];
  }

  private async listFolder(folder: keyof LibraryFolders): Promise<Model[]> {
    const ids = (await readdir(this.folders[folder]).catch(() => [])).filter(isId).sort();
    const cards = await Promise.allSettled(ids.map((id) => readCard(join(this.folders[folder], id))));
    const getSource = ({ preset }: ModelCard) =>
      folder === 'builtIn' ? 'built-in' : preset === 'imported' ? 'imported' : 'trained';
    return cards.flatMap((card, i) =>
      card.status === 'fulfilled' ? [{ id: ids[i]!, source: getSource(card.value), ...card.value }] : [],
    );
  }

  async save(id: string, model: StoredModel): Promise<void> {
    await writeModel(join(this.folders.user, id), model);
    this.opened.delete(id);
  }

  /** @throws ModelFolderError when there is no such model or it is damaged */
  async read(id: string): Promise<StoredModel> {
    const model = await this.describe(id);
    return readModel(join(this.folders[model.source === 'built-in' ? 'builtIn' : 'user'], id));
  }

  /** @throws ModelFolderError when there is no such model */
  async describe(id: string): Promise<Model> {
    const model = (await this.list()).find((known) => known.id === id);
    if (!model) throw new ModelFolderError('models.library.unknown', { id });
    return model;
  }

  /** An unused id for a new model, made of its name. */
  newId(name: string): Promise<string> {
    return newId(this.folders.user, slugify(name, 'model'));
  }

  /** The folder of one of the user's models, whose session is closed. @throws ModelFolderError for a built-in model */
  async getUserFolder(id: string): Promise<string> {
    const { source } = await this.describe(id);
    if (source === 'built-in') throw new ModelFolderError('models.library.builtIn', { id });
    this.opened.delete(id);
    return join(this.folders.user, id);
  }

  /** Solves a puzzle and returns every update. Cancelling the job ends it between two steps. The session stays open for the next puzzle. */
  async trace(
    { model: id, inputs, stopAtHalt = false, attention, path = false }: Omit<Input<'traceSolve'>, 'job' | 'puzzle'>,
    { job = new Job(), findIdentifier = blankIdentifier }: TraceOptions = {},
  ): Promise<Trace> {
    const { model, solver } = await this.getOpened(id);
    expectTokens(inputs, model);
    const identifier = await findIdentifier(model);
    const start = performance.now();
    const onStep = async (step: number, maxSteps: number) =>
      job.advance(step, maxSteps, (done) => message('solve.progress', { step: done, steps: maxSteps }));
    const traced = await solver.solve(inputs, {
      stopAtHalt,
      ...(attention && { attention }),
      path,
      identifier,
      onStep,
    });
    return { model: id, inputs: [...inputs], identifier, ...traced, milliseconds: performance.now() - start };
  }

  /** Returns the open session of a model, or opens it; concurrent calls share it. */
  private getOpened(id: string): Promise<OpenedModel> {
    const known = this.opened.get(id);
    if (known) return known;
    const opened = this.open(id);
    this.opened.set(id, opened);
    opened.catch(() => this.opened.peek(id) === opened && this.opened.delete(id));
    return opened;
  }

  private async open(id: string): Promise<OpenedModel> {
    const model = await this.read(id);
    // If the device fails, the CPU takes over.
    const solver = await Solver.create(model.config, model.state, {
      ...(await this.getSessionOptions()),
      onFallback: () => undefined,
    });
    // The first run of a session is slow; it is made here so that measured times exclude it.
    await solver.solve(new Uint8Array(model.config.seqLen), { maxSteps: 1 });
    return { model, solver };
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
