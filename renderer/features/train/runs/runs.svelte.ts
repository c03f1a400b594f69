/** All runs there are: found, described, copied, carried in and out, deleted and brought back. */
import type { Host, Input, Output, Run } from '../../../../electron/contract/contract';
import { chosenRuns, type NamedRun, type RunQuery } from './run-list';
import { setupText } from '../compare/config-text';
import type { Keeping } from '../charts/chart-view.svelte';
import type { Compute } from '../../../app/compute.svelte';
import { Errands } from '../../../app/task-runner.svelte';
import type { Facts } from '../../../app/catalog-store.svelte';
import { messageOf, valueOf } from '../../../app/loaded';
import type { Notices } from '../../../app/notifications.svelte';

type Files = Pick<Host, 'chooseOpen' | 'chooseSave' | 'openFolder' | 'pathOf'>;

export type RunExport = Input<'exportRun'>['format'];

/** As many as have marks of their own. */
export const mostCompared = 6;
const noSlots: readonly (string | null)[] = Array.from({ length: mostCompared }, () => null);

const endings: Readonly<Record<RunExport, string | null>> = {
  capsule: 'capsule',
  csv: 'csv',
  tensorboard: null,
  cluster: null,
};

export class Runs extends Errands {
  query = $state<RunQuery>({ text: '', filter: 'all', order: 'newest' });
  /** Ids of those to be compared, each in the place of its mark for as long as it is ticked; null where a mark is free. */
  slots = $state.raw<readonly (string | null)[]>([]);
  unreadable = $state.raw<Output<'listUnreadableRuns'>>([]);
  readonly all = $derived.by((): readonly NamedRun[] => (valueOf(this.facts.runs) ?? []).map((run) => this.named(run)));
  readonly ticked = $derived.by(() => this.slots.filter((id): id is string => id !== null && this.isKnown(id)));
  readonly shown = $derived(chosenRuns(this.all, this.query));

  constructor(
    compute: Compute,
    private readonly facts: Facts,
    private readonly files: Files,
    notices: Pick<Notices, 'tell'>,
    private readonly storage: Keeping,
  ) {
    super(compute, notices);
    this.slots = readIds(storage.getItem('train/ticked'));
  }

  named(run: Run): NamedRun {
    return { run, ...this.facts.about(run), name: this.facts.nameOf(run) };
  }

  async readUnreadable(): Promise<void> {
    this.unreadable = await this.compute.request('listUnreadableRuns', {}).catch(() => []);
  }

  /** Ticks it where a mark is free, or unticks it. */
  tick(runId: string): void {
    if (this.slots.includes(runId)) return this.#keep(this.slots.map((id) => (id === runId ? null : id)));
    const free = this.slots.findIndex((id) => id === null || !this.isKnown(id));
    if (free >= 0) this.#keep(this.slots.map((id, slot) => (slot === free ? runId : id)));
  }

  untickAll(): void {
    this.#keep(noSlots);
  }

  #keep(slots: readonly (string | null)[]): void {
    this.slots = slots;
    this.storage.setItem('train/ticked', JSON.stringify(slots));
  }

  /** Not known to be gone: nothing is known before the runs are read. */
  isKnown(runId: string): boolean {
    const runs = valueOf(this.facts.runs);
    return runs === null || runs.some((run) => run.runId === runId);
  }

  async describe(runId: string, change: Pick<Input<'describeRun'>, 'name' | 'tags'>): Promise<boolean> {
    const run = await this.do('Writing', 'It could not be renamed.', () =>
      this.compute.request('describeRun', { runId, ...change }),
    );
    if (run) this.facts.keep(run);
    return run !== null;
  }

  async duplicate({ run, name }: NamedRun): Promise<void> {
    const copy = await this.do(`Copying ${name}`, 'It could not be copied.', () =>
      this.compute.request('duplicateRun', { runId: run.runId, name: `${name}, copy`.slice(0, 200) }),
    );
    if (!copy) return;
    this.facts.keep(copy);
    this.notices.tell({ text: `${name} was copied as ${copy.name ?? copy.runId}.` });
  }

  /** To the trash. Whether it is gone. */
  async delete({ run, name }: NamedRun): Promise<boolean> {
    const gone = await this.do(`Deleting ${name}`, 'It could not be deleted.', () =>
      this.compute.request('deleteRun', { runId: run.runId }),
    );
    if (!gone) return false;
    this.notices.tell({ text: `${name} was moved to the trash.`, undo: () => this.#restore(name, gone.token) });
    if (this.ticked.includes(run.runId)) this.tick(run.runId);
    await this.facts.readRuns();
    return true;
  }

  async #restore(name: string, token: string): Promise<void> {
    await this.compute.request('restoreDeleted', { token });
    await this.facts.readRuns();
    this.notices.tell({ text: `${name} is back.` });
  }

  async openFolder({ runId }: Run): Promise<void> {
    await this.do('Opening the folder', 'The folder could not be opened.', () =>
      this.files.openFolder({ place: 'runs', id: runId }).then(() => true),
    );
  }

  /** The command line that makes the same run, and its settings, on the clipboard. */
  async copySetup({ run: { runId }, name }: NamedRun): Promise<void> {
    const copied = await this.do('Copying the set-up', 'The set-up could not be copied.', async () => {
      await navigator.clipboard.writeText(setupText(await this.compute.request('readSetup', { runId })));
      return true;
    });
    if (copied) this.notices.tell({ text: `The set-up of ${name} was copied: a command line and its settings.` });
  }

  /** @param augment symmetric copies of each puzzle, for `cluster` */
  async export({ run: { runId }, name }: NamedRun, format: RunExport, augment: number | null): Promise<void> {
    const ending = endings[format];
    const out = await this.#ask(() =>
      this.files.chooseSave({
        title: `Export ${name}`.slice(0, 200),
        name: `${runId}${ending === null ? `-${format}` : `.${ending}`}`.slice(-200),
        ...(ending !== null && { extensions: [ending] }),
      }),
    );
    if (out === null) return;
    [this.failure, this.news] = [null, null];
    const done = await this.job.run(`Exporting ${name}`, 'exportRun', {
      runId,
      out,
      format,
      ...(format === 'cluster' && augment !== null && { augment }),
    });
    if (done) this.tell({ sentence: `${name} was written to ${done.out}.`, notes: done.notes });
    else if (this.job.failure !== null) this.failure = { what: 'It could not be exported.', details: this.job.failure };
  }

  async chooseCapsule(): Promise<Run | null> {
    const path = await this.#ask(() => this.files.chooseOpen({ title: 'Import a run', what: 'file' }));
    return path === null ? null : this.#import(path);
  }

  async take(file: File): Promise<Run | null> {
    const path = this.files.pathOf(file);
    if (path !== '') return this.#import(path);
    this.failure = { what: 'This could not be imported.', details: `${file.name} is no file of this machine.` };
    return null;
  }

  async #import(path: string): Promise<Run | null> {
    [this.failure, this.news] = [null, null];
    const run = await this.job.run(`Importing ${path.split(/[\\/]/u).pop() ?? path}`, 'importRun', { path });
    if (run) {
      this.facts.keep(run);
      this.notices.tell({ text: `${this.named(run).name} was imported.` });
    } else if (this.job.failure !== null)
      this.failure = { what: 'This could not be imported.', details: this.job.failure };
    return run;
  }

  /** Null where the dialog was left, or could not be shown. */
  async #ask(dialog: () => Promise<string | null>): Promise<string | null> {
    try {
      return await dialog();
    } catch (reason) {
      this.failure = { what: 'The dialog could not be shown.', details: messageOf(reason) };
      return null;
    }
  }
}

function readIds(text: string | null): readonly (string | null)[] {
  try {
    const ids: unknown = JSON.parse(text ?? '[]');
    return noSlots.map((_, slot) => (Array.isArray(ids) && typeof ids[slot] === 'string' ? ids[slot] : null));
  } catch {
    return noSlots;
  }
}
