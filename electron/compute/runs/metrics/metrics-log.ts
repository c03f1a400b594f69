/** metrics.jsonl: all metrics of a run, one event per line. */
import { createReadStream } from 'node:fs';
import { appendFile } from 'node:fs/promises';
import { z } from 'zod';
import type { Answer } from '../../../../models/evaluate/accuracy';
import { evaluationSchema, stepMetricsSchema } from '../../../../models/train/metrics';
import type { MeasuredEvent } from '../../../../models/train/train';
import type { Sample } from '../../../contract/contract';
import { text } from '../../../contract/shared-schemas';
import { samplesSchema } from '../../../contract/runs';

const lineSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('step'), ...stepMetricsSchema.shape }),
  z.object({ type: z.literal('evaluated'), ...evaluationSchema.shape }),
  z.object({ type: z.literal('diverged'), step: z.int().min(1), tensor: text }),
  z.object({ type: z.literal('sample'), ...samplesSchema.shape }),
]);

export type MetricsLine = z.infer<typeof lineSchema>;

/** Held-out puzzles whose answers are logged at each evaluation. */
const SAMPLES = 4;

/** The log lines of an event. */
export function toMetricsLines(event: MeasuredEvent, getAddress: (index: number) => string): MetricsLine[] {
  if (event.type === 'step') return [{ type: 'step', ...event.metrics }];
  if (event.type === 'diverged') return [{ type: 'diverged', step: event.error.step, tensor: event.error.tensor }];
  const samples = event.answers.slice(0, SAMPLES).map((answer, index) => toSample(answer, getAddress(index)));
  return [
    { type: 'evaluated', ...event.evaluation },
    { type: 'sample', step: event.evaluation.step, samples },
  ];
}

const toSample = ({ inputs, labels, answer, confidence }: Answer, address: string): Sample => ({
  address,
  inputs: [...inputs],
  labels: [...labels],
  answer: [...answer],
  confidence: [...confidence],
});

export const appendLines = (file: string, lines: readonly MetricsLine[]): Promise<void> =>
  appendFile(file, lines.map((line) => `${JSON.stringify(line)}\n`).join(''));

const CHUNK_BYTES = 2 ** 18;
/** A longer line is skipped: the end of a file after a power cut may be megabytes of zeros. */
const MAX_LINE_CHARACTERS = 2 ** 24;
/** Makes any line invalid. */
const DAMAGED = '\0';

/**
 * All valid lines, some thousand at a time; none where there is no file. Lines torn by a killed process or damaged by a
 * power cut are skipped.
 * @throws errors of the disk
 */
export async function* readLines(file: string): AsyncGenerator<readonly MetricsLine[]> {
  let rest = '';
  try {
    for await (const chunk of createReadStream(file, { encoding: 'utf8', highWaterMark: CHUNK_BYTES })) {
      const lines = (chunk as string).split('\n');
      lines[0] = rest + lines[0]!;
      rest = lines.pop() ?? '';
      if (rest.length > MAX_LINE_CHARACTERS) rest = DAMAGED;
      yield lines.flatMap(readLine);
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  yield readLine(rest);
}

/** Empty for an invalid line. */
export function readLine(text: string): MetricsLine[] {
  try {
    return [lineSchema.parse(JSON.parse(text))];
  } catch {
    return [];
  }
}
