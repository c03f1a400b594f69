/** The Solve room: which model answers which puzzle, the walk through the answer, and puzzles of one's own. */
import type { Model, PuzzleMessage, Trace } from '../../../electron/contract/contract';
import type { PuzzleKind } from '../../../datasets/kinds/puzzle-kind';
import { editingOf } from './puzzle/editing';
import { drawTestPuzzle, parseAddress, placedPuzzle, typed } from './puzzle/pick';
import { layOut, type Journey } from './player/solve-trace';
import { Attention } from './inspector/attention.svelte';
import { Classical } from './classical/classical.svelte';
import type { Compute } from '../../app/compute.svelte';
import { Draft } from './puzzle/draft.svelte';
import type { Facts } from '../../app/catalog-store.svelte';
import { messageOf, valueOf } from '../../app/loaded';
import type { Motion } from '../../app/motion.svelte';
import { Picking } from './puzzle/puzzle-picker.svelte';
import { Player } from './player/player.svelte';
import { Pointing } from './board/cell-selection.svelte';
import { Tracing } from './trace-request.svelte';

export { drawTestPuzzle, typed };

/** What to solve: a puzzle of the test split drawn at random where none is given. */
export interface Task {
  readonly model: Model;
  readonly puzzle?: PuzzleMessage;
}

/** Milliseconds after an edit before it is solved: a key held down or a stroke is one question. */
const PAUSE = 120;

export class Solving {
  model = $state.raw<Model | null>(null);
  puzzle = $state.raw<PuzzleMessage | null>(null);
  /** Present while clues are being edited. */
  draft = $state.raw<Draft | null>(null);
  /** Every edit is solved at once. */
  live = $state(false);
  /** Only the steps until the model would halt. */
  stopAtHalt = $state(false);
  failure = $state<string | null>(null);
  /** What happened without being asked for, in a sentence. */
  notice = $state<string | null>(null);
  /** Ended by hand before there was an answer. */
  cancelled = $state(false);
  /** Cells that the last edit made the model answer differently. */
  changed = $state.raw<readonly number[]>([]);
  readonly player = new Player();
  readonly tracing: Tracing;
  readonly attention: Attention;
  readonly picking: Picking;
  readonly classical = new Classical();
  readonly pointing = new Pointing(this);
  readonly kind = $derived.by(() => (this.model ? this.facts.kindOfModel(this.model) : null));

  /** One for each kind, kept when the editor is left. */
  #drafts = new WeakMap<PuzzleKind, Draft>();
  /** The puzzle that was being edited when the editor was left. */
  #leftFrom: PuzzleMessage | null = null;
  #pause: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly compute: Compute,
    private readonly facts: Facts,
    private readonly motion: Pick<Motion, 'isReduced'> = { isReduced: false },
  ) {
    this.tracing = new Tracing(compute);
    this.attention = new Attention(compute);
    this.picking = new Picking(compute, facts, this);
  }

  /** Something to look at when the room is entered; another model where the one that answered is gone. */
  enter(): void {
    const models = valueOf(this.facts.models) ?? [];
    const known = models.find(({ id }) => id === this.model?.id);
    if (known) this.model = known;
    else this.#replaceModel(models);
  }

  #replaceModel(models: readonly Model[]): void {
    const gone = this.model;
    const next = models.find((model) => gone && this.facts.kindOfModel(model)?.id === this.kind?.id) ?? models[0];
    if (!next) return;
    if (!gone) return void this.open({ model: next });
    this.chooseModel(next.id);
    this.notice = `${gone.name} is not here any more; ${next.name} answers now.`;
  }

  /** Solves the task's puzzle from the start and plays it. */
  async open(task: Task): Promise<void> {
    const signal = this.#supersede();
    this.model = task.model;
    this.puzzle = task.puzzle ?? null;
    await this.#watch(signal, async () => {
      const puzzle = task.puzzle ?? (await drawTestPuzzle(this.compute, this.facts, task.model, signal));
      if (signal.aborted) return;
      this.puzzle = puzzle;
      const journey = await this.#journey(task.model, puzzle, signal);
      if (!journey) return;
      this.player.show(journey);
      // Where nothing is to move by itself, the whole answer stands there to be walked through.
      if (this.motion.isReduced) this.player.toEnd();
      else this.player.play();
    });
  }

  /** The same puzzle again, or another where none could be read. */
  retry(): void {
    const { model, puzzle } = this;
    if (model) void this.open(puzzle ? { model, puzzle } : { model });
  }

  drawAnother(): void {
    if (this.model) void this.open({ model: this.model });
  }

  /** Where one is, as the address of the window tells it: the model, and the puzzle by its own address or as text. */
  get place(): string {
    const { model, puzzle, kind } = this;
    if (!model || !puzzle || !kind) return '';
    return `${model.id}/${parseAddress(puzzle.address) ? puzzle.address : `=${kind.format(Uint8Array.from(puzzle.inputs))}`}`;
  }

  /** Goes to a place; to a puzzle at random where it names none that there is. */
  async visit(place: string): Promise<void> {
    const [, id = '', where = ''] = /^([^/]*)\/([^]*)$/u.exec(place) ?? [];
    const model = this.facts.model(id);
    if (!model) return this.enter();
    const puzzle = await placedPuzzle(this.compute, this.facts.kindOfModel(model), where);
    await this.open(puzzle ? { model, puzzle } : { model });
  }

  /** Another model answers the same puzzle where it reads its kind, else one of its own kind. */
  chooseModel(id: string): void {
    const model = this.facts.model(id);
    if (!model) return;
    const keeps = this.facts.kindOfModel(model)?.id === this.kind?.id;
    if (keeps && this.draft) {
      this.model = model;
      this.#edited();
    } else void this.open(keeps && this.puzzle ? { model, puzzle: this.puzzle } : { model });
  }

  setStopAtHalt(stop: boolean): void {
    this.stopAtHalt = stop;
    if (this.draft) this.#edited();
    else this.retry();
  }

  /** Ends the solve that is under way; the puzzle stays. */
  cancel(): void {
    this.tracing.cancel();
    this.cancelled = this.player.journey === null;
  }

  /** Goes on with what was left unsolved; another puzzle is put on top of it, and undo brings it back. */
  edit(): void {
    const { kind, puzzle } = this;
    if (!kind) return;
    this.player.pause();
    this.tracing.cancel();
    this.failure = null;
    const draft = this.#draftOf(kind);
    if (puzzle && puzzle !== this.#leftFrom) draft.begin(puzzle.inputs);
    this.draft = draft;
  }

  /** Takes a puzzle as text; where it cannot be read the editor says why. */
  paste(text: string): void {
    if (!this.draft) this.edit();
    this.draft?.setText(text);
  }

  stopEditing(): void {
    const { model, puzzle, player } = this;
    this.draft = null;
    this.#leftFrom = puzzle;
    clearTimeout(this.#pause);
    const shown = player.journey?.trace.inputs;
    if (model && puzzle && String(shown) !== String(puzzle.inputs)) void this.open({ model, puzzle });
  }

  /** Solves what was typed; its one solution, where there is exactly one, serves as the label. */
  solveDraft(): void {
    const { draft, model } = this;
    if (!draft || !model) return;
    this.draft = null;
    void this.open({ model, puzzle: puzzleOf(draft) });
  }

  setLive(live: boolean): void {
    this.live = live;
    this.changed = [];
    this.#edited();
  }

  #draftOf(kind: PuzzleKind): Draft {
    const kept = this.#drafts.get(kind);
    if (kept) return kept;
    const draft = new Draft(kind, this.puzzle?.inputs ?? editingOf(kind).empty, () => this.#edited());
    this.#drafts.set(kind, draft);
    return draft;
  }

  #edited(): void {
    clearTimeout(this.#pause);
    if (this.live && this.draft) this.#pause = setTimeout(() => void this.#solveAsEdited(), PAUSE);
  }

  /** The answer stands at its end, where one sees at once what the edit changed; the earlier solve is ended. */
  async #solveAsEdited(): Promise<void> {
    const { draft, model, player } = this;
    if (!draft || !model || draft.textError !== null) return;
    const signal = this.tracing.begin();
    this.failure = null;
    await this.#watch(signal, async () => {
      const before = player.journey?.answers.at(-1)?.answer;
      const journey = await this.#journey(model, puzzleOf(draft), signal);
      if (!journey) return;
      const after = journey.answers.at(-1)?.answer ?? [];
      this.changed = before ? after.flatMap((token, cell) => (token === before[cell] ? [] : [cell])) : [];
      player.show(journey);
      player.toEnd();
    });
  }

  #supersede(): AbortSignal {
    if (this.draft) this.#leftFrom = this.puzzle;
    clearTimeout(this.#pause);
    this.draft = null;
    this.failure = null;
    this.notice = null;
    this.cancelled = false;
    this.changed = [];
    this.classical.forget();
    this.player.show(null);
    return this.tracing.begin();
  }

  async #watch(signal: AbortSignal, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (reason) {
      if (!signal.aborted) this.failure = messageOf(reason);
    } finally {
      this.tracing.end(signal);
    }
  }

  /** Null where another solve has begun meanwhile. */
  async #journey(model: Model, puzzle: PuzzleMessage, signal: AbortSignal): Promise<Journey | null> {
    const { inputs, labels } = puzzle;
    const at = parseAddress(puzzle.address);
    // The path is not seen while clues are edited, and takes half a second for hundreds of updates.
    const path = this.draft === null;
    const trace: Trace = await this.tracing.ask(
      { model: model.id, inputs, ...(at && { puzzle: at }), path, stopAtHalt: this.stopAtHalt },
      signal,
    );
    const kind = this.facts.kindOfModel(model);
    return signal.aborted || !kind ? null : layOut(trace, { kind, inputs, labels });
  }
}

function puzzleOf({ tokens, verdict }: Draft): PuzzleMessage {
  const labels = verdict.solution ?? tokens.map(() => 0);
  return { address: typed, inputs: [...tokens], labels: [...labels] };
}
