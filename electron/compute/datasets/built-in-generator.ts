/** Generates and stores the built-in datasets that are not created in memory. */
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { GeneratedSpec } from '../../../datasets/catalog';
import { ExistsError } from '../../../datasets/formats/atomic-write';
import { getKind } from '../../../datasets/kinds/registry';
import { estimateMilliseconds } from '../../../datasets/recipes';
import { runTask, type Engine } from '../../../models/engine/engine';
import { formatEnglish } from '../../../renderer/messages/english';
import { MessageError } from '../../../renderer/messages/message';
import type { Job } from '../job';
import { freeBytes as freeOfMachine, freeBytesFor, type FreeBytes } from '../storage/disk-usage';
import { removeAbandoned } from '../storage/partial-folders';
import { writeArcDataset } from './arc-tasks';
import { generateRecipe, untilAborted, type TaskOptions } from './generate-recipe';
import { checkCopy, estimateBytes } from './stored-copy';
import { writeDataset } from './write-dataset';

export interface BuiltInGeneratorOptions {
  /** Generates the puzzles; the calling thread when null. */
  readonly engine: Engine | null;
  readonly freeBytes?: FreeBytes;
}

export class BuiltInGenerator {
  private readonly running = new Map<string, Promise<void>>();

  constructor(private readonly options: BuiltInGeneratorOptions) {}

  /** Seconds that generating takes on this machine, roughly. */
  estimateSeconds({ recipe }: GeneratedSpec): number {
    return Math.max(1, Math.ceil(estimateMilliseconds(recipe) / 1000 / (this.options.engine?.workers ?? 1)));
  }

  /**
   * Returns when the folder contains the whole dataset; generates it unless it does. A generation in progress is awaited.
   * @throws MessageError without enough disk space; errors of the disk; the signal's reason. Nothing is stored then.
   */
  async ensure(spec: GeneratedSpec, out: string, job: Job): Promise<void> {
    for (let earlier = this.running.get(out); earlier; earlier = this.running.get(out))
      await untilAborted(
        earlier.catch(() => undefined),
        job.signal,
      );
    const running = this.generateUnlessReady(spec, out, job).finally(() => this.running.delete(out));
    this.running.set(out, running);
    return running;
  }

  private async generateUnlessReady(spec: GeneratedSpec, out: string, job: Job): Promise<void> {
    const state = await checkCopy(out, spec);
    if (state === 'ready' || state === 'own') return;
    const folder = join(out, '..');
    await mkdir(folder, { recursive: true });
    await removeAbandoned(folder);
    await rm(out, { recursive: true, force: true });
    await this.requireSpace(spec, folder);
    try {
      await this.generate(spec, out, job);
    } catch (error) {
      // Another process may have generated it meanwhile.
      if (!(error instanceof ExistsError) || (await checkCopy(out, spec)) !== 'ready') throw error;
    }
  }

  private async requireSpace(spec: GeneratedSpec, folder: string): Promise<void> {
    const needed = estimateBytes(spec);
    const free = await freeBytesFor(folder, this.options.freeBytes ?? freeOfMachine);
    if (free !== null && free < needed)
      throw new MessageError('datasets.builtIn.needsSpace', { dataset: spec.name, needed, free });
  }

  private async generate(spec: GeneratedSpec, out: string, job: Job): Promise<void> {
    const { recipe, seed } = spec;
    const kind = getKind(spec.kind);
    const { engine } = this.options;
    const options: TaskOptions = { ...(engine && { engine }), priority: 'evaluation' };
    const common = {
      name: formatEnglish(spec.name),
      origin: spec.summary,
      builtIn: { id: spec.id, version: recipe.version },
    };
    if (recipe.type === 'tasks') {
      const plan = { ...recipe.tasks, maxSide: kind.rows };
      const tasks = await untilAborted(runTask(options, 'generateArcTasks', { seed, plan }), job.signal);
      await writeArcDataset(out, tasks, { ...common, kind, augment: recipe.copies, heldOut: 1, seed }, job);
    } else {
      const splits = await generateRecipe(spec, recipe, { options, job });
      const expected = splits.train.length + splits.test.length;
      await writeDataset(out, { ...common, ...splits, kind, expected }, job);
    }
  }
}
