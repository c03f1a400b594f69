/** Augmentations of ARC in words and in the names that sets give to augmented copies. */
import { dihedralIds, dihedralImage } from '../../../../datasets/dihedral';
import { augmentedName, readName, type Augmentation } from '../../../../datasets/kinds/arc/augment';
import type { Shift } from '../../../../datasets/kinds/arc/canvas';
import { formatCount } from '../../../../electron/contract/format';

/** By id of `datasets/dihedral.ts`. */
export const transformWords: readonly string[] = [
  'neither turned nor mirrored',
  'turned by 90° against the clock',
  'turned by 180°',
  'turned by 270° against the clock',
  'mirrored left to right',
  'mirrored top to bottom',
  'transposed',
  'transposed along the other diagonal',
];

/** e.g. `3 rows down, 1 column right`. */
export function shiftWords({ rows, columns }: Shift): string {
  const moves = [
    ...(rows > 0 ? [`${formatCount(rows, 'row')} down`] : []),
    ...(columns > 0 ? [`${formatCount(columns, 'column')} right`] : []),
  ];
  return moves.join(', ') || 'in the upper left corner';
}

/**
 * The identifier of a copy: that of the task and what was done to it. A row that is a copy itself brings
 * what was done before; `task` stands for a name that nobody told.
 */
export function identifierOf(row: string | null | undefined, augmentation: Augmentation): string {
  const { task, augmentation: before } = readName(row ?? 'task');
  return augmentedName(task, oneAfterAnother(before, augmentation));
}

function oneAfterAnother(first: Augmentation, then: Augmentation): Augmentation {
  return {
    transform: composedTransform(first.transform, then.transform),
    colours: first.colours.map((colour) => then.colours[colour]!),
  };
}

/** The transform that does `first` and then `then`: told by what becomes of the cells of a grid of 2 × 3. */
function composedTransform(first: number, then: number): number {
  const once = dihedralImage(first, 2, 3);
  const twice = dihedralImage(then, once.rows, once.columns);
  const cells = twice.cells.map((cell) => once.cells[cell]!);
  const isIt = (id: number) => {
    const image = dihedralImage(id, 2, 3);
    return image.rows === twice.rows && image.cells.every((cell, i) => cell === cells[i]);
  };
  return dihedralIds.findIndex(isIt);
}
