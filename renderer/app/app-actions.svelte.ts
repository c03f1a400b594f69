/** Ways from one room into another that take something along. */
import type { PuzzleKind } from '../../datasets/kinds/puzzle-kind';
import type { Model, Run } from '../../electron/contract/contract';
import type { PuzzleAddress } from './palette/app-commands';
import type { Row } from '../features/datasets/puzzle-browser.svelte';
import type { Lab } from './lab.svelte';
import { messageOf, valueOf } from './loaded';
import type { Task } from '../features/solve/solve.svelte';

export class Ways {
  constructor(private readonly lab: Lab) {}

  /** Opens the very puzzle of Home. */
  watchDemo(): void {
    const {
      demo: { model, puzzle },
      navigation,
    } = this.lab;
    if (model && puzzle) this.watch({ model, puzzle });
    else navigation.go('solve');
  }

  /** The same, standing before its first update. */
  takeApart(): void {
    const {
      demo: { model, puzzle },
      navigation,
      solving,
    } = this.lab;
    if (model && puzzle) void solving.open({ model, puzzle }).then(() => solving.player.toStart());
    navigation.go('solve');
  }

  watch(task: Task): void {
    void this.lab.solving.open(task);
    this.lab.navigation.go('solve');
  }

  watchModel(id: string): void {
    const model = this.lab.facts.model(id);
    if (model) this.watch({ model });
    else this.lab.navigation.go('solve');
  }

  /** Undefined where no model reads such grids. */
  solveInto(kind: PuzzleKind, { address, inputs, labels }: Row): (() => void) | undefined {
    const model = this.#readerOf(kind.id);
    return model && (() => this.watch({ model, puzzle: { address, inputs, labels } }));
  }

  randomPuzzle(): void {
    const { solving, navigation } = this.lab;
    solving.enter();
    solving.drawAnother();
    navigation.go('solve');
  }

  /** In Solve where a model reads it, else among the puzzles of its set. */
  async openPuzzle({ dataset, split, index }: PuzzleAddress): Promise<void> {
    const { compute, datasets, facts, navigation, notices } = this.lab;
    try {
      const [puzzle] = (await compute.request('readPuzzles', { dataset, split, from: index, count: 1 })).puzzles;
      const model = this.#readerOf(facts.dataset(dataset)?.kind);
      if (model && puzzle) return this.watch({ model, puzzle });
      datasets.gallery.open(dataset, split);
      datasets.gallery.selected = index;
      navigation.go('datasets');
    } catch (reason) {
      notices.tell({ text: `The puzzle could not be read: ${messageOf(reason)}` });
    }
  }

  /** @param dataset to learn from; whatever was chosen last when absent */
  train(dataset?: string): void {
    const { training, navigation } = this.lab;
    training.setUpAnother();
    if (dataset !== undefined) training.dataset = dataset;
    navigation.go('train');
  }

  fineTune(model: Model): void {
    this.lab.training.fineTune(model);
    this.lab.navigation.go('train');
  }

  openRun(run: Run): void {
    this.lab.training.show(run);
    this.lab.navigation.go('train');
  }

  async toDiagnostics(): Promise<void> {
    this.lab.navigation.go('settings', 'diagnostics');
    await this.lab.diagnostics.read();
  }

  #readerOf(kind: string | undefined): Model | undefined {
    const { facts } = this.lab;
    return valueOf(facts.models)?.find((known) => facts.kindOfModel(known)?.id === kind);
  }
}
