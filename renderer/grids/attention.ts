/** Attention of one cell, as it is drawn and described. */
import type { Trace } from '../../electron/contract/contract';
import { formatPercent } from '../../electron/contract/format';

/** [update][block][position], the updates in the order of the frames. */
export function attentionRows({ steps }: Trace): number[][][] {
  return steps.flatMap(({ cycles }) =>
    cycles.flatMap(({ latent, attention }) => [...latent.map((update) => update.attention ?? []), attention ?? []]),
  );
}

export interface AttentionPicture {
  /** The query cell. */
  readonly from: number;
  /** Attention to each cell, 0..1; with `front` they sum to 1. */
  readonly shares: readonly number[];
  /** Attention to the positions of the puzzle embedding together. */
  readonly front: number;
  readonly numbers: boolean;
}

/** @param row shares of all positions, those of the puzzle embedding first */
export function attentionPicture(
  row: readonly number[],
  { from, puzzleEmbLen, numbers }: { readonly from: number; readonly puzzleEmbLen: number; readonly numbers: boolean },
): AttentionPicture {
  const front = row.slice(0, puzzleEmbLen).reduce((sum, share) => sum + share, 0);
  return { from, shares: row.slice(puzzleEmbLen), front, numbers };
}

/** Opacity of each cell, 0..1, relative to the largest share: in a large grid all shares are small. */
export function strengths({ shares }: AttentionPicture): number[] {
  const max = Math.max(...shares, Number.MIN_VALUE);
  return shares.map((share) => share / max);
}

/** Attention to a cell, to follow its content: `, looked at 31.0 %`; empty without a picture. */
export function describeAttended(picture: AttentionPicture | null, cell: number): string {
  return picture ? `, looked at ${formatPercent(picture.shares[cell] ?? 0)} %` : '';
}

/** The three cells with the largest shares: `row 1, column 2: 31.0 %`. */
export function describeAttention({ shares, front }: AttentionPicture, columns: number): string[] {
  const order = shares
    .map((_, cell) => cell)
    .sort((a, b) => (shares[b] ?? 0) - (shares[a] ?? 0))
    .slice(0, 3);
  const cells = order.map(
    (cell) =>
      `row ${Math.floor(cell / columns) + 1}, column ${(cell % columns) + 1}: ${formatPercent(shares[cell] ?? 0)} %`,
  );
  return front > 0 ? [...cells, `puzzle embedding: ${formatPercent(front)} %`] : cells;
}
