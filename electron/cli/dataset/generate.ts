/** `dataset generate`: generates a dataset. */
import { InvalidArgumentError } from 'commander';
import { message, MessageError } from '../../../renderer/messages/message';
import { getKind, kindFamilies } from '../../../datasets/kinds/registry';
import { getDifficulty } from '../../../datasets/generate-puzzles';
import { generateArcTasks } from '../../../datasets/kinds/arc/generated-tasks/task-rules';
import type { KindFamily } from '../../../datasets/kinds/kind-family';
import { withSizes } from '../../../datasets/mixed-sizes';
import type { PuzzleKind } from '../../../datasets/kinds/puzzle-kind';
import { writeArcDataset, type WrittenArcDataset } from '../../compute/datasets/arc-tasks';
import { generateDataset, type WrittenDataset } from '../../compute/datasets/write-dataset';
import { formatInteger } from '../../contract/format';
import { UsageError } from '../exit';
import { printResult, withProgress } from '../output';

export interface GenerateFlags {
  readonly kind: string;
  readonly out: string;
  readonly size?: number;
  /** Sides of puzzles of several sizes in one dataset. */
  readonly sizes?: { readonly from: number; readonly to: number };
  readonly count: number;
  readonly difficulty?: string;
  readonly heldOut: number;
  readonly seed: number;
  readonly augment: number;
  readonly json?: true;
}

/** `6-12`, both included. */
export function parseSizes(text: string): { readonly from: number; readonly to: number } {
  const [, from, to] = /^(\d{1,4})-(\d{1,4})$/u.exec(text.trim())?.map(Number) ?? [];
  if (from === undefined || to === undefined || from > to)
    throw new InvalidArgumentError('expected the smallest and the largest side, e.g. 6-12');
  return { from, to };
}

export async function generateCommand(flags: GenerateFlags): Promise<void> {
  const family = kindFamilies.find(({ id }) => id === flags.kind);
  if (family?.generates === 'tasks') return generateTasks(flags);
  const { out, count, difficulty, heldOut, seed, json } = flags;
  const kind = chooseKind(flags, family);
  if (difficulty !== undefined) requireDifficulty(kind, difficulty);
  const written = await withProgress((job) =>
    generateDataset({ out, kind, count, heldOut, seed, ...(difficulty !== undefined && { difficulty }) }, job),
  );
  printResult(json, written, [formatDatasetSummary(written)]);
}

/** Generates ARC tasks, one for each rule of the lab. */
async function generateTasks({ out, augment, heldOut, seed, json }: GenerateFlags): Promise<void> {
  const plan = { augment, heldOut, seed, origin: message('datasets.origin.builtInTasks', { seed: String(seed) }) };
  const written = await withProgress((job) => writeArcDataset(out, generateArcTasks(seed), plan, job));
  printResult(json, written, [formatArcSummary(written)]);
}

/** @throws UsageError for a kind that cannot be generated, or a size it does not have */
function chooseKind(flags: GenerateFlags, family: KindFamily | undefined): PuzzleKind {
  const { kind: id, size, sizes } = flags;
  if (sizes === undefined) return chooseSize({ id, size }, family);
  if (size !== undefined) throw new UsageError('choose either --size or --sizes');
  if (!family?.sizes || !family.takesSmallerGrids)
    throw new UsageError(`${id}: puzzles of different sizes cannot be in one dataset; use --size`);
  const { from, to } = sizes;
  const { min, max } = family.sizes;
  if (from < min || to > max) throw new UsageError(`${id}: --sizes must be within ${min}–${max}, got ${from}-${to}`);
  return withSizes(Array.from({ length: to - from + 1 }, (_, i) => chooseSize({ id, size: from + i }, family)));
}

/** @throws UsageError for a kind that cannot be generated, or a size it does not have */
function chooseSize(
  { id, size }: { readonly id: string; readonly size: number | undefined },
  family: KindFamily | undefined,
): PuzzleKind {
  if (family && family.generates === null) throw new UsageError(cannotGenerate(id));
  const { sizes } = family ?? {};
  if (family && !sizes && size !== undefined) throw new UsageError(`${id} has a fixed size; omit --size`);
  const side = size ?? sizes?.default;
  if (sizes && side !== undefined && (side < sizes.min || side > sizes.max))
    throw new UsageError(`${id}: --size must be ${sizes.min}–${sizes.max}, got ${side}`);
  const kind = getKind(sizes ? `${id}-${side}` : id);
  if (!kind.generator) throw new UsageError(cannotGenerate(id));
  return kind;
}

function cannotGenerate(id: string): string {
  const generated = kindFamilies.filter(({ generates }) => generates !== null);
  return `--kind: ${id} cannot be generated; choose one of ${generated.map((family) => family.id).join(', ')}`;
}

/** @throws UsageError listing the known difficulties */
function requireDifficulty(kind: PuzzleKind, id: string): void {
  try {
    getDifficulty(kind, id);
  } catch (error) {
    throw error instanceof MessageError ? new UsageError(error.message) : error;
  }
}

export function formatDatasetSummary({ out, kind, train, test }: WrittenDataset): string {
  return `Wrote ${out}: ${kind}, ${formatInteger(train)} training puzzles, ${formatInteger(test)} test puzzles`;
}

export function formatArcSummary({ out, tasks, setAside, puzzles }: WrittenArcDataset): string {
  return `Wrote ${out}: ${formatInteger(tasks)} tasks (${formatInteger(setAside)} in the test set), ${formatInteger(puzzles)} puzzles including augmented copies`;
}
