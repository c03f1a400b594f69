/** State of the Solve view: the model, the puzzle, the player, the inspector and the puzzle being edited. */
import type { Model, PuzzleMessage } from '../../../electron/contract/contract';
import type { PuzzleKind } from '../../../datasets/kinds/puzzle-kind';
import { canParse } from '../../../datasets/kinds/registry';
import { parseAddress } from '../../../datasets/puzzle-address';
import { draftPuzzle, readRandomPuzzle, findPuzzle } from './puzzle/load-puzzle';
import { PuzzleDamage } from './puzzle/puzzle-damage.svelte';
import type { SolvePlayback } from './player/solve-playback';
import { PuzzleSolver } from './puzzle-solver';
import type { Attempts } from './rollouts/attempts.svelte';
import { SolveSettings } from './rollouts/solve-settings.svelte';
import { AttentionState } from './inspector/attention.svelte';
import { CellSelection } from './board/cell-selection.svelte';
import { ClassicalState } from './inspector/classical.svelte';
import type { Compute } from '../../app/compute.svelte';
import { Draft } from './puzzle/draft.svelte';
import type { CatalogStore } from '../../app/catalog-store.svelte';
import { describeError, loadedValue } from '../../app/compute.svelte';
import type { Motion } from '../../app/appearance.svelte';
import { PuzzlePicker } from './puzzle/puzzle-picker.svelte';
import { Player } from './player/player.svelte';
import { t } from '../../messages/language.svelte';
import { MessageError } from '../../messages/message';
import { TraceRequest } from './trace-request.svelte';
import { MAX_SUPERVISION_STEPS } from '../../../electron/contract/limits';
import { formatSolveAddress, parseSolveAddress, type SolveAddress } from './solve-address';

/** What to solve; a random puzzle of the test split if none is given. */
export interface SolveTask {
  readonly model: Model;
  readonly puzzle?: PuzzleMessage;
  /** Supervision steps of a single solve; as in the settings if absent. */
  readonly steps?: number;
  /** Index of the frame to show; played from the first if absent. */
  readonly frame?: number;
}

/** Milliseconds from an edit to its solve: a key held down or a stroke starts only one. */
const EDIT_DELAY = 120;

export class SolveState {
  model = $state.raw<Model | null>(null);
  puzzle = $state.raw<PuzzleMessage | null>(null);
  /** Non-null while clues are edited. */
  draft = $state.raw<Draft | null>(null);
  /** Whether every edit is solved at once. */
  isLive = $state(false);
  /** Whether to solve only the steps until the model halts. */
  stopAtHalt = $state(false);
  failure = $state<string | null>(null);
  /** Whether the expected answer is shown, where it is a grid of its own. */
  isExpectedShown = $state(true);
  /** Message about an automatic change, e.g. of the model. */
  notification = $state<string | null>(null);
  /** Cancelled before all steps were computed. */
  cancelled = $state(false);
  /** Cells whose final answer the last edit changed. */
  changedCells = $state.raw<readonly number[]>([]);
  /** The attempts of a solve by rollouts or checkpoints; null for a single solve. */
  attempts = $state.raw<Attempts | null>(null);
  readonly settings = new SolveSettings();
  readonly player = new Player();
  readonly traceRequest: TraceRequest;
  readonly attention: AttentionState;
  readonly picker: PuzzlePicker;
  readonly classical = new ClassicalState();
  readonly selection = new CellSelection(this);
  readonly damage = new PuzzleDamage(this);
  /** The kind of the puzzle shown or edited; before there is one, that of the model. */
  readonly kind = $derived.by((): PuzzleKind | null => this.draft?.kind ?? this.puzzleKind);
  /** The kind of the puzzle that is solved, while another may be drawn. */
  readonly puzzleKind = $derived.by((): PuzzleKind | null => {
    const { model, puzzle } = this;
    if (!model) return null;
    return puzzle ? this.catalog.kindOfPuzzle(model, puzzle) : this.catalog.getModelKind(model);
  });
  /** The kinds of puzzle that the model reads. */
  readonly kinds = $derived.by(() => (this.model ? this.catalog.kindsFor(this.model) : []));

  /** One per kind, kept after the editor is closed. */
  #drafts = new WeakMap<PuzzleKind, Draft>();
  /** The puzzle that was being edited when the editor was left. */
  #editedPuzzle: PuzzleMessage | null = null;
  /** The steps that the last task has set; null before. */
  #taskSteps: number | null = null;
  readonly #solver: PuzzleSolver;
  /** The frame that the last task asks for, until it is reached. */
  #frame: number | null = null;
  #editTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly compute: Compute,
    private readonly catalog: CatalogStore,
    private readonly motion: Pick<Motion, 'isReduced'> = { isReduced: false },
  ) {
    this.traceRequest = new TraceRequest(compute);
    this.#solver = new PuzzleSolver(this.traceRequest, catalog, this);
    this.attention = new AttentionState(compute);
    this.picker = new PuzzlePicker(compute, catalog, this);
  }

  /** Opens a random puzzle when the view is first shown; replaces the model if it is gone. */
  enter(): void {
    const models = loadedValue(this.catalog.models) ?? [];
    const known = models.find(({ id }) => id === this.model?.id);
    if (known) this.model = known;
    else this.#replaceModel(models);
  }

  #replaceModel(models: readonly Model[]): void {
    const gone = this.model;
    const next = models.find((model) => gone && this.#readsKind(model)) ?? models[0];
    if (!next) return;
    if (!gone) return void this.open({ model: next });
    this.selectModel(next.id);
    this.notification = t('solve.modelReplaced', { model: gone.name, next: next.name });
  }

  /** Solves the task's puzzle from the start and plays it. */
  async open(task: SolveTask): Promise<void> {
    const signal = this.#reset();
    this.#setModel(task.model);
    this.puzzle = task.puzzle ?? null;
    this.#frame = task.frame ?? null;
    if (task.steps !== undefined) this.#applyTaskSteps(task.steps);
    await this.#run(signal, async () => {
      const puzzle = task.puzzle ?? (await readRandomPuzzle(this.compute, this.catalog, task.model, signal));
      if (signal.aborted) return;
      this.puzzle = puzzle;
      await this.#solvePuzzle(task.model, puzzle, signal);
    });
  }

  /** Sets the steps of a task, and notifies when they replace values that the user chose. */
  #applyTaskSteps(steps: number): void {
    const { settings } = this;
    const isKept = settings.steps === null || [this.#taskSteps, steps].includes(settings.steps);
    if (!isKept || settings.attemptsFor(this.kind) !== null) this.notification = t('solve.stepsReplaced', { steps });
    this.#taskSteps = steps;
    Object.assign(settings, { steps, rollouts: 1, lastCheckpoints: null });
  }

  /** Shows the attempt at the same step. */
  showAttempt(attempt: number): void {
    const { attempts } = this;
    if (!attempts) return;
    attempts.shown = attempt;
    const playback = attempts.playback();
    if (playback) this.player.replace(playback);
  }

  /** Solves the edited or the same puzzle again, or a random one if none could be read. */
  retry(): void {
    const { model, puzzle } = this;
    if (this.draft) void this.#solveEdit();
    else if (model) void this.open(puzzle ? { model, puzzle } : { model });
  }

  openRandom(): void {
    if (this.model) void this.open({ model: this.model });
  }

  /** Model and puzzle for the window's address; empty before there are any. */
  get subpath(): string {
    const address = this.#address();
    return address ? formatSolveAddress(address) : '';
  }

  /** The same with the position of the player; null for several attempts, which have no address. */
  get positionSubpath(): string | null {
    const address = this.#address();
    const { playback, index } = this.player;
    if (!address || !playback || this.attempts) return null;
    return formatSolveAddress({ ...address, position: { frame: index, steps: playback.plannedSteps } });
  }

  #address(): SolveAddress | null {
    const { model, puzzle, puzzleKind } = this;
    if (!model || !puzzle || !puzzleKind) return null;
    const text = `=${puzzleKind.format(Uint8Array.from(puzzle.inputs))}`;
    return { model: model.id, puzzle: parseAddress(puzzle.address) ? puzzle.address : text };
  }

  /** Opens the puzzle of a subpath at its position, or a random one if it does not exist. */
  async visit(subpath: string): Promise<void> {
    const address = parseSolveAddress(subpath);
    const model = address && this.catalog.model(address.model);
    if (!model) return this.enter();
    const puzzle = await findPuzzle(this.compute, this.catalog.kindsFor(model), address.puzzle);
    const at = address.position;
    if (!puzzle) return this.open({ model });
    const position = at && { steps: Math.min(at.steps, MAX_SUPERVISION_STEPS), frame: at.frame };
    await this.open({ model, puzzle, ...position });
  }

  /** Solves the same puzzle with another model, or a random one if that model reads another kind. */
  selectModel(id: string): void {
    const model = this.catalog.model(id);
    if (!model) return;
    const keeps = this.#readsKind(model);
    if (keeps && this.draft) {
      this.#setModel(model);
      this.#scheduleSolve();
    } else void this.open(keeps && this.puzzle ? { model, puzzle: this.puzzle } : { model });
  }

  /** A vote is of the checkpoints of one run. */
  #setModel(model: Model): void {
    if (model.id !== this.model?.id) this.settings.lastCheckpoints = null;
    this.model = model;
  }

  /** Steps of the checkpoints of a model's run, the latest first. */
  async listCheckpoints(model: Model | null): Promise<readonly number[]> {
    return model ? this.catalog.listCheckpoints(model) : [];
  }

  #readsKind(model: Model): boolean {
    return this.kind !== null && this.catalog.reads(model, this.kind.id);
  }

  setStopAtHalt(stop: boolean): void {
    this.stopAtHalt = stop;
    this.applySettings();
  }

  /** Solves again with the current settings, unless they are invalid. */
  applySettings(): void {
    if (this.settings.problem !== null) return;
    if (this.draft) this.#scheduleSolve();
    else this.retry();
  }

  /** Cancels the current solve; the puzzle and the steps computed stay, but no answer to what was edited before. */
  cancel(): void {
    this.traceRequest.cancel();
    this.cancelled = true;
    const { playback } = this.player;
    if (this.draft) this.player.show(null);
    else if (playback)
      this.player.replace({ ...playback, isComplete: true, plannedSteps: playback.trace.steps.length });
  }

  /** Opens the editor with the last draft, or with the current puzzle if that is another; undo restores the draft. */
  edit(): void {
    const { kind, puzzle } = this;
    if (!kind) return;
    this.player.pause();
    this.traceRequest.cancel();
    this.failure = null;
    const draft = this.#getDraft(kind);
    if (puzzle && puzzle !== this.#editedPuzzle) draft.load(puzzle.inputs);
    this.draft = draft;
  }

  /** Puts text into the editor, which shows an error if it cannot be read; a text of another size that the model reads changes the grid. */
  paste(text: string): void {
    if (!this.draft) this.edit();
    const { draft } = this;
    if (!draft) return;
    const sized = canParse(draft.kind, text) ? undefined : this.kinds.find((kind) => canParse(kind, text));
    if (sized) this.editSize(sized);
    this.draft?.setText(text);
  }

  /** Solves the puzzle of a text with a model that reads it, the present one if it does. @throws MessageError where none does */
  async openText(text: string): Promise<void> {
    const models = [this.model, ...(loadedValue(this.catalog.models) ?? [])].filter((model) => model !== null);
    const model = models.find((each) => this.catalog.kindsFor(each).some((kind) => canParse(kind, text)));
    const puzzle = model && (await findPuzzle(this.compute, this.catalog.kindsFor(model), `=${text}`));
    if (!puzzle) throw new MessageError('solve.puzzle.unreadable');
    await this.open({ model, puzzle });
  }

  /** Edits a puzzle of another size, the one that was edited last in that size. */
  editSize(kind: PuzzleKind): void {
    if (kind === this.draft?.kind) return;
    this.traceRequest.cancel();
    this.changedCells = [];
    this.player.show(null);
    this.selection.clear();
    this.draft = this.#getDraft(kind);
    this.#scheduleSolve();
  }

  stopEditing(): void {
    const { model, puzzle, player } = this;
    this.draft = null;
    this.#editedPuzzle = puzzle;
    clearTimeout(this.#editTimer);
    this.traceRequest.cancel();
    const shown = player.playback?.isComplete ? player.playback.trace.inputs : null;
    if (model && puzzle && String(shown) !== String(puzzle.inputs)) void this.open({ model, puzzle });
  }

  /** Solves the draft; its solution, if there is exactly one, is the label. */
  solveDraft(): void {
    const { draft, model } = this;
    if (!draft || !model) return;
    this.draft = null;
    void this.open({ model, puzzle: draftPuzzle(draft) });
  }

  setLive(live: boolean): void {
    this.isLive = live;
    this.changedCells = [];
    this.#scheduleSolve();
  }

  #getDraft(kind: PuzzleKind): Draft {
    const existing = this.#drafts.get(kind);
    if (existing) return existing;
    const { empty } = kind.createEditing();
    const shown = this.puzzle?.inputs;
    const draft = new Draft(kind, shown?.length === empty.length ? shown : empty, () => this.#scheduleSolve());
    this.#drafts.set(kind, draft);
    return draft;
  }

  #scheduleSolve(): void {
    clearTimeout(this.#editTimer);
    if (this.isLive && this.draft) this.#editTimer = setTimeout(() => void this.#solveEdit(), EDIT_DELAY);
  }

  /** Solves the draft and shows the last frame, where the effect of the edit is seen; cancels the solve before. */
  async #solveEdit(): Promise<void> {
    const { draft, model, player } = this;
    if (!draft || !model || draft.textError !== null) return;
    const signal = this.traceRequest.begin();
    [this.failure, this.cancelled] = [null, false];
    await this.#run(signal, async () => {
      const before = player.playback?.answers.at(-1)?.answer;
      const playback = await this.#solver.trace(model, draftPuzzle(draft), signal);
      if (!playback) return;
      const after = playback.answers.at(-1)?.answer ?? [];
      this.changedCells = before ? after.flatMap((token, cell) => (token === before[cell] ? [] : [cell])) : [];
      player.show(playback);
      player.toEnd();
    });
  }

  #reset(): AbortSignal {
    if (this.draft) this.#editedPuzzle = this.puzzle;
    clearTimeout(this.#editTimer);
    this.draft = null;
    this.failure = null;
    this.notification = null;
    this.cancelled = false;
    this.attempts = null;
    this.changedCells = [];
    this.classical.clear();
    this.player.show(null);
    return this.traceRequest.begin();
  }

  async #run(signal: AbortSignal, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (reason) {
      if (!signal.aborted) this.failure = describeError(reason);
    } finally {
      this.traceRequest.end(signal);
    }
  }

  async #solvePuzzle(model: Model, puzzle: PuzzleMessage, signal: AbortSignal): Promise<void> {
    const show = (playback: SolvePlayback): void => this.#showSteps(playback);
    const plan = this.settings.attemptsFor(this.catalog.kindOfPuzzle(model, puzzle));
    const attempts = plan && this.#solver.createAttempts(model, puzzle, plan.settings);
    this.attempts = attempts;
    if (attempts) await this.#solver.solveAttempts({ model, puzzle, plan, attempts }, signal, show);
    else await this.#solver.solve(model, puzzle, signal, show);
  }

  /** Goes to the frame of the task once it is computed, unless the user has moved on. */
  #seekFrame(frame: number): void {
    const { player } = this;
    const isComputed =
      player.playback !== null && (player.playback.isComplete || player.playback.frames.length > frame);
    const hasMoved = player.playing || player.index > 0;
    if (isComputed && !hasMoved) player.seek(frame);
    if (isComputed || hasMoved) this.#frame = null;
  }

  /** Shows the first steps of a solve and plays them; later ones are added at the end. */
  #showSteps(playback: SolvePlayback): void {
    const { player } = this;
    const wasAtEnd = player.atEnd;
    const isFirst = player.playback === null;
    if (isFirst) player.show(playback);
    else player.replace(playback);
    if (this.#frame !== null) return this.#seekFrame(this.#frame);
    if (isFirst && !this.motion.isReduced) player.play();
    // With reduced motion nothing plays by itself.
    if (this.motion.isReduced && (wasAtEnd || player.index === 0)) player.toEnd();
  }
}
