import { describe, expect, test, vi } from 'vitest';
import { getKind } from '../../../../../datasets/kinds/registry';
import { symmetryAugmenter } from '../../../../../renderer/features/datasets/augmentation/create-augmenter';
import { AugmentationState } from '../../../../../renderer/features/datasets/augmentation/augmentation.svelte';
import { clues, solution, tokens } from '../../../examples';

const createPreview = () =>
  new AugmentationState(
    symmetryAugmenter(getKind('sudoku-4x4'), {
      inputs: Uint8Array.from(tokens(clues)),
      labels: Uint8Array.from(tokens(solution)),
    }),
  );

describe('AugmentationState', () => {
  test('starts with every symmetry enabled, and undoes each draw', () => {
    const preview = createPreview();
    expect(preview.enabled).toEqual(['digits', 'rows', 'bands', 'columns', 'stacks', 'transposition']);
    for (let draw = 0; draw < 20; draw++) {
      expect(preview.isUndone).toBe(true);
      preview.drawAnother();
    }
    expect(preview.options.seed).toBe(21);
  });

  test('reports a draw that leaves the puzzle unchanged', () => {
    const preview = createPreview();
    preview.enabled.forEach((part) => preview.toggle(part));
    expect(preview.enabled).toEqual([]);
    expect(preview.isUnchanged).toBe(true);
    preview.toggle('digits');
    expect(preview.enabled).toEqual(['digits']);
  });

  test('keeps the seed and the enabled parts for the next puzzle', () => {
    const preview = createPreview();
    preview.toggle('bands');
    preview.drawAnother();
    const next = new AugmentationState(preview.augmenter, preview.options);
    expect(next.enabled).toEqual(['digits', 'rows', 'columns', 'stacks', 'transposition']);
    expect(next.variant).toEqual(preview.variant);
  });

  test('highlights the image of the cell under the pointer in all columns', () => {
    const preview = createPreview();
    preview.point('original', { gridIndex: 0, cell: 6 });
    const image = preview.highlightedIn('variant', 0) ?? -1;
    expect([preview.highlightedIn('original', 0), preview.highlightedIn('undone', 0)]).toEqual([6, 6]);
    preview.point('variant', { gridIndex: 0, cell: image });
    expect(preview.highlighted).toEqual({ gridIndex: 0, cell: 6 });
    preview.point('variant', null);
    expect(preview.highlightedIn('original', 0)).toBeNull();
  });

  test('counts in slices, and stops when cancelled', async () => {
    const preview = createPreview();
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
