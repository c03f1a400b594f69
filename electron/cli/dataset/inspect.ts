/** `dataset inspect` */
import { openSource } from '../../../datasets/formats/puzzle-source';
import { setPath } from '../find-dataset';
import { drawGrid } from '../terminal';
import { splitsOf, surveySplits } from '../../compute/datasets/survey-source';
import { spokenSurvey, withProgress } from './report';

export interface InspectFlags {
  readonly kind?: string;
  readonly limit?: number;
  readonly json?: true;
}

export async function inspectCommand(path: string, { kind: id, limit, json }: InspectFlags): Promise<void> {
  const source = await openSource(await setPath(path), id);
  const { form, kind } = source;
  const surveys = await withProgress((job) => surveySplits(source, job, limit));
  if (json) return void process.stdout.write(`${JSON.stringify({ form, kind: kind.id, splits: surveys })}\n`);
  process.stdout.write([`${form}, ${kind.name}`, ...surveys.map(spokenSurvey), ''].join('\n'));
  for await (const { inputs } of source.read(splitsOf(source)[0]!))
    return void process.stdout.write(`\n${drawGrid(kind, inputs, inputs)}\n`);
}
