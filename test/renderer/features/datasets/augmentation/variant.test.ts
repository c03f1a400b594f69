import { describe, expect, test } from 'vitest';
import {
  highlightFrom,
  describeHighlighted,
  cellInColumn,
} from '../../../../../renderer/features/datasets/augmentation/variant';
import { symmetryAugmenter } from '../../../../../renderer/features/datasets/augmentation/create-augmenter';
import { getKind } from '../../../../../datasets/kinds/registry';
import { clues, kind, solution, tokens } from '../../../examples';
import { arcAugmenter } from '../../../../../renderer/features/datasets/augmentation/arc-augmenter';
import { grid } from './puzzles';

describe('the cell pointed at', () => {
  const { draw, original, parts } = symmetryAugmenter(kind, {
    inputs: Uint8Array.from(tokens(clues)),
    labels: Uint8Array.from(tokens(solution)),
  });
  const variant = draw(
    parts.map(({ id }) => id),
    4,
  );

  test('lights the same cells from whichever column it is pointed at', () => {
    for (let cell = 0; cell < 16; cell++) {
      const place = cellInColumn(variant, 'variant', { gridIndex: 0, cell });
      expect(place).not.toBeNull();
      for (const [column, at] of [
        ['original', cell],
        ['variant', place ?? -1],
        ['undone', cell],
      ] as const) {
        expect(highlightFrom(variant, column, { gridIndex: 0, cell: at })).toEqual({ gridIndex: 0, cell });
      }
    }
  });

  test('is told with what stands there, before and after', () => {
    const moved = draw(['digits'], 5);
    const one = moved.grids[0]!.inputs[0]! - 1;
    expect(describeHighlighted(kind, moved, original, { gridIndex: 0, cell: 0 })).toBe(
      `Row 1, column 1 (1) → Row 1, column 1 (${one}) → Row 1, column 1 (1)`,
    );
    expect(one).not.toBe(1);
  });

  test('outside the grid of an ARC canvas has no image', () => {
    const arc = arcAugmenter([{ grid: grid('12'), shift: { rows: 0, columns: 0 } }]);
    const still = arc.draw([], 1);
    expect(highlightFrom(still, 'variant', { gridIndex: 0, cell: 899 })).toBeNull();
    expect(cellInColumn(still, 'variant', { gridIndex: 0, cell: 899 })).toBeNull();
    expect(describeHighlighted(getKind('arc'), still, arc.original, { gridIndex: 0, cell: 899 })).toBe(
      'Row 30, column 30 (empty) has no image in the variant.',
    );
  });
});
