/** What can be augmented, and how. */
import type { PuzzleKind } from '../../../../datasets/kinds/puzzle-kind';
import { arcAugmenter, type ArcAugmenter } from './arc-augmenter';
import { placedOn } from './arc-placed';
import { symmetryAugmenter } from './symmetry-augmenter';
import type { Augmenter } from './variant';

/** A row of a data set, row-major tokens. */
export interface PreviewedPuzzle {
  readonly inputs: ArrayLike<number>;
  readonly labels: ArrayLike<number>;
  readonly address: string;
  /** Of sets that tell their puzzles apart: the puzzle's name in `identifiers.json`. */
  readonly identifier?: string | null | undefined;
}

export type Augmentable =
  | { readonly state: 'none' }
  /** `message` is one sentence, for people. */
  | { readonly state: 'unreadable'; readonly message: string }
  | { readonly state: 'symmetries'; readonly augmenter: Augmenter }
  | { readonly state: 'arc'; readonly augmenter: ArcAugmenter };

export function augmentable(kind: PuzzleKind, puzzle: PreviewedPuzzle): Augmentable {
  const [inputs, labels] = [Uint8Array.from(puzzle.inputs), Uint8Array.from(puzzle.labels)];
  const cells = kind.rows * kind.columns;
  const odd = [inputs, labels].find(({ length }) => length !== cells);
  if (odd) return { state: 'unreadable', message: `${puzzle.address}: expected ${cells} cells, found ${odd.length}.` };
  if (kind.augmentation === 'copies') return augmentableCanvas(inputs, labels, puzzle.address);
  if (kind.symmetryParts.length === 0) return { state: 'none' };
  return { state: 'symmetries', augmenter: symmetryAugmenter(kind, { inputs, labels }) };
}

function augmentableCanvas(inputs: Uint8Array, labels: Uint8Array, address: string): Augmentable {
  const [input, output] = [placedOn(inputs), placedOn(labels)];
  if (!input)
    return {
      state: 'unreadable',
      message: `${address}: expected one grid with its end markers on the canvas, found something else.`,
    };
  return { state: 'arc', augmenter: arcAugmenter(output ? [input, output] : [input]) };
}
