/** The Solve room: which model answers which puzzle, and the walk through the answer. */
import type { Model, PuzzleMessage } from '../../electron/contract';
import { layOut } from '../trace/journey';
import type { Compute } from './compute.svelte';
import { Draft } from './draft.svelte';
import type { Facts } from './facts.svelte';
import { messageOf, valueOf } from './loaded';
import { Player } from './player.svelte';

/** Address of a puzzle that is in no dataset. */
export const typed = 'typed';

/** What to solve: a puzzle of the test split drawn at random where none is given. */
export interface Task {
  readonly model: Model;
  readonly puzzle?: PuzzleMessage;
}

export class Solving {
  model = $state.raw<Model | null>(null);
  puzzle = $state.raw<PuzzleMessage | null>(null);
  /** Present while clues are being edited. */
  draft = $state.raw<Draft | null>(null);
  busy = $state(false);
  failure = $state<string | null>(null);
  readonly player = new Player();
  readonly kind = $derived.by(() => (this.model ? this.facts.kindOfModel(this.model) : null));

  #current: AbortController | undefined;

  constructor(
    private readonly compute: Compute,
    private readonly facts: Facts,
  ) {}

  /** Something to look at when the room is entered: the first model and a random puzzle. */
  enter(): void {
    const first = valueOf(this.facts.models)?.[0];
    if (!this.model && first) void this.open({ model: first });
  }

  /** Solves the task's puzzle from the start and plays it. */
  async open(task: Task): Promise<void> {
    const signal = this.#supersede();
    this.model = task.model;
    if (task.puzzle) this.puzzle = task.puzzle;
    try {
      const puzzle = task.puzzle ?? (await drawTestPuzzle(this.compute, this.facts, task.model, signal));
      if (signal.aborted) return;
      this.puzzle = puzzle;
      await this.#solve(task.model, puzzle, signal);
    } catch (reason) {
      if (!signal.aborted) this.failure = messageOf(reason);
    } finally {
      if (!signal.aborted) this.busy = false;
    }
  }

  /** The same puzzle again, or another where none could be read. */
  retry(): void {
    const { model, puzzle } = this;
    if (model) void this.open(puzzle ? { model, puzzle } : { model });
  }

  drawAnother(): void {
    if (this.model) void this.open({ model: this.model });
  }

  /** Another model answers the same puzzle where it is of the same kind. */
  chooseModel(id: string): void {
    const model = this.facts.model(id);
    if (!model) return;
    const keeps = this.puzzle && this.facts.kindOfModel(model) === this.kind;
    void this.open(keeps && this.puzzle ? { model, puzzle: this.puzzle } : { model });
  }

  edit(): void {
    if (!this.kind) return;
    this.player.pause();
    const blank = Array.from({ length: this.kind.rows * this.kind.columns }, () => this.kind?.blank ?? 0);
    this.draft = new Draft(this.kind, this.puzzle?.inputs ?? blank);
  }

  stopEditing(): void {
    this.draft = null;
  }

  /** Solves what was typed; its one solution, where there is exactly one, serves as the label. */
  solveDraft(): void {
    const { draft, model } = this;
    if (!draft || !model) return;
    const labels = draft.verdict.solution ?? draft.tokens.map(() => 0);
    this.draft = null;
    void this.open({ model, puzzle: { address: typed, inputs: [...draft.tokens], labels: [...labels] } });
  }

  #supersede(): AbortSignal {
    this.#current?.abort();
    this.#current = new AbortController();
    this.draft = null;
    this.failure = null;
    this.busy = true;
    this.player.show(null);
    return this.#current.signal;
  }

  async #solve(model: Model, puzzle: PuzzleMessage, signal: AbortSignal): Promise<void> {
    const trace = await this.compute.request('traceSolve', { model: model.id, inputs: puzzle.inputs }, signal);
    const kind = this.facts.kindOfModel(model);
    if (signal.aborted || !kind) return;
    this.player.show(layOut(trace, { kind, inputs: puzzle.inputs, labels: puzzle.labels }));
    this.player.play();
  }
}

/**
 * A random puzzle of the test split of the model's dataset: one it was never trained on.
 * @throws Error when the dataset is not in this lab or its test split is empty
 */
export async function drawTestPuzzle(
  compute: Compute,
  facts: Facts,
  model: Model,
  signal: AbortSignal,
): Promise<PuzzleMessage> {
  const dataset = facts.setsFor(model).find(({ test }) => test.puzzles > 0);
  if (!dataset) throw new Error(`No data set of this lab has held-out puzzles that the model ${model.name} reads.`);
  const from = Math.floor(Math.random() * dataset.test.puzzles);
  const window = { dataset: dataset.id, split: 'test', from, count: 1 } as const;
  const [puzzle] = (await compute.request('readPuzzles', window, signal)).puzzles;
  if (!puzzle) throw new Error(`The test split of ${dataset.name} has no puzzle.`);
  return puzzle;
}
