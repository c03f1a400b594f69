/** `dataset generate`: generates a dataset. */
import { message, MessageError } from '../../../renderer/messages/message';
import { getKind, kindFamilies } from '../../../datasets/kinds/registry';
import { getDifficulty } from '../../../datasets/generate-puzzles';
import { generateArcTasks } from '../../../datasets/kinds/arc/generated-tasks/task-rules';
import type { KindFamily } from '../../../datasets/kinds/kind-family';
import type { PuzzleKind } from '../../../datasets/kinds/puzzle-kind';
import { writeArcDataset, type WrittenArcDataset } from '../../compute/datasets/arc-tasks';
import { generateDataset, type WrittenDataset } from '../../compute/datasets/write-dataset';
import { formatInteger } from '../../contract/format';
import { UsageError } from '../exit';
import { toJson, withProgress } from '../output';

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
  const family = kindFamilies.find(({ id }) => id === flags.kind);
  if (family?.generates === 'tasks') return generateTasks(flags);
  const { out, count, difficulty, heldOut, seed, json } = flags;
  const kind = chooseKind(flags, family);
  if (difficulty !== undefined) requireDifficulty(kind, difficulty);
  const written = await withProgress((job) =>
    generateDataset({ out, kind, count, heldOut, seed, ...(difficulty !== undefined && { difficulty }) }, job),
  );
  process.stdout.write(`${json ? toJson(written) : formatDatasetSummary(written)}\n`);
}

/** Generates ARC tasks, one for each rule of the lab. */
async function generateTasks({ out, augment, heldOut, seed, json }: GenerateFlags): Promise<void> {
  const plan = { augment, heldOut, seed, origin: message('datasets.origin.builtInTasks', { seed: String(seed) }) };
  const written = await withProgress((job) => writeArcDataset(out, generateArcTasks(seed), plan, job));
  process.stdout.write(`${json ? toJson(written) : formatArcSummary(written)}\n`);
}

/** @throws UsageError for a kind that cannot be generated, or a size it does not have */
function chooseKind({ kind: id, size }: GenerateFlags, family: KindFamily | undefined): PuzzleKind {
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
