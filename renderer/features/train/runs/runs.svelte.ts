/** State of the list of runs: search, selection, and the actions to rename, copy, import, export, delete and restore. */
import { withoutFolders } from '../../../../datasets/private-paths';
import { pasteableCommand } from '../../../../electron/contract/command-line';
import type { Input, Output, Run, RunExport } from '../../../../electron/contract/contract';
import type { ChosenFile, MainApi } from '../../../../electron/contract/main-api';
import { filterRuns, type NamedRun, type RunQuery } from './run-list';
import type { SettingsStorage } from '../charts/chart-view.svelte';
import type { Compute } from '../../../app/compute.svelte';
import { TaskRunner } from '../../../app/task-runner.svelte';
import type { CatalogStore } from '../../../app/catalog-store.svelte';
import { describeError, loadedValue } from '../../../app/compute.svelte';
import type { Notifications } from '../../../app/notifications.svelte';
import { t } from '../../../messages/language.svelte';

type FileDialogs = Pick<MainApi, 'showOpenDialog' | 'showSaveDialog' | 'openFolder' | 'acceptDroppedFile'>;

export type RunConfigInfo = Output<'getRunConfig'>;

/** Number of runs that can be compared: one per run mark. */
export const MAX_COMPARED = 6;
const noSlots: readonly (string | null)[] = Array.from({ length: MAX_COMPARED }, () => null);

const extensions: Readonly<Record<RunExport, string | null>> = {
  archive: 'zip',
  csv: 'csv',
  tensorboard: null,
  cluster: null,
};

export class RunsState extends TaskRunner {
  query = $state<RunQuery>({ text: '', filter: 'all', order: 'newest' });
  /** Ids of the selected runs by the index of their mark; null for a free mark. */
  slots = $state.raw<readonly (string | null)[]>([]);
  unreadable = $state.raw<Output<'listUnreadableRuns'>>([]);
  readonly all = $derived.by((): readonly NamedRun[] =>
    (loadedValue(this.catalog.runs) ?? []).map((run) => this.withName(run)),
  );
  readonly selected = $derived.by(() => this.slots.filter((id): id is string => id !== null && this.isKnown(id)));
  readonly visible = $derived(filterRuns(this.all, this.query));

  constructor(
    compute: Compute,
    private readonly catalog: CatalogStore,
    private readonly mainApi: FileDialogs,
    notifications: Pick<Notifications, 'show'>,
    private readonly storage: SettingsStorage,
  ) {
    super(compute, notifications);
    this.slots = readIds(storage.getItem('train/ticked'));
  }

  withName(run: Run): NamedRun {
    return { run, ...this.catalog.getDisplayNames(run), name: this.catalog.getRunName(run) };
  }

  async readUnreadable(): Promise<void> {
    this.unreadable = await this.compute.request('listUnreadableRuns', {}).catch(() => []);
  }

  /** Selects a run if a mark is free, or unselects it. */
  toggleSelected(runId: string): void {
    if (this.slots.includes(runId)) return this.#setSlots(this.slots.map((id) => (id === runId ? null : id)));
    const free = this.slots.findIndex((id) => id === null || !this.isKnown(id));
    if (free >= 0) this.#setSlots(this.slots.map((id, slot) => (slot === free ? runId : id)));
  }

  clearSelection(): void {
    this.#setSlots(noSlots);
  }

  #setSlots(slots: readonly (string | null)[]): void {
    this.slots = slots;
    this.storage.setItem('train/ticked', JSON.stringify(slots));
  }

  /** Whether a run may exist: true until the runs are read. */
  isKnown(runId: string): boolean {
    const runs = loadedValue(this.catalog.runs);
    return runs === null || runs.some((run) => run.runId === runId);
  }

  async update(runId: string, change: Pick<Input<'updateRun'>, 'name' | 'tags'>): Promise<boolean> {
    const run = await this.runTask(t('train.runs.saving'), t('train.runs.saveFailed'), () =>
      this.compute.request('updateRun', { runId, ...change }),
    );
    if (run) this.catalog.updateRun(run);
    // Its model may have taken the new name.
    if (run?.model && change.name !== undefined) await this.catalog.readModels();
    return run !== null;
  }

  async duplicate({ run, name }: NamedRun): Promise<void> {
    const copyName = t('train.runs.copyName', { name }).slice(0, 200);
    const copy = await this.runTask(t('train.runs.duplicating', { name }), t('train.runs.duplicateFailed'), () =>
      this.compute.request('duplicateRun', { runId: run.runId, name: copyName }),
    );
    if (!copy) return;
    this.catalog.updateRun(copy);
    this.notifications.show({ text: t('train.runs.duplicated', { name, copy: copy.name ?? copy.runId }) });
  }

  /** Queues the run again with other seeds; whether that succeeded. @param seeds runs to add */
  async repeat({ run: { runId }, name }: NamedRun, seeds: number): Promise<boolean> {
    const queue = await this.runTask(t('train.repeat.adding', { name }), t('train.repeat.failed'), () =>
      this.compute.request('repeatRun', { runId, seeds }),
    );
    if (!queue) return false;
    const added = queue.waiting.slice(-seeds).map(({ request }) => String(request.seed));
    this.notifications.show({ text: t('train.repeat.added', { count: seeds, seeds: added }) });
    return true;
  }

  /** Moves a run to the trash; whether that succeeded. */
  async delete({ run, name }: NamedRun): Promise<boolean> {
    const gone = await this.runTask(t('common.deleting', { name }), t('train.runs.deleteFailed'), () =>
      this.compute.request('deleteRun', { runId: run.runId }),
    );
    if (!gone) return false;
    if (this.selected.includes(run.runId)) this.toggleSelected(run.runId);
    await this.catalog.readRuns();
    this.notifications.show({
      text: t('common.movedToTrash', { name }),
      undo: () => this.#restore(name, gone.trashId),
    });
    return true;
  }

  async #restore(name: string, trashId: string): Promise<void> {
    await this.compute.request('restoreFromTrash', { trashId });
    await this.catalog.readRuns();
    this.notifications.show({ text: t('common.restored', { name }) });
  }

  async openFolder({ runId }: Run): Promise<void> {
    await this.runTask(t('common.openingFolder'), t('common.openFolderFailed'), () =>
      this.mainApi.openFolder({ location: 'runs', id: runId }).then(() => true),
    );
  }

  /** Copies the command line of the run and its settings to the clipboard. */
  async copySetup({ run: { runId }, name }: NamedRun): Promise<void> {
    const copied = await this.runTask(t('train.runs.copyingSettings'), t('train.runs.copySettingsFailed'), async () => {
      await navigator.clipboard.writeText(formatRunConfig(await this.compute.request('getRunConfig', { runId })));
      return true;
    });
    if (copied) this.notifications.show({ text: t('train.runs.settingsCopied', { name }) });
  }

  /** @param augment symmetric copies of each puzzle, for `cluster` */
  async export({ run: { runId }, name }: NamedRun, format: RunExport, augment: number | null): Promise<void> {
    const extension = extensions[format];
    const out = await this.#openDialog(() =>
      this.mainApi.showSaveDialog({
        title: t('common.exportTitle', { name }).slice(0, 200),
        name: `${runId}${extension === null ? `-${format}` : `.${extension}`}`.slice(-200),
        ...(extension !== null && { extensions: [extension] }),
      }),
    );
    if (!out) return;
    [this.failure, this.report] = [null, null];
    const done = await this.job.run(t('common.exporting', { name }), 'exportRun', {
      runId,
      out: out.token,
      format,
      ...(format === 'cluster' && augment !== null && { augment }),
    });
    if (done) this.showReport({ summary: t('common.exported', { name, files: done.out }), notes: done.notes });
    else if (this.job.failure !== null)
      this.failure = { title: t('train.runs.exportFailed'), details: this.job.failure };
  }

  async importFromDialog(): Promise<Run | null> {
    const file = await this.#openDialog(() =>
      this.mainApi.showOpenDialog({ title: t('train.runs.importTitle'), what: 'file' }),
    );
    return file && this.#import(file);
  }

  async importDropped(file: File): Promise<Run | null> {
    const accepted = await this.mainApi.acceptDroppedFile(file);
    if (accepted) return this.#import(accepted);
    this.failure = { title: t('train.runs.importFailed'), details: t('common.notLocalFile', { file: file.name }) };
    return null;
  }

  async #import({ token: path, name: file }: ChosenFile): Promise<Run | null> {
    [this.failure, this.report] = [null, null];
    const imported = await this.job.run(t('common.importing', { file }), 'importRun', { path });
    if (imported) {
      const { notes, ...run } = imported;
      this.catalog.updateRun(run);
      this.showReport({ summary: t('common.imported', { name: this.withName(run).name }), notes });
      return run;
    }
    if (this.job.failure !== null) this.failure = { title: t('train.runs.importFailed'), details: this.job.failure };
    return null;
  }

  /** Null if the dialog was cancelled or could not be shown. */
  async #openDialog(dialog: () => Promise<ChosenFile | null>): Promise<ChosenFile | null> {
    try {
      return await dialog();
    } catch (reason) {
      this.failure = { title: t('train.runs.dialogFailed'), details: describeError(reason) };
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

/** The command line of the run, followed by its configuration. */
export function formatRunConfig({ version, command, preset, config }: RunConfigInfo): string {
  const header = ['#', 'TRM Puzzle Lab', version].join(' ');
  return `${header}\n${pasteableCommand(withoutFolders(command))}\n\n${JSON.stringify({ preset: preset.id, config }, null, 2)}\n`;
}
