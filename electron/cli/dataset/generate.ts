/** `dataset generate` */
import { families, kindOf } from '../../../datasets/kinds/registry';
import { difficultyOf } from '../../../datasets/generate-set';
import { ownTasks } from '../../../datasets/kinds/arc/generated-tasks/own-tasks';
import type { PuzzleKind } from '../../../datasets/kinds/puzzle-kind';
import { writeArc } from '../../compute/datasets/arc-set';
import { generateInto } from '../../compute/datasets/generate-set';
import { UsageError } from '../errors';
import { arcSummary, summary, withProgress } from './report';

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
  const { out, count, difficulty, heldOut, seed, json } = flags;
  const kind = kindOfFlags(flags);
  if (difficulty !== undefined) requireBand(kind, difficulty);
  const written = await withProgress((job) =>
    generateInto({ out, kind, count, heldOut, seed, ...(difficulty !== undefined && { difficulty }) }, job),
  );
  process.stdout.write(`${json ? JSON.stringify(written) : summary(written)}\n`);
}

/** The lab's own tasks, one of each rule. */
async function generateTasks({ out, augment, heldOut, seed, json }: GenerateFlags): Promise<void> {
  const plan = { augment, heldOut, seed, origin: `the lab's own tasks, seed ${seed}` };
  const written = await withProgress((job) => writeArc(out, ownTasks(seed), plan, job));
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

/** @throws UsageError naming the difficulties there are */
function requireBand(kind: PuzzleKind, id: string): void {
  try {
    difficultyOf(kind, id);
  } catch (reason) {
    throw reason instanceof RangeError ? new UsageError(reason.message) : reason;
  }
}
