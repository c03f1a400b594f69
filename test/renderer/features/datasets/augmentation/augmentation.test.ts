import { describe, expect, test, vi } from 'vitest';
import { getKind } from '../../../../../datasets/kinds/registry';
import { symmetryAugmenter } from '../../../../../renderer/features/datasets/augmentation/create-augmenter';
import { AugmentationState } from '../../../../../renderer/features/datasets/augmentation/augmentation.svelte';
import { clues, solution, tokens } from '../../../examples';

const previewed = () =>
  new AugmentationState(
    symmetryAugmenter(getKind('sudoku-4x4'), {
      inputs: Uint8Array.from(tokens(clues)),
      labels: Uint8Array.from(tokens(solution)),
    }),
  );

describe('the preview', () => {
  test('begins with every symmetry switched on, and undoes what it draws', () => {
    const preview = previewed();
    expect(preview.enabled).toEqual(['digits', 'rows', 'bands', 'columns', 'stacks', 'transposition']);
    for (let draw = 0; draw < 20; draw++) {
      expect(preview.isUndone).toBe(true);
      preview.drawAnother();
    }
    expect(preview.options.seed).toBe(21);
  });

  test('says when a draw leaves the puzzle as it is', () => {
    const preview = previewed();
    preview.enabled.forEach((part) => preview.toggle(part));
    expect(preview.enabled).toEqual([]);
    expect(preview.isUnchanged).toBe(true);
    preview.toggle('digits');
    expect(preview.enabled).toEqual(['digits']);
  });

  test('keeps seed and switches for the next puzzle', () => {
    const preview = previewed();
    preview.toggle('bands');
    preview.drawAnother();
    const next = new AugmentationState(preview.augmenter, preview.options);
    expect(next.enabled).toEqual(['digits', 'rows', 'columns', 'stacks', 'transposition']);
    expect(next.variant).toEqual(preview.variant);
  });

  test('lights the image of the cell pointed at in all columns, and nothing when nothing is pointed at', () => {
    const preview = previewed();
    preview.point('original', { gridIndex: 0, cell: 6 });
    const image = preview.highlightedIn('variant', 0) ?? -1;
    expect([preview.highlightedIn('original', 0), preview.highlightedIn('undone', 0)]).toEqual([6, 6]);
    preview.point('variant', { gridIndex: 0, cell: image });
    expect(preview.highlighted).toEqual({ gridIndex: 0, cell: 6 });
    preview.point('variant', null);
    expect(preview.highlightedIn('original', 0)).toBeNull();
  });

  test('counts in slices, and not at all once it is told to end', async () => {
    const preview = previewed();
    preview.count();
    expect(preview.counted).toBeNull();
    await vi.waitFor(() => expect(preview.counted).toMatchObject({ isExact: true, upperBound: 3072 }), {
      timeout: 5000,
    });
    const stop = preview.count();
    expect(preview.counted).toBeNull();
    stop();
    await new Promise((resolve) => setTimeout(resolve, 60));
    expect(preview.counted).toBeNull();
  });
});
