/** Which puzzle to solve next: a set with split and number, an address, or a new one with difficulty and seed. */
import type { PuzzleKind } from '../../../../datasets/kinds/puzzle-kind';
import type { Model, PuzzleMessage } from '../../../../electron/contract/contract';
import { generatePuzzle, MOST_SEED, parseAddress, readPuzzle, sizeOf, type Split } from './pick';
import type { Compute } from '../../../app/compute.svelte';
import type { Facts } from '../../../app/catalog-store.svelte';
import { messageOf } from '../../../app/loaded';

export const sources = ['set', 'new'] as const;
export type Source = (typeof sources)[number];

/** What the room solves, and what it is told to. */
export interface Solver {
  readonly model: Model | null;
  readonly puzzle: PuzzleMessage | null;
  readonly open: (task: { readonly model: Model; readonly puzzle: PuzzleMessage }) => Promise<void>;
}

export class Picking {
  open = $state(false);
  source = $state<Source>('set');
  /** Id of the set chosen; the model's first where that does not fit. */
  set = $state<string | null>(null);
  split = $state<Split>('test');
  index = $state(0);
  difficulty = $state('any');
  seed = $state(1);
  failure = $state<string | null>(null);
  readonly sets = $derived.by(() => (this.solving.model ? this.facts.setsFor(this.solving.model) : []));
  readonly current = $derived.by(() => this.sets.find(({ id }) => id === this.set) ?? this.sets[0]);
  readonly size = $derived.by(() => sizeOf(this.current, this.split));

  constructor(
    private readonly compute: Compute,
    private readonly facts: Facts,
    private readonly solving: Solver,
  ) {}

  /** Stands where the puzzle shown stands. */
  show(): void {
    const at = parseAddress(this.solving.puzzle?.address ?? '');
    if (at) [this.set, this.split, this.index] = [at.dataset, at.split, at.index];
    this.open = true;
    this.failure = null;
  }

  async take(): Promise<void> {
    const { current, split, index } = this;
    if (current) await this.#solve(() => readPuzzle(this.compute, { dataset: current.id, split, index }));
  }

  async takeRandom(): Promise<void> {
    if (this.size === 0) return;
    this.index = Math.floor(Math.random() * this.size);
    await this.take();
  }

  /** Goes to an address as it is copied elsewhere. */
  async go(address: string): Promise<void> {
    const at = parseAddress(address);
    const fits = this.sets.some(({ id }) => id === at?.dataset);
    if (!at)
      this.failure = `"${address.slice(0, 60)}" is no address of a puzzle; they look like ${this.current?.id ?? 'a-set'}/test/17.`;
    else if (!fits) this.failure = `The model chosen reads no puzzles of ${at.dataset}.`;
    else {
      [this.set, this.split, this.index] = [at.dataset, at.split, at.index];
      await this.take();
    }
  }

  async generate(kind: PuzzleKind): Promise<void> {
    const band = kind.generator?.difficulties.find(({ id }) => id === this.difficulty);
    await this.#solve(() =>
      generatePuzzle(this.compute, { kind: kind.id, seed: this.seed, ...(band && { difficulty: band.id }) }),
    );
  }

  async generateRandom(kind: PuzzleKind): Promise<void> {
    this.seed = Math.floor(Math.random() * MOST_SEED);
    await this.generate(kind);
  }

  async #solve(find: () => Promise<PuzzleMessage>): Promise<void> {
    const { model } = this.solving;
    if (!model) return;
    this.failure = null;
    try {
      void this.solving.open({ model, puzzle: await find() });
    } catch (reason) {
      this.failure = messageOf(reason);
    }
  }
}
