/** `dataset overlap` */
import type { Puzzle } from '../../../datasets/kinds/puzzle-kind';
import { openSource, type PuzzleSource } from '../../../datasets/formats/puzzle-source';
import { overlapOf } from '../../../datasets/inspect';
import { UsageError } from '../errors';
import { setPath } from '../find-dataset';
import { splitsOf } from '../../compute/datasets/survey-source';

export async function overlapCommand(
  one: string,
  other: string,
  { kind, json }: { readonly kind?: string; readonly json?: true },
): Promise<void> {
  const [first, second] = await Promise.all([one, other].map(async (set) => openSource(await setPath(set), kind)));
  if (first!.kind !== second!.kind)
    throw new UsageError(`${one} holds ${first!.kind.name}, ${other} holds ${second!.kind.name}: nothing to compare`);
  const { classes, puzzles } = await overlapOf(first!.kind, allOf(first!), allOf(second!));
  const text =
    puzzles === 0
      ? 'no puzzle in common, up to symmetry'
      : `${puzzles} puzzles of ${other} (${classes} classes) are in ${one}, up to symmetry`;
  process.stdout.write(`${json ? JSON.stringify({ kind: first!.kind.id, classes, puzzles }) : text}\n`);
}

async function* allOf(source: PuzzleSource): AsyncGenerator<Puzzle> {
  for (const split of splitsOf(source)) yield* source.read(split);
}
