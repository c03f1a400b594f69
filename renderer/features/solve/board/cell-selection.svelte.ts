/** What is looked at in the Solve room: a view of the inspector, the cell pointed at, the one kept, and where it looks. */
import type { PuzzleKind } from '../../../../datasets/kinds/puzzle-kind';
import type { PuzzleMessage } from '../../../../electron/contract/contract';
import { cropOf, type Crop } from './crop';
import { attentionPicture, type AttentionPicture } from '../inspector/attention';
import type { Attention } from '../inspector/attention.svelte';
import type { Player } from '../player/player.svelte';

export const views = [
  { value: 'answer', label: 'Answer' },
  { value: 'state', label: 'State' },
  { value: 'solver', label: 'Solver' },
] as const;
export type View = (typeof views)[number]['value'];

/** Milliseconds of a solve that is fast enough to be asked for again whenever the pointer moves. */
const FAST = 120;

/** What the room shows. */
export interface Shown {
  readonly kind: PuzzleKind | null;
  readonly puzzle: PuzzleMessage | null;
  /** Anything while clues are edited. */
  readonly draft: object | null;
  readonly player: Player;
  readonly attention: Attention;
}

/** Cells are those of what is shown of the canvas, but where they are said to be of the whole. */
export class Pointing {
  view = $state<View>('answer');
  lit = $state<number | null>(null);
  /** Kept by a click or Enter. */
  chosen = $state<number | null>(null);
  readonly cell = $derived(this.lit ?? this.chosen);
  readonly crop = $derived.by((): Crop | null => {
    const { kind, puzzle, draft, player } = this.solving;
    const answers = player.journey?.answers.map(({ answer }) => answer) ?? [];
    return kind && cropOf(kind, puzzle && !draft ? { ...puzzle, answers } : null);
  });
  /** Whether attention follows the pointer. */
  readonly follows = $derived.by(() => (this.solving.player.journey?.trace.milliseconds ?? Infinity) < FAST);
  /** The cell of the whole whose attention is to be shown. */
  readonly watched = $derived.by(() =>
    this.view === 'state' && !this.solving.draft ? this.whole(this.follows ? this.cell : this.chosen) : null,
  );
  readonly picture = $derived.by((): AttentionPicture | null => {
    const { attention, player } = this.solving;
    const row = attention.rowAt(player.index);
    if (!player.journey || !row || attention.cell === null || this.watched === null) return null;
    const { frontPositions } = player.journey.trace;
    return (
      this.crop?.attention(
        attentionPicture(row, { from: attention.cell, frontPositions, numbers: attention.numbers }),
      ) ?? null
    );
  });

  constructor(private readonly solving: Shown) {}

  /** A second time lets it go. */
  choose(cell: number): void {
    this.chosen = this.chosen === cell ? null : cell;
  }

  /** Another grid has other cells. */
  forget(): void {
    [this.lit, this.chosen] = [null, null];
  }

  /** Of the whole canvas, the cell that stands in a place of what is shown. */
  whole(cell: number | null): number | null {
    return cell === null ? null : (this.crop?.cells[cell] ?? null);
  }
}
