/** The attention of a cell, as it is drawn on boards and described. */
import { describeCell } from '../../datasets/kinds/text';
import { formatPercent } from '../../electron/contract/format';
import { t } from '../messages/language.svelte';

/** Attention of one cell, as it is drawn and described. */
export interface AttentionPicture {
  /** The query cell. */
  readonly from: number;
  /** Attention to each cell, 0..1; with `puzzleEmbeddingShare` they sum to 1. */
  readonly shares: readonly number[];
  /** Attention to the positions of the puzzle embedding together. */
  readonly puzzleEmbeddingShare: number;
  readonly numbers: boolean;
}

/** @param row shares of all positions, those of the puzzle embedding first */
export function attentionPicture(
  row: readonly number[],
  { from, puzzleEmbLen, numbers }: { readonly from: number; readonly puzzleEmbLen: number; readonly numbers: boolean },
): AttentionPicture {
  const puzzleEmbeddingShare = row.slice(0, puzzleEmbLen).reduce((sum, share) => sum + share, 0);
  return { from, shares: row.slice(puzzleEmbLen), puzzleEmbeddingShare, numbers };
}

/** Opacity of each cell, 0..1, relative to the largest share: in a large grid all shares are small. */
export function attentionOpacities({ shares }: AttentionPicture): number[] {
  const max = Math.max(...shares, Number.MIN_VALUE);
  return shares.map((share) => share / max);
}

/** The description of a cell with the attention to it, e.g. `row 1, column 2: 4, clue, attention 31.0 %`; unchanged without a picture. */
export function describeAttended(description: string, picture: AttentionPicture | null, cell: number): string {
  if (!picture) return description;
  return t('grids.attended', { cell: description, share: formatPercent(picture.shares[cell] ?? 0) });
}

/** The three cells with the largest shares: `row 1, column 2: 31.0 %`. */
export function describeAttention({ shares, puzzleEmbeddingShare }: AttentionPicture, columns: number): string[] {
  const order = shares
    .map((_, cell) => cell)
    .sort((a, b) => (shares[b] ?? 0) - (shares[a] ?? 0))
    .slice(0, 3);
  const cells = order.map((cell) =>
    t('grids.attentionTo', { position: describeCell(columns, cell), share: formatPercent(shares[cell] ?? 0) }),
  );
  return puzzleEmbeddingShare > 0
    ? [...cells, t('grids.attentionToEmbedding', { share: formatPercent(puzzleEmbeddingShare) })]
    : cells;
}
