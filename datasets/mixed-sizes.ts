/** Puzzles of several sizes in one dataset: smaller grids lie in a corner of the largest, the rest is padding (token 0). */
import { message } from '../renderer/messages/message';
import type { Difficulty, GridSize, Puzzle, PuzzleGenerator, PuzzleKind } from './kinds/puzzle-kind';
import type { Random } from './random';

/** The grid in the top left corner of a larger one. @throws RangeError where it does not fit */
export function padGrid(tokens: Uint8Array, { rows, columns }: GridSize, canvas: GridSize): Uint8Array {
  if (rows > canvas.rows || columns > canvas.columns)
    throw new RangeError(`a ${rows}×${columns} grid does not fit into ${canvas.rows}×${canvas.columns} cells`);
  const padded = new Uint8Array(canvas.rows * canvas.columns);
  for (let row = 0; row < rows; row++)
    padded.set(tokens.subarray(row * columns, (row + 1) * columns), row * canvas.columns);
  return padded;
}

type GeneratedKind = PuzzleKind & { readonly generator: PuzzleGenerator };

const hasGenerator = (kind: PuzzleKind): kind is GeneratedKind => kind.generator !== null;

/**
 * The kind of the largest size, whose generator makes puzzles of all sizes, each as likely as the others.
 * @param kinds of one family that takes smaller grids, in ascending order
 * @throws RangeError when none of them can be generated
 */
export function withSizes(kinds: readonly PuzzleKind[]): PuzzleKind {
  const sizes = kinds.filter(hasGenerator);
  const [smallest, largest] = [sizes[0], sizes.at(-1)];
  if (!smallest || !largest) throw new RangeError('puzzles of mixed sizes need kinds that can be generated');
  const name = message('kinds.idRange', { first: smallest.name, last: largest.name });
  return { ...largest, name, generator: { ...largest.generator, ...mixedGenerator(sizes, largest) } };
}

/** Has the difficulties that all sizes have. The bands of each depend on its size. */
function mixedGenerator(
  sizes: readonly GeneratedKind[],
  canvas: GeneratedKind,
): Pick<PuzzleGenerator, 'difficulties' | 'generate'> {
  const findBand = ({ generator }: GeneratedKind, { id }: Difficulty) =>
    generator.difficulties.find((band) => band.id === id);
  const isShared = (band: Difficulty) => sizes.every((kind) => findBand(kind, band));
  return {
    difficulties: canvas.generator.difficulties.filter(isShared),
    generate(random: Random, difficulty?: Difficulty): Puzzle {
      const kind = sizes[random.integer(0, sizes.length - 1)]!;
      const { inputs, labels } = kind.generator.generate(random, difficulty && findBand(kind, difficulty));
      return { inputs: padGrid(inputs, kind, canvas), labels: padGrid(labels, kind, canvas) };
    },
  };
}
