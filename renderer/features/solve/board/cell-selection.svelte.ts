/** The inspector view, the highlighted and the chosen cell, and the attention of that cell. */
import type { PuzzleKind } from '../../../../datasets/kinds/puzzle-kind';
import type { PuzzleMessage } from '../../../../electron/contract/contract';
import { createCrop, type Crop } from './crop';
import { attentionPicture, type AttentionPicture } from '../../../grids/attention';
import type { AttentionState } from '../inspector/attention.svelte';
import type { Player } from '../player/player.svelte';

export const inspectorViews = [
  { value: 'answer', label: 'Answer' },
  { value: 'state', label: 'State' },
  { value: 'solver', label: 'Solver' },
] as const;
export type InspectorView = (typeof inspectorViews)[number]['value'];

/** A solve of fewer milliseconds is repeated whenever the pointer moves. */
const FAST = 120;

/** The part of the Solve state that a selection depends on. */
export interface SelectionContext {
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
