/** Attention of one cell as it is drawn: the shares of the cells, and what goes elsewhere. */
import type { Trace } from '../../../../electron/contract/contract';
import { percent } from '../../../lib/format';

/** [update][block][position], the updates in the order of the walk. */
export function attentionRows({ steps }: Trace): number[][][] {
  return steps.flatMap(({ cycles }) =>
    cycles.flatMap(({ latent, attention }) => [...latent.map((update) => update.attention ?? []), attention ?? []]),
  );
}

export interface AttentionPicture {
  /** The cell that looks. */
  readonly from: number;
  /** What each cell gets, 0..1; they sum to what the front leaves. */
  readonly shares: readonly number[];
  /** What the positions of the puzzle embedding get together. */
  readonly front: number;
  readonly numbers: boolean;
}

/** @param row shares of all positions, those of the puzzle embedding first */
export function attentionPicture(
  row: readonly number[],
  {
    from,
    frontPositions,
    numbers,
  }: { readonly from: number; readonly frontPositions: number; readonly numbers: boolean },
): AttentionPicture {
  const front = row.slice(0, frontPositions).reduce((sum, share) => sum + share, 0);
  return { from, shares: row.slice(frontPositions), front, numbers };
}

/** How strongly each cell is drawn, 0..1: against the largest, for in a large grid all shares are small. */
export function strengths({ shares }: AttentionPicture): number[] {
  const most = Math.max(...shares, Number.MIN_VALUE);
  return shares.map((share) => share / most);
}

/** What a cell gets, to be said after what stands in it: `, looked at 31.0 %`; nothing while no attention is shown. */
export function attendedWords(picture: AttentionPicture | null, cell: number): string {
  return picture ? `, looked at ${percent(picture.shares[cell] ?? 0)} %` : '';
}

/** The cells that get most, in words: `row 1, column 2 gets 31.0 %`. */
export function attentionWords({ shares, front }: AttentionPicture, columns: number): string[] {
  const order = shares
    .map((_, cell) => cell)
    .sort((a, b) => (shares[b] ?? 0) - (shares[a] ?? 0))
    .slice(0, 3);
  const cells = order.map(
    (cell) => `row ${Math.floor(cell / columns) + 1}, column ${(cell % columns) + 1}: ${percent(shares[cell] ?? 0)} %`,
  );
  return front > 0 ? [...cells, `puzzle embedding: ${percent(front)} %`] : cells;
}
