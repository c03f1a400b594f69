/** Home's live solve: built-in models answer the puzzles that show best how they think, one after the other. */
import type { Model, Output, PuzzleMessage } from '../../../electron/contract/contract';
import { lastChange, buildPlayback, type SolvePlayback } from '../solve/player/solve-playback';
import { MessageError } from '../../messages/message';
import type { Compute } from '../../app/compute.svelte';
import type { CatalogStore } from '../../app/catalog-store.svelte';
import { describeError, loadedValue } from '../../app/compute.svelte';
import type { Motion } from '../../app/appearance.svelte';
import { Player } from '../solve/player/player.svelte';
import type { SolveTask } from '../solve/solve.svelte';
import { readRandomPuzzle, typedAddress } from '../solve/puzzle/load-puzzle';

interface Solved {
  readonly model: Model;
  readonly puzzle: PuzzleMessage;
  /** Supervision steps; absent for the model's own number. */
  readonly steps?: number;
  readonly playback: SolvePlayback;
  /** Null for a random puzzle. */
  readonly choice: Choice | null;
}

type ModelDemos = Output<'listDemos'>[number];
type ModelDemo = ModelDemos['demos'][number];

/** A demo with the model, the supervision steps and the number of puzzles that it was chosen with. */
type Shown = Omit<ModelDemos, 'demos' | 'position'> & ModelDemo;

/** Why a puzzle was chosen, and from how many. */
interface Choice {
  readonly reason: ModelDemo['reason'];
  readonly puzzles: number;
}

/** Steps that are shown after the solution. */
const STEPS_AFTER = 2;
/** Steps of a puzzle that the model does not solve. */
const STEPS_OF_FAILURE = 32;

/** Puzzles solved for each one shown: the one whose answer changes longest is chosen. */
const CANDIDATES = 8;

export class Demo {
  puzzle = $state.raw<PuzzleMessage | null>(null);
  /** Null for a random puzzle. */
  choice = $state.raw<Choice | null>(null);
  failure = $state<string | null>(null);
  /** Paused by the user: the next puzzle does not start automatically. */
  isPaused = $state(false);
  readonly player = new Player();
  /** The model of the puzzle shown; before the first one, any. */
  readonly model = $derived.by(() => {
    const models = loadedValue(this.catalog.models);
    const isShown = ({ id }: Model) => id === this.#shownModel;
    return models?.find(isShown) ?? models?.find(({ source }) => source === 'built-in') ?? models?.[0] ?? null;
  });
  readonly kind = $derived.by(() => {
    const { model, puzzle } = this;
    if (!model) return null;
    return puzzle ? this.catalog.kindOfPuzzle(model, puzzle) : this.catalog.getModelKind(model);
  });

  #shownModel = $state.raw<string | null>(null);
  #steps = $state.raw<number | undefined>(undefined);
  /** Null until they are read. */
  #demos: readonly Shown[] | null = null;
  #position = 0;
  #leaving = new AbortController();

  constructor(
    private readonly compute: Compute,
    private readonly catalog: CatalogStore,
    private readonly motion: Pick<Motion, 'isReduced'>,
  ) {
    // The smallest steps show the recursion best.
    this.player.stepSize = 'update';
  }

  /** Shows the first drawn puzzle at once, without further candidates. With reduced motion it shows the final answer. */
  enter(): void {
    this.#leaving.abort();
    this.#leaving = new AbortController();
    if (this.motion.isReduced) this.isPaused = true;
    if (!this.player.playback) void this.#next(1);
    else if (!this.isPaused) this.player.play();
  }

  leave(): void {
    this.#leaving.abort();
    this.player.pause();
  }

  next(): void {
    void this.#next(CANDIDATES);
  }

  /** Starts again after a failure or with a new compute process. */
  retry(): void {
    this.failure = null;
    void this.#next(1);
  }

  /** The puzzle shown, with the supervision steps that it is shown with; null before the first. */
  get task(): SolveTask | null {
    const { model, puzzle } = this;
    return model && puzzle && { model, puzzle, ...(this.#steps !== undefined && { steps: this.#steps }) };
  }

  togglePlaying(): void {
    this.player.toggle();
    this.isPaused = !this.player.playing;
  }

  async #next(draws: number): Promise<void> {
    const { model, kind } = this;
    const { signal } = this.#leaving;
    if (!model || !kind) return;
    try {
      this.#demos ??= listInTurn(await this.compute.request('listDemos', {}, signal));
      const demo = this.#demos[this.#position++ % this.#demos.length];
      const solved = demo ? await this.#solveDemo(demo, signal) : await this.#solveRandom(model, draws, signal);
      if (!signal.aborted) this.#show(solved);
    } catch (reason) {
      if (!signal.aborted) this.failure = describeError(reason);
    }
  }

  async #solveDemo({ reason, puzzles, steps, solvedAt, ...demo }: Shown, signal: AbortSignal): Promise<Solved> {
    const model = this.catalog.model(demo.model);
    if (!model) throw new MessageError('models.library.unknown', { id: demo.model });
    const puzzle = { address: typedAddress, inputs: demo.inputs, labels: demo.labels };
    const shown = Math.min(steps, solvedAt === null ? STEPS_OF_FAILURE : solvedAt + STEPS_AFTER);
    if (!this.player.playback) [this.#shownModel, this.puzzle, this.#steps] = [model.id, puzzle, shown];
    return { ...(await this.#solve(model, puzzle, signal, shown)), steps: shown, choice: { reason, puzzles } };
  }

  /** Solves `draws` random puzzles and returns the one whose answer changes longest. */
  async #solveRandom(model: Model, draws: number, signal: AbortSignal): Promise<Solved | undefined> {
    const solved: Solved[] = [];
    for (let draw = 0; draw < draws && !signal.aborted; draw++) {
      const puzzle = await readRandomPuzzle(this.compute, this.catalog, model, signal);
      solved.push({ ...(await this.#solve(model, puzzle, signal)), choice: null });
    }
    return longest(solved);
  }

  async #solve(
    model: Model,
    puzzle: PuzzleMessage,
    signal: AbortSignal,
    steps?: number,
  ): Promise<Omit<Solved, 'choice'>> {
    const request = { model: model.id, inputs: puzzle.inputs, ...(steps !== undefined && { steps }) };
    const trace = await this.compute.request('traceSolve', request, signal);
    const kind = this.catalog.kindOfPuzzle(model, puzzle);
    if (!kind) throw new MessageError('home.demo.unknownKind', { dataset: model.dataset });
    return { model, puzzle, playback: buildPlayback(trace, { kind, inputs: puzzle.inputs, labels: puzzle.labels }) };
  }

  #show(solved: Solved | undefined): void {
    if (!solved) return;
    this.failure = null;
    this.#shownModel = solved.model.id;
    this.choice = solved.choice;
    this.puzzle = solved.puzzle;
    this.#steps = solved.steps;
    this.player.show(solved.playback);
    if (!this.isPaused) this.player.play();
    else if (this.motion.isReduced) this.player.toEnd();
  }
}

/** The demos of all models, by turns. */
function listInTurn(byModel: readonly ModelDemos[]): Shown[] {
  const most = Math.max(0, ...byModel.map(({ demos }) => demos.length));
  return Array.from({ length: most }, (_, turn) =>
    byModel.flatMap(({ demos, model, steps, puzzles }) =>
      demos.slice(turn, turn + 1).map((demo) => ({ ...demo, model, steps, puzzles })),
    ),
  ).flat();
}

function longest(solved: readonly Solved[]): Solved | undefined {
  return [...solved].sort((one, other) => lastChange(other.playback) - lastChange(one.playback))[0];
}
