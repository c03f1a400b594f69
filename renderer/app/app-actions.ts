/** Actions that lead from one view into another with something in hand: a puzzle, a model, a run. */
import type { PuzzleKind } from '../../datasets/kinds/puzzle-kind';
import type { Dataset, Model, Run } from '../../electron/contract/contract';
import type { Row } from '../features/datasets/puzzle-browser.svelte';
import type { SolveTask } from '../features/solve/solve.svelte';
import { t } from '../messages/language.svelte';
import { MessageError } from '../messages/message';
import type { AppState } from './app-state.svelte';
import { describeError } from './compute.svelte';
import type { DropAction } from './drop/drop-actions';
import { formatLink } from './link';
import type { ViewLocation } from './navigation.svelte';
import type { PuzzleAddress } from '../../datasets/puzzle-address';
import { datasetsView, homeView, modelsView, settingsView, solveView, trainView, experimentsView } from './views';

/** A file with one puzzle is smaller. */
const MAX_PUZZLE_BYTES = 20_000;

export class AppActions {
  constructor(private readonly app: AppState) {}

  /** Opens the puzzle of Home in Solve. */
  openDemo(): void {
    const { task } = this.app.getState(homeView);
    if (task) this.openInSolve(task);
    else this.app.navigation.go(solveView.id);
  }

  /** The same, paused before the first update. */
  inspectDemo(): void {
    const { task } = this.app.getState(homeView);
    const solveState = this.app.getState(solveView);
    if (task) void solveState.open(task).then(() => solveState.player.toStart());
    this.app.navigation.go(solveView.id);
  }

  openInSolve(task: SolveTask): void {
    void this.app.getState(solveView).open(task);
    this.app.navigation.go(solveView.id);
  }

  openModelInSolve(id: string): void {
    const model = this.app.catalog.model(id);
    if (model) this.openInSolve({ model });
    else this.app.navigation.go(solveView.id);
  }

  /** Returns what opens the puzzle in Solve; undefined where no model reads such grids. */
  solvePuzzle(kind: PuzzleKind, { address, inputs, labels }: Row): (() => void) | undefined {
    const model = this.app.catalog.modelFor(kind.id);
    return model && (() => this.openInSolve({ model, puzzle: { address, inputs, labels } }));
  }

  openRandomPuzzle(): void {
    const solveState = this.app.getState(solveView);
    solveState.enter();
    solveState.openRandom();
    this.app.navigation.go(solveView.id);
  }

  /** In Solve where a model reads it, else in its dataset. */
  async openPuzzle({ dataset, split, index }: PuzzleAddress): Promise<void> {
    const { compute, catalog, navigation, notifications } = this.app;
    try {
      const [puzzle] = (await compute.request('readPuzzles', { dataset, split, from: index, count: 1 })).puzzles;
      const kind = catalog.dataset(dataset)?.kind;
      const model = kind === undefined ? undefined : catalog.modelFor(kind);
      if (model && puzzle) return this.openInSolve({ model, puzzle });
      const { browser } = this.app.getState(datasetsView);
      browser.open(dataset, split);
      browser.selected = index;
      navigation.go(datasetsView.id);
    } catch (reason) {
      notifications.show({ text: t('app.readPuzzleFailed', { reason: describeError(reason) }) });
    }
  }

  async openDropped(file: File, action: DropAction): Promise<void> {
    const { app } = this;
    const views = { dataset: datasetsView, model: modelsView, run: trainView, solve: solveView } as const;
    app.navigation.go(views[action].id);
    if (action === 'dataset') await app.getState(datasetsView).inspectDropped(file);
    else if (action === 'model') await app.getState(modelsView).importDropped(file);
    else if (action === 'run') await app.getState(trainView).importDropped(file);
    else await this.#solveFile(file);
  }

  async #solveFile(file: File): Promise<void> {
    try {
      if (file.size > MAX_PUZZLE_BYTES) throw new MessageError('app.drop.tooLarge');
      await this.app.getState(solveView).openText(await file.text());
    } catch (reason) {
      this.app.notifications.show({ text: t('app.drop.failed', { file: file.name, reason: describeError(reason) }) });
    }
  }

  async copyLink(location: ViewLocation): Promise<void> {
    await navigator.clipboard.writeText(formatLink(location));
    this.app.notifications.show({ text: t('solve.position.linkCopied') });
  }

  openLink({ view, subpath }: ViewLocation): void {
    this.app.navigation.go(view, subpath);
    if (view === solveView.id) void this.app.getState(solveView).visit(subpath);
  }

  openModelCard(model: Model): void {
    this.app.getState(modelsView).select(model.id);
    this.app.navigation.go(modelsView.id);
  }

  /** Opens the form to export a model. */
  exportModel(model: Model): void {
    this.openModelCard(model);
    this.app.getState(modelsView).panel = 'export';
  }

  /** Opens the form to export a dataset. */
  exportDataset(dataset: Dataset): void {
    this.openDataset(dataset);
    this.app.getState(datasetsView).panel = 'export';
  }

  openDataset(dataset: Dataset): void {
    this.app.getState(datasetsView).open(dataset);
    this.app.navigation.go(datasetsView.id);
  }

  /** @param dataset to train on; the one chosen last when absent */
  train(dataset?: string): void {
    const trainState = this.app.getState(trainView);
    trainState.openSetup();
    if (dataset !== undefined) trainState.dataset = dataset;
    this.app.navigation.go(trainView.id);
  }

  fineTune(model: Model): void {
    this.app.getState(trainView).fineTune(model);
    this.app.navigation.go(trainView.id);
  }

  openRun(run: Run): void {
    this.app.getState(trainView).show(run);
    this.app.navigation.go(trainView.id);
  }

  openExperiment(experimentId: string): void {
    this.app.navigation.go(experimentsView.id, experimentId);
  }

  /** Pauses, resumes or stops a run, and shows it. */
  async controlRun(run: Run, action: 'pause' | 'resume' | 'stop'): Promise<void> {
    this.openRun(run);
    await this.app.getState(trainView)[action]();
  }

  async openDiagnostics(): Promise<void> {
    this.app.navigation.go(settingsView.id, 'diagnostics');
    await this.app.getState(settingsView).diagnostics.read();
  }
}
