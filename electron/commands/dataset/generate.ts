/** `dataset generate` */
import { families, kindOf } from '../../../datasets/families';
import { difficultyOf, generateSet } from '../../../datasets/generate-set';
import type { Puzzle, PuzzleKind } from '../../../datasets/puzzle';
import { Random } from '../../../datasets/random';
import { ownTasks } from '../../../datasets/kinds/arc/own-tasks/own-tasks';
import { UsageError } from '../errors';
import { ProgressLine } from '../terminal';
import { arcSummary, writeArc } from './arc';
import { summary, writeSet } from './write-set';

export interface GenerateFlags {
  readonly kind: string;
  readonly out: string;
  readonly size?: number;
  readonly count: number;
  readonly difficulty?: string;
  readonly heldOut: number;
  readonly seed: number;
  readonly augment: number;
  readonly json?: true;
}

export async function generateCommand(flags: GenerateFlags): Promise<void> {
  if (flags.kind === 'arc') return generateTasks(flags);
  const kind = kindOfFlags(flags);
  const draws = generateSet(kind, { count: flags.count, ...(flags.difficulty !== undefined && { difficulty: bandOf(kind, flags.difficulty) }), random: Random.seeded(flags.seed) });
  const progress = new ProgressLine();
  const puzzles: Puzzle[] = [];
  for (const puzzle of draws) {
    puzzles.push(puzzle);
    if (puzzles.length % 50 === 0) progress.show(puzzles.length / flags.count, `${puzzles.length} of ${flags.count} puzzles`);
  }
  progress.clear();
  const heldOut = Math.round(puzzles.length * flags.heldOut);
  const origin = `generated: ${kind.name}, ${flags.difficulty ?? 'any difficulty'}, ${flags.count} puzzles, seed ${flags.seed}`;
  const written = await writeSet(flags.out, { kind, origin, train: puzzles.slice(heldOut), test: puzzles.slice(0, heldOut) });
  process.stdout.write(`${flags.json ? JSON.stringify(written) : summary(written)}\n`);
}

/** The lab's own tasks, one of each rule. */
async function generateTasks({ out, augment, heldOut, seed, json }: GenerateFlags): Promise<void> {
  const written = await writeArc(out, ownTasks(seed), { augment, heldOut, seed }, `the lab's own tasks, seed ${seed}`);
  process.stdout.write(`${json ? JSON.stringify(written) : arcSummary(written)}\n`);
}

/** @throws UsageError for a size the kind does not have */
function kindOfFlags({ kind: id, size }: GenerateFlags): PuzzleKind {
  const family = families.find((candidate) => candidate.id === id);
  if (!family) return kindOf(id);
  if (family.sizes === null && size !== undefined) throw new UsageError(`${id} has no sizes; leave --size out`);
  if (!family.sizes) return kindOf(id);
  const { least, most, usual } = family.sizes;
  const wanted = size ?? usual;
  if (wanted < least || wanted > most) throw new UsageError(`${id} has sides from ${least} to ${most}, came ${wanted}`);
  return kindOf(`${id}-${wanted}`);
}

function bandOf(kind: PuzzleKind, id: string): ReturnType<typeof difficultyOf> {
  try {
    return difficultyOf(kind, id);
  } catch (reason) {
    throw reason instanceof RangeError ? new UsageError(reason.message) : reason;
  }
}
