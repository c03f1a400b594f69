/** `dataset import` */
import { openSource } from '../../../datasets/formats/puzzle-source';
import { holdsTasks, tasksAt, writeArc } from '../../compute/datasets/arc-set';
import { importSet } from '../../compute/datasets/import-set';
import { surveySplits } from '../../compute/datasets/survey-source';
import { UsageError } from '../errors';
import { arcSummary, spokenSurvey, summary, withProgress } from './report';

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
  const splits = await withProgress((job) => surveySplits(source, job));
  const written =
    out === undefined || dryRun
      ? null
      : await withProgress((job) => importSet(source, { out, heldOut, origin: `imported from ${path}` }, job));
  const lines = [
    `${source.form}, ${source.kind.name}`,
    ...splits.map(spokenSurvey),
    ...(written ? [summary(written)] : []),
  ];
  process.stdout.write(
    `${json ? JSON.stringify({ form: source.form, kind: source.kind.id, splits, written }) : lines.join('\n')}\n`,
  );
}

async function importTasks(path: string, { out, dryRun, json, ...plan }: ImportFlags): Promise<void> {
  const tasks = await tasksAt(path);
  const pairs = tasks.reduce((sum, { train, test }) => sum + train.length + test.length, 0);
  const written =
    out === undefined || dryRun
      ? null
      : await withProgress((job) => writeArc(out, tasks, { ...plan, origin: `imported from ${path}` }, job));
  const lines = [`ARC tasks: ${tasks.length}, of ${pairs} pairs`, ...(written ? [arcSummary(written)] : [])];
  process.stdout.write(
    `${json ? JSON.stringify({ form: 'ARC tasks', kind: 'arc', tasks: tasks.length, pairs, written }) : lines.join('\n')}\n`,
  );
}
