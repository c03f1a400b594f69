/** The attention of a cell, as it is drawn on boards and described. */
import { describeCell } from '../../datasets/kinds/text';
import { formatPercent } from '../../electron/contract/format';

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
export function strengths({ shares }: AttentionPicture): number[] {
  const max = Math.max(...shares, Number.MIN_VALUE);
  return shares.map((share) => share / max);
}

/** Attention to a cell, appended to its description: `, looked at 31.0 %`; empty without a picture. */
export function describeAttended(picture: AttentionPicture | null, cell: number): string {
  return picture ? `, looked at ${formatPercent(picture.shares[cell] ?? 0)} %` : '';
}

/** The three cells with the largest shares: `row 1, column 2: 31.0 %`. */
export function describeAttention({ shares, puzzleEmbeddingShare }: AttentionPicture, columns: number): string[] {
  const order = shares
    .map((_, cell) => cell)
    .sort((a, b) => (shares[b] ?? 0) - (shares[a] ?? 0))
    .slice(0, 3);
  const cells = order.map((cell) => `${describeCell(columns, cell)}: ${formatPercent(shares[cell] ?? 0)} %`);
  return puzzleEmbeddingShare > 0 ? [...cells, `puzzle embedding: ${formatPercent(puzzleEmbeddingShare)} %`] : cells;
}
