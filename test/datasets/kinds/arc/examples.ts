/** Grids, pairs and tasks for tests, drawn by fast-check or written as rows of digits. */
import fc from 'fast-check';
import type { ArcGrid, ArcPair } from '../../../../datasets/kinds/arc/grid';
import type { ArcTask } from '../../../../datasets/kinds/arc/task';

/** `grid('012', '300')` */
export function grid(...rows: string[]): ArcGrid {
  return { rows: rows.length, columns: rows[0]!.length, cells: Uint8Array.from(rows.join(''), Number) };
}

/** Rows of digits, the inverse of `grid`. */
export function rowsOf({ rows, columns, cells }: ArcGrid): string[] {
  return Array.from({ length: rows }, (_, row) => [...cells.subarray(row * columns, (row + 1) * columns)].join(''));
}

export const anyGrid = (most = 30): fc.Arbitrary<ArcGrid> =>
  fc
    .tuple(fc.integer({ min: 1, max: most }), fc.integer({ min: 1, max: most }))
    .chain(([rows, columns]) =>
      fc
        .uint8Array({ minLength: rows * columns, maxLength: rows * columns, max: 9 })
        .map((cells) => ({ rows, columns, cells: Uint8Array.from(cells) })),
    );

export const anyPair = (most = 30): fc.Arbitrary<ArcPair> => fc.record({ input: anyGrid(most), output: anyGrid(most) });

export const anyTask: fc.Arbitrary<ArcTask> = fc.record({
  name: fc.stringMatching(/^[0-9a-f]{8}$/),
  train: fc.array(anyPair(6), { minLength: 1, maxLength: 4 }),
  test: fc.array(fc.record({ input: anyGrid(6), output: fc.option(anyGrid(6)) }), { minLength: 1, maxLength: 2 }),
});

export const anySeed = fc.integer({ min: 0, max: 2 ** 31 - 1 });
