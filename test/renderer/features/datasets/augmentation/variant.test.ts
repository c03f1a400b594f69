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

describe('the highlighted cell', () => {
  const { draw, original, parts } = symmetryAugmenter(kind, {
    inputs: Uint8Array.from(tokens(clues)),
    labels: Uint8Array.from(tokens(solution)),
  });
  const variant = draw(
    parts.map(({ id }) => id),
    4,
  );

  test('is the same for a pointer in any column', () => {
    for (let cell = 0; cell < 16; cell++) {
      const image = cellInColumn(variant, 'variant', { gridIndex: 0, cell });
      expect(image).not.toBeNull();
      for (const [column, at] of [
        ['original', cell],
        ['variant', image ?? -1],
        ['undone', cell],
      ] as const) {
        expect(highlightFrom(variant, column, { gridIndex: 0, cell: at })).toEqual({ gridIndex: 0, cell });
      }
    }
  });

  test('is described with its content before and after', () => {
    const moved = draw(['digits'], 5);
    const one = moved.grids[0]!.inputs[0]! - 1;
    expect(describeHighlighted(kind, moved, original, { gridIndex: 0, cell: 0 })).toBe(
      `Row 1, column 1 (1) → Row 1, column 1 (${one}) → Row 1, column 1 (1)`,
    );
    expect(one).not.toBe(1);
  });

  test('has no image outside the grid of an ARC canvas', () => {
    const arc = arcAugmenter([{ grid: grid('12'), shift: { rows: 0, columns: 0 } }]);
    const unchanged = arc.draw([], 1);
    expect(highlightFrom(unchanged, 'variant', { gridIndex: 0, cell: 899 })).toBeNull();
    expect(cellInColumn(unchanged, 'variant', { gridIndex: 0, cell: 899 })).toBeNull();
    expect(describeHighlighted(getKind('arc'), unchanged, arc.original, { gridIndex: 0, cell: 899 })).toBe(
      'Row 30, column 30 (empty) has no image in the variant.',
    );
  });
});
