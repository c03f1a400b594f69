/** `dataset export` */
import { openSource } from '../../../datasets/formats/puzzle-source';
import { exportSet } from '../../compute/datasets/export-set';
import { UsageError } from '../errors';
import { setPath } from '../find-dataset';
import { summary, withProgress } from './report';

export interface ExportFlags {
  readonly out: string;
  readonly format: 'reference' | 'csv';
  readonly augment: number;
  readonly seed: number;
  readonly kind?: string;
  readonly json?: true;
}

export async function exportCommand(path: string, { kind, json, ...plan }: ExportFlags): Promise<void> {
  if (plan.format === 'csv' && plan.augment > 0) throw new UsageError('--augment goes with --format reference');
  const source = await openSource(await setPath(path), kind);
  const written = await withProgress((job) => exportSet(source, { ...plan, origin: `exported from ${path}` }, job));
  process.stdout.write(`${json ? JSON.stringify(written) : summary(written)}\n`);
}
