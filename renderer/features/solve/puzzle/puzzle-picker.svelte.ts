/** Chooses the next puzzle: from a dataset by index or address, or generated from difficulty and seed. */
import type { PuzzleKind } from '../../../../datasets/kinds/puzzle-kind';
import type { Model, Output, PuzzleMessage } from '../../../../electron/contract/contract';
import { parseAddress, type SplitName } from '../../../../datasets/puzzle-address';
import { generatePuzzle, MAX_RANDOM_SEED, randomBelow, readPuzzle, typedAddress } from './load-puzzle';
import type { Compute } from '../../../app/compute.svelte';
import type { CatalogStore } from '../../../app/catalog-store.svelte';
import type { DatasetPreparation } from '../../../app/dataset-preparation.svelte';
import { t } from '../../../messages/language.svelte';
import { describeError } from '../../../app/compute.svelte';

/** The part of the Solve state that the picker uses. */
export interface PickerContext {
  readonly model: Model | null;
  readonly puzzle: PuzzleMessage | null;
  readonly kind: PuzzleKind | null;
  readonly open: (task: {
    readonly model: Model;
    readonly puzzle: PuzzleMessage;
    readonly steps?: number;
  }) => Promise<void>;
}

type ModelDemos = Output<'listDemos'>[number];

/** A puzzle worth watching, with the supervision steps and the number of puzzles that it was chosen with. */
export type PickerDemo = ModelDemos['demos'][number] & Pick<ModelDemos, 'steps' | 'puzzles'>;

export class PuzzlePicker {
  open = $state(false);
  source = $state<'dataset' | 'generated' | 'demos'>('dataset');
  /** Of every model; empty until they are read. */
  #demos = $state.raw<readonly ModelDemos[]>([]);
  /** Id of the selected dataset; the first that the model reads if that does not fit. */
  datasetId = $state<string | null>(null);
  split = $state<SplitName>('test');
  index = $state(0);
  /** Id of the kind to generate; that of the current puzzle if the model does not read it. */
  kindId = $state<string | null>(null);
  difficulty = $state('any');
  seed = $state(1);
  failure = $state<string | null>(null);
  /** The kinds of puzzle that the model reads. */
  readonly kinds = $derived.by(() => (this.context.model ? this.catalog.kindsFor(this.context.model) : []));
  readonly kind = $derived.by(() => this.kinds.find(({ id }) => id === this.kindId) ?? this.context.kind);
  /** Puzzles worth watching with the model. */
  readonly demos = $derived.by((): readonly PickerDemo[] =>
    this.#demos
      .filter(({ model }) => model === this.context.model?.id)
      .flatMap(({ demos, steps, puzzles }) => demos.map((demo) => ({ ...demo, steps, puzzles }))),
  );
  readonly datasets = $derived.by(() => (this.context.model ? this.catalog.datasetsFor(this.context.model) : []));
  readonly selectedDataset = $derived.by(
    () => this.datasets.find(({ id }) => id === this.datasetId) ?? this.datasets[0],
  );
  readonly size = $derived.by(() => this.selectedDataset?.[this.split].puzzles ?? 0);

  /** Whether the split has puzzles that can be read: not before a built-in dataset is generated. */
  readonly isReadable = $derived.by(() => this.size > 0 && this.selectedDataset?.generation === null);

  constructor(
    private readonly compute: Compute,
    private readonly catalog: CatalogStore,
    private readonly context: PickerContext,
  ) {}

  get preparation(): DatasetPreparation {
    return this.catalog.preparation;
  }

  /** Chooses the kind to generate. Difficulties that it lacks cannot stay chosen. */
  chooseKind(id: string): void {
    this.kindId = id;
    const bands = this.kind?.generator?.difficulties ?? [];
    if (!bands.some((band) => band.id === this.difficulty)) this.difficulty = 'any';
  }

  /** Opens the picker at the current puzzle. */
  show(): void {
    const at = parseAddress(this.context.puzzle?.address ?? '');
    if (at) [this.datasetId, this.split, this.index] = [at.dataset, at.split, at.index];
    this.kindId = this.context.kind?.id ?? null;
    this.open = true;
    this.failure = null;
    void this.#readDemos();
  }

  async #readDemos(): Promise<void> {
    this.#demos = await this.compute.request('listDemos', {}).catch(() => []);
    if (this.source === 'demos' && this.demos.length === 0) this.source = 'dataset';
  }

  /** Solves a puzzle worth watching with as many steps as it was chosen with. */
  async solveDemo({ inputs, labels, steps }: PickerDemo): Promise<void> {
    const { model } = this.context;
    if (model) await this.context.open({ model, puzzle: { address: typedAddress, inputs, labels }, steps });
  }

  async solveSelected(): Promise<void> {
    const { selectedDataset: dataset, split, index } = this;
    if (dataset) await this.#solve(() => readPuzzle(this.compute, { dataset: dataset.id, split, index }));
  }

  async solveRandom(): Promise<void> {
    if (!this.isReadable) return;
    this.index = randomBelow(this.size);
    await this.solveSelected();
  }

  /** Solves the puzzle of an address. */
  async solveAddress(address: string): Promise<void> {
    const at = parseAddress(address);
    const fits = this.datasets.some(({ id }) => id === at?.dataset);
    if (!at)
      this.failure = t('solve.puzzle.badAddress', {
        address: address.slice(0, 60),
        example: `${this.selectedDataset?.id ?? 'sudoku-4x4'}/test/17`,
      });
    else if (!fits) this.failure = t('solve.puzzle.wrongKind', { dataset: at.dataset });
    else {
      [this.datasetId, this.split, this.index] = [at.dataset, at.split, at.index];
      await this.solveSelected();
    }
  }

  async generate(): Promise<void> {
    const { kind } = this;
    if (!kind) return;
    const band = kind.generator?.difficulties.find(({ id }) => id === this.difficulty);
    await this.#solve(() =>
      generatePuzzle(this.compute, { kind: kind.id, seed: this.seed, ...(band && { difficulty: band.id }) }),
    );
  }

  async generateRandom(): Promise<void> {
    this.seed = randomBelow(MAX_RANDOM_SEED);
    await this.generate();
  }

  async #solve(find: () => Promise<PuzzleMessage>): Promise<void> {
    const { model } = this.context;
    if (!model) return;
    this.failure = null;
    try {
      void this.context.open({ model, puzzle: await find() });
    } catch (reason) {
      this.failure = describeError(reason);
    }
  }
}
