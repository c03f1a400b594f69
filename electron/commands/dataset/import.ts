/** `dataset import` */
import { openSource, type PuzzleSource, type SplitName } from '../../../datasets/formats/puzzle-source';
import type { Puzzle } from '../../../datasets/puzzle';
import { Random } from '../../../datasets/random';
import { UsageError } from '../errors';
import { arcSummary, holdsTasks, tasksAt, writeArc } from './arc';
import { spokenSurvey, splitsOf, surveySplits } from './survey-split';
import { summary, writeSet } from './write-set';

export interface ImportFlags {
  readonly out?: string;
  readonly kind?: string;
  readonly heldOut: number;
  readonly augment: number;
  readonly seed: number;
  readonly dryRun?: true;
  readonly json?: true;
}

export async function importCommand(path: string, flags: ImportFlags): Promise<void> {
  const { out, kind: id, heldOut, dryRun, json } = flags;
  if (out === undefined && !dryRun) throw new UsageError('say --out <folder>, or --dry-run to be told only');
  if (await holdsTasks(path)) return importTasks(path, flags);
  const source = await openSource(path, id);
  const splits = await surveySplits(source);
  const written = out === undefined || dryRun ? null : await writeSet(out, { kind: source.kind, origin: `imported from ${path}`, ...(await splitUp(source, heldOut)) });
  const lines = [`${source.form}, ${source.kind.name}`, ...splits.map(spokenSurvey), ...(written ? [summary(written)] : [])];
  process.stdout.write(`${json ? JSON.stringify({ form: source.form, kind: source.kind.id, splits, written }) : lines.join('\n')}\n`);
}

async function importTasks(path: string, { out, heldOut, augment, seed, dryRun, json }: ImportFlags): Promise<void> {
  const tasks = await tasksAt(path);
  const pairs = tasks.reduce((sum, { train, test }) => sum + train.length + test.length, 0);
  const written = out === undefined || dryRun ? null : await writeArc(out, tasks, { augment, heldOut, seed }, `imported from ${path}`);
  const lines = [`ARC tasks: ${tasks.length}, of ${pairs} pairs`, ...(written ? [arcSummary(written)] : [])];
  process.stdout.write(`${json ? JSON.stringify({ form: 'ARC tasks', kind: 'arc', tasks: tasks.length, pairs, written }) : lines.join('\n')}\n`);
}

/** The splits there are; of a set without a test split whole classes are held out. */
async function splitUp(source: PuzzleSource, heldOut: number): Promise<Record<SplitName, Puzzle[]>> {
  const splits: Record<SplitName, Puzzle[]> = { train: [], test: [] };
  for (const split of splitsOf(source)) for await (const puzzle of source.read(split)) splits[split].push(puzzle);
  if (splits.test.length > 0 || splits.train.length === 0) return splits;
  const hashes = splits.train.map(({ inputs }) => source.kind.classHash(inputs));
  const classes = Random.seeded(1).shuffle([...new Set(hashes)]);
  const held = new Set(classes.slice(0, Math.round(classes.length * heldOut)));
  const isHeld = (_: Puzzle, index: number) => held.has(hashes[index]);
  return { train: splits.train.filter((puzzle, index) => !isHeld(puzzle, index)), test: splits.train.filter(isHeld) };
}
