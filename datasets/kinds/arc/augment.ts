/**
 * Augmented copies of tasks: a permutation of colours 1 to 9 (0, the background, stays) and one of the eight transforms.
 * Each copy is a puzzle of its own, named `task|||t<transform>|||<new colours of 0 to 9>`.
 */
import { dihedralInverse } from '../../symmetry';
import type { Random } from '../../random';
import { hashPuzzle, transformGrid, type ArcGrid, type ArcPair, type ColourMap } from './grid';

export interface ArcAugmentation {
  /** See `symmetry.ts`. */
  readonly transform: number;
  readonly colours: ColourMap;
}

const SEPARATOR = '|||';
const unchanged: ArcAugmentation = { transform: 0, colours: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9] };

export function formatAugmentedName(task: string, { transform, colours }: ArcAugmentation): string {
  return [task, `t${transform}`, colours.join('')].join(SEPARATOR);
}

/** The task and augmentation of a name; a name without bars is that of an original. */
export function parseAugmentedName(name: string): { readonly task: string; readonly augmentation: ArcAugmentation } {
  const match = /^(.*)\|\|\|t([0-7])\|\|\|(0\d{9})$/su.exec(name);
  if (!match) return { task: name, augmentation: unchanged };
  return { task: match[1]!, augmentation: { transform: Number(match[2]), colours: [...match[3]!].map(Number) } };
}

export function augmentGrid(grid: ArcGrid, { transform, colours }: ArcAugmentation): ArcGrid {
  return transformGrid(grid, transform, colours);
}

/** The inverse of `augmentGrid`: first the transform, then the colours. */
export function restoreGrid(grid: ArcGrid, { transform, colours }: ArcAugmentation): ArcGrid {
  const turned = transformGrid(grid, dihedralInverse[transform]!, unchanged.colours);
  return { ...turned, cells: turned.cells.map((colour) => colours.indexOf(colour)) };
}

export function drawAugmentation(random: Random): ArcAugmentation {
  return { transform: random.integer(0, 7), colours: [0, ...random.shuffle([1, 2, 3, 4, 5, 6, 7, 8, 9])] };
}

/** Draws for each augmentation before a task is taken to have no more, as in the reference. */
const TRIES = 5;

/** Up to `count` augmentations whose puzzles differ from the original and from each other. */
export function drawAugmentations(pairs: readonly ArcPair[], count: number, random: Random): ArcAugmentation[] {
  const seen = new Set([hashPuzzle(pairs)]);
  const augmentations: ArcAugmentation[] = [];
  for (let tries = 0; tries < count * TRIES && augmentations.length < count; tries++) {
    const augmentation = drawAugmentation(random);
    const hash = hashPuzzle(
      pairs.map(({ input, output }) => ({
        input: augmentGrid(input, augmentation),
        output: augmentGrid(output, augmentation),
      })),
    );
    if (seen.has(hash)) continue;
    seen.add(hash);
    augmentations.push(augmentation);
  }
  return augmentations;
}
