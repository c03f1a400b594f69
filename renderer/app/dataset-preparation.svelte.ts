/** Generates built-in datasets on first use, one at a time for all views. */
import type { Dataset } from '../../electron/contract/contract';
import { t } from '../messages/language.svelte';
import type { Compute } from './compute.svelte';
import { JobState } from './task-runner.svelte';

type PreparedDataset = Pick<Dataset, 'id' | 'name' | 'generation'>;

export class DatasetPreparation {
  readonly job: JobState;
  /** Id of the dataset that is being generated. */
  activeDataset = $state<string | null>(null);
  failure = $state.raw<{ readonly dataset: string; readonly details: string } | null>(null);

  #running: Promise<boolean> = Promise.resolve(false);
  #listeners: readonly ((dataset: string) => void)[] = [];

  /** @param onChange reads the list of datasets again */
  constructor(
    compute: Compute,
    private readonly onChange: () => Promise<void>,
  ) {
    this.job = new JobState(compute);
  }

  /** Calls the listener with the id of every dataset that was generated. */
  onPrepared(listener: (dataset: string) => void): void {
    this.#listeners = [...this.#listeners, listener];
  }

  /** Returns whether the dataset can be used: false when generating it failed (see `failure`) or was cancelled. */
  async prepare(dataset: PreparedDataset): Promise<boolean> {
    if (dataset.generation === null) return true;
    while (this.activeDataset !== null) {
      const isSame = this.activeDataset === dataset.id;
      const isReady = await this.#running;
      if (isSame) return isReady;
    }
    this.activeDataset = dataset.id;
    return (this.#running = this.#generate(dataset));
  }

  cancel(): void {
    this.job.cancel();
  }

  async #generate({ id, name }: PreparedDataset): Promise<boolean> {
    this.failure = null;
    const prepared = await this.job.run(t('datasets.prepare.running', { name }), 'prepareDataset', { dataset: id });
    if (prepared === null && this.job.failure !== null) this.failure = { dataset: id, details: this.job.failure };
    await this.onChange();
    this.activeDataset = null;
    if (prepared === null) return false;
    this.#listeners.forEach((listener) => listener(id));
    return true;
  }
}
