/** Home's live solve: a model answers one held-out puzzle after the other. */
import type { Model, PuzzleMessage } from '../../../electron/contract/contract';
import { lastChange, buildPlayback, type SolvePlayback } from '../solve/player/solve-playback';
import { MessageError } from '../../messages/message';
import type { Compute } from '../../app/compute.svelte';
import type { CatalogStore } from '../../app/catalog-store.svelte';
import { describeError, loadedValue } from '../../app/compute.svelte';
import type { Motion } from '../../app/appearance.svelte';
import { Player } from '../solve/player/player.svelte';
import { readRandomPuzzle } from '../solve/puzzle/load-puzzle';

interface Solved {
  readonly puzzle: PuzzleMessage;
  readonly playback: SolvePlayback;
}

/** Puzzles solved for each one shown: the one whose answer changes longest is chosen. */
const CANDIDATES = 8;

export class Demo {
  puzzle = $state.raw<PuzzleMessage | null>(null);
  failure = $state<string | null>(null);
  /** Paused by the user: the next puzzle does not start automatically. */
  isPaused = $state(false);
  readonly player = new Player();
  readonly model = $derived.by(() => {
    const models = loadedValue(this.catalog.models);
    return models?.find(({ source }) => source === 'built-in') ?? models?.[0] ?? null;
  });
  readonly kind = $derived.by(() => (this.model ? this.catalog.getModelKind(this.model) : null));

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

  togglePlaying(): void {
    this.player.toggle();
    this.isPaused = !this.player.playing;
  }

  async #next(draws: number): Promise<void> {
    const { model, kind } = this;
    const { signal } = this.#leaving;
    if (!model || !kind) return;
    try {
      const solved: Solved[] = [];
      for (let draw = 0; draw < draws && !signal.aborted; draw++) solved.push(await this.#solveOne(model, signal));
      if (!signal.aborted) this.#show(longest(solved));
    } catch (reason) {
      if (!signal.aborted) this.failure = describeError(reason);
    }
  }

  async #solveOne(model: Model, signal: AbortSignal): Promise<Solved> {
    const puzzle = await readRandomPuzzle(this.compute, this.catalog, model, signal);
    const trace = await this.compute.request('traceSolve', { model: model.id, inputs: puzzle.inputs }, signal);
    const kind = this.catalog.getModelKind(model);
    if (!kind) throw new MessageError('home.demo.unknownKind', { dataset: model.dataset });
    return { puzzle, playback: buildPlayback(trace, { kind, inputs: puzzle.inputs, labels: puzzle.labels }) };
  }

  #show(solved: Solved | undefined): void {
    if (!solved) return;
    this.failure = null;
    this.puzzle = solved.puzzle;
    this.player.show(solved.playback);
    if (!this.isPaused) this.player.play();
    else if (this.motion.isReduced) this.player.toEnd();
  }
}

function longest(solved: readonly Solved[]): Solved | undefined {
  return [...solved].sort((one, other) => lastChange(other.playback) - lastChange(one.playback))[0];
}
