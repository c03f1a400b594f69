/** What board and inspector share: the inspector view, the selected cells and their attention. */
import type { PuzzleKind } from '../../../../datasets/kinds/puzzle-kind';
import type { PuzzleMessage } from '../../../../electron/contract/contract';
import type { AttentionPicture } from '../../../grids/attention';
import { attentionPicture } from '../../../grids/attention';
import type { AttentionState } from '../inspector/attention.svelte';
import type { Player } from '../player/player.svelte';
import type { Crop } from './crop';
import { createCrop, isTransformation } from './crop';

export const inspectorViews = ['answer', 'state', 'solver'] as const;
export type InspectorView = (typeof inspectorViews)[number];

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
  /** Selected by a click or Enter. */
  selected = $state<number | null>(null);
  readonly cell = $derived(this.highlighted ?? this.selected);
  readonly crop = $derived.by((): Crop | null => {
    const { kind, puzzle, draft, player } = this.context;
    if (!kind) return null;
    // Without the answers it stays the same while a solve is computed, and boards are not drawn again.
    if (!isTransformation(kind) || !puzzle || draft) return createCrop(kind, null);
    const answers = player.playback?.answers.map(({ answer }) => answer) ?? [];
    return createCrop(kind, { ...puzzle, answers });
  });
  /** Whether attention follows the pointer. */
  readonly followsPointer = $derived.by(() => (this.context.player.playback?.trace.milliseconds ?? Infinity) < FAST);
  /** The canvas cell whose attention is shown. */
  readonly attendedCell = $derived.by(() =>
    this.view === 'state' && !this.context.draft
      ? this.toCanvasCell(this.followsPointer ? this.cell : this.selected)
      : null,
  );
  readonly picture = $derived.by((): AttentionPicture | null => {
    const { attention, player } = this.context;
    const row = attention.rowAt(player.index);
    if (!player.playback || !row || attention.cell === null || this.attendedCell === null) return null;
    const { puzzleEmbLen } = player.playback.trace;
    return (
      this.crop?.attention(attentionPicture(row, { from: attention.cell, puzzleEmbLen, numbers: attention.numbers })) ??
      null
    );
  });

  constructor(private readonly context: SelectionContext) {}

  /** Selects a cell, or clears the selection if it is selected already. */
  select(cell: number): void {
    this.selected = this.selected === cell ? null : cell;
  }

  /** To be called when another grid is shown. */
  clear(): void {
    [this.highlighted, this.selected] = [null, null];
  }

  /** The canvas cell of a cell of the crop. */
  toCanvasCell(cell: number | null): number | null {
    return cell === null ? null : (this.crop?.cells[cell] ?? null);
  }
}
