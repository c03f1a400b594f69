/** What board and inspector share: the inspector view, the selected cells and their attention, and the classical solution. */
import type { ClassicalSolution, ClassicalStep, PuzzleKind } from '../../../../datasets/kinds/puzzle-kind';
import type { PuzzleMessage } from '../../../../electron/contract/contract';
import type { AttentionPicture } from '../../../grids/board';
import { attentionPicture } from '../../../grids/board';
import type { AttentionState } from '../inspector/attention.svelte';
import type { Player } from '../player/player.svelte';
import type { Crop } from './crop';
import { createCrop } from './crop';

export const inspectorViews = [
  { value: 'answer', label: 'Answer' },
  { value: 'state', label: 'State' },
  { value: 'solver', label: 'Solver' },
] as const;
export type InspectorView = (typeof inspectorViews)[number]['value'];

/** A solve of fewer milliseconds is repeated whenever the pointer moves. */
const FAST = 120;

/** The part of the Solve state that a selection depends on. */
interface SelectionContext {
  readonly kind: PuzzleKind | null;
  readonly puzzle: PuzzleMessage | null;
  /** Non-null while clues are edited. */
  readonly draft: object | null;
  readonly player: Player;
  readonly attention: AttentionState;
}

/** Cells are indices into the crop, unless they are named canvas cells. */
export class CellSelection {
  view = $state<InspectorView>('answer');
  highlighted = $state<number | null>(null);
  /** Chosen by a click or Enter. */
  chosen = $state<number | null>(null);
  readonly cell = $derived(this.highlighted ?? this.chosen);
  readonly crop = $derived.by((): Crop | null => {
    const { kind, puzzle, draft, player } = this.context;
    const answers = player.solveTrace?.answers.map(({ answer }) => answer) ?? [];
    return kind && createCrop(kind, puzzle && !draft ? { ...puzzle, answers } : null);
  });
  /** Whether attention follows the pointer. */
  readonly followsPointer = $derived.by(() => (this.context.player.solveTrace?.trace.milliseconds ?? Infinity) < FAST);
  /** The canvas cell whose attention is shown. */
  readonly attendedCell = $derived.by(() =>
    this.view === 'state' && !this.context.draft
      ? this.toCanvasCell(this.followsPointer ? this.cell : this.chosen)
      : null,
  );
  readonly picture = $derived.by((): AttentionPicture | null => {
    const { attention, player } = this.context;
    const row = attention.rowAt(player.index);
    if (!player.solveTrace || !row || attention.cell === null || this.attendedCell === null) return null;
    const { puzzleEmbLen } = player.solveTrace.trace;
    return (
      this.crop?.attention(attentionPicture(row, { from: attention.cell, puzzleEmbLen, numbers: attention.numbers })) ??
      null
    );
  });

  constructor(private readonly context: SelectionContext) {}

  /** Chooses a cell, or clears the choice if it is chosen already. */
  choose(cell: number): void {
    this.chosen = this.chosen === cell ? null : cell;
  }

  /** To be called when another grid is shown. */
  clear(): void {
    [this.highlighted, this.chosen] = [null, null];
  }

  /** The canvas cell of a cell of the crop. */
  toCanvasCell(cell: number | null): number | null {
    return cell === null ? null : (this.crop?.cells[cell] ?? null);
  }
}

/** The current puzzle solved by a classical solver, and the solver step that is shown. */
export class ClassicalState {
  /** Null for kinds without rules; undefined until it is solved. */
  solution = $state.raw<ClassicalSolution | null | undefined>(undefined);
  /** Counted from 0; null while none is shown. */
  step = $state<number | null>(null);
  readonly current = $derived<ClassicalStep | null>(
    this.step === null ? null : (this.solution?.steps[this.step] ?? null),
  );

  #key = '';

  /** Solves after the next paint, so that the view responds at once. Returns a function that cancels. */
  solve(kind: PuzzleKind, inputs: readonly number[]): () => void {
    const key = `${kind.id} ${inputs.join(' ')}`;
    if (key === this.#key && this.solution !== undefined) return () => undefined;
    this.#key = key;
    [this.solution, this.step] = [undefined, null];
    const timer = setTimeout(() => (this.solution = kind.solveClassically(Uint8Array.from(inputs))), 30);
    return () => clearTimeout(timer);
  }

  /** To be called when the puzzle changes. */
  clear(): void {
    [this.solution, this.step, this.#key] = [undefined, null, ''];
  }

  /** The grid after the step that is shown. */
  tokensAtStep(inputs: readonly number[]): number[] {
    const tokens = [...inputs];
    for (const { placed } of this.solution?.steps.slice(0, (this.step ?? -1) + 1) ?? [])
      for (const { cell, token } of placed) tokens[cell] = token;
    return tokens;
  }
}
