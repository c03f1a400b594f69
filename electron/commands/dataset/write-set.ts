/** A set of puzzles written as a folder in the format of the reference, with a note of where it comes from. */
import { writeReferenceFolder, type WrittenGroup } from '../../../datasets/formats/reference-writer';
import type { Puzzle, PuzzleKind } from '../../../datasets/puzzle';
import type { Random } from '../../../datasets/random';
import { applyToPuzzle } from '../../../datasets/symmetry';

export interface SetContent {
  readonly kind: PuzzleKind;
  /** One sentence: where the puzzles come from. */
  readonly origin: string;
  readonly train: readonly Puzzle[];
  readonly test: readonly Puzzle[];
  /** Symmetric copies of each puzzle of the train split, drawn anew, none where its class has no more members. */
  readonly augment?: { readonly copies: number; readonly random: Random };
  readonly onExample?: (written: number) => void;
}

export interface WrittenSet {
  readonly out: string;
  readonly kind: string;
  readonly origin: string;
  readonly train: number;
  readonly test: number;
}

/** @throws ExistsError where `out` is taken */
export async function writeSet(out: string, content: SetContent): Promise<WrittenSet> {
  const { kind, origin, augment, onExample } = content;
  const shape = { seqLen: kind.rows * kind.columns, vocabSize: kind.symbols.length, groupsForPuzzles: true };
  let train = 0;
  const groups = function* (): Generator<WrittenGroup> {
    for (const puzzle of content.train) {
      const group = withCopies(kind, puzzle, augment);
      train += group.length;
      yield group;
    }
  };
  await writeReferenceFolder(out, {
    identifiers: ['<blank>'],
    train: { ...shape, groups: groups() },
    test: { ...shape, groups: content.test.map((puzzle) => withCopies(kind, puzzle)) },
    extra: { 'source.json': `${JSON.stringify({ kind: kind.id, origin }, null, 2)}\n` },
    ...(onExample && { onExample }),
  });
  return { out, kind: kind.id, origin, train, test: content.test.length };
}

/** As many draws in a row that bring nothing new, and the class is taken to have no member left. */
const MOST_REPEATS = 100;

/** An original and its copies: each is a puzzle of one example, all of them a group. */
function withCopies(kind: PuzzleKind, puzzle: Puzzle, augment?: SetContent['augment']): WrittenGroup {
  const seen = new Map([[kind.format(puzzle.inputs), puzzle]]);
  for (let repeats = 0; augment && seen.size <= augment.copies && repeats < MOST_REPEATS; repeats++) {
    const copy = applyToPuzzle(kind.drawSymmetry(augment.random), puzzle);
    const text = kind.format(copy.inputs);
    if (seen.has(text)) continue;
    seen.set(text, copy);
    repeats = 0;
  }
  return [...seen.values()].map((example) => ({ identifier: 0, examples: [example] }));
}

export function summary({ out, kind, train, test }: WrittenSet): string {
  return `wrote ${out}: ${kind}, ${train} puzzles to learn from, ${test} held out`;
}
