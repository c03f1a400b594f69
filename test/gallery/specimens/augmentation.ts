import { getKind } from '../../../datasets/kinds/registry';
import { knownPairs } from '../../../datasets/kinds/arc/task';
import { generateArcTasks } from '../../../datasets/kinds/arc/generated-tasks/task-rules';
import type { PuzzleMessage } from '../../../electron/contract/contract';
import { createAugmentable } from '../../../renderer/features/datasets/augmentation/create-augmenter';
import type { Augmenter } from '../../../renderer/features/datasets/augmentation/variant';
import ArcPicture from '../../../renderer/features/datasets/augmentation/ArcPicture.svelte';
import ArcVote from '../../../renderer/features/datasets/augmentation/ArcVote.svelte';
import AugmentationPreview from '../../../renderer/features/datasets/augmentation/AugmentationPreview.svelte';
import VariantCanvas from '../../../renderer/features/datasets/augmentation/VariantCanvas.svelte';
import VariantPreview from '../../../renderer/features/datasets/augmentation/VariantPreview.svelte';
import { AugmentationState } from '../../../renderer/features/datasets/augmentation/augmentation.svelte';
import { arcPuzzle, puzzleOf } from '../samples/puzzles';
import { noop, specimen, type Chapter } from '../specimen';

const theme = 'dark';
const arc = getKind('arc');
const pairOf = (task: number) => knownPairs(generateArcTasks(1)[task]!)[0]!;
const identifier = 'mirror|||t3|||0492357168';

function symmetries(id: string): Augmenter {
  const found = createAugmentable(getKind(id), puzzleOf(id));
  if (found.state !== 'symmetries') throw new Error(`${id} has no symmetries`);
  return found.augmenter;
}
const variant = (id: string, off: readonly string[] = []) => {
  const preview = new AugmentationState(symmetries(id));
  preview.options.off = off;
  preview.point('original', { gridIndex: 0, cell: 5 });
  return { kind: getKind(id), preview, theme };
};
const variantGrid = (id: string, { inputs, labels }: PuzzleMessage = puzzleOf(id)) => ({
  kind: getKind(id),
  inputs: Uint8Array.from(inputs),
  answer: Uint8Array.from(labels),
  label: 'Puzzle',
  theme,
  highlighted: null,
  onpoint: noop,
});
export const augmentation: Chapter = {
  title: 'Augmentation',
  specimens: [
    specimen(
      'VariantCanvas',
      VariantCanvas,
      {
        sudoku: () => variantGrid('sudoku-6x6'),
        highlighted: () => ({ ...variantGrid('sudoku-6x6'), highlighted: 8 }),
        'without an answer': () => ({ ...variantGrid('maze-11'), answer: null }),
        ARC: () => ({ ...variantGrid('arc', arcPuzzle()), answer: null }),
      },
      { width: 220 },
    ),
    specimen(
      'VariantPreview',
      VariantPreview,
      {
        'all enabled': () => variant('sudoku-6x6'),
        'digits disabled': () => variant('sudoku-6x6', ['digits']),
        maze: () => variant('maze-11'),
      },
      { width: 860 },
    ),
    specimen(
      'AugmentationPreview',
      AugmentationPreview,
      {
        symmetries: () => ({ kind: getKind('queens-8'), puzzle: puzzleOf('queens-8'), theme }),
        ARC: () => ({ kind: arc, puzzle: { ...arcPuzzle(5), identifier }, theme }),
        unreadable: () => ({
          kind: getKind('sudoku-6x6'),
          puzzle: { ...puzzleOf('sudoku-4x4'), address: 'mixed/train/0' },
          theme,
        }),
      },
      { width: 860 },
    ),
    specimen(
      'ArcPicture',
      ArcPicture,
      {
        square: () => ({ kind: arc, grid: pairOf(0).input, label: 'Input', theme }),
        'another size': () => ({ kind: arc, grid: pairOf(3).output, label: 'Output', theme }),
      },
      { width: 90 },
    ),
    specimen('ArcVote', ArcVote, { agreed: () => ({ kind: arc, pair: pairOf(0), seed: 1, theme }) }, { width: 860 }),
  ],
};
