/** metrics.jsonl: all metrics of a run, one event per line. */
import { appendFile, readFile } from 'node:fs/promises';
import { z } from 'zod';
import { writeAtomically } from '../../../../datasets/formats/atomic-write';
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

/** All valid lines. Lines torn by a killed process or damaged by a power cut are skipped. */
export async function readLines(file: string): Promise<MetricsLine[]> {
  const lines = await readFile(file, 'utf8').catch(() => '');
  return lines.split('\n').flatMap(readLine);
}

/** Empty for an invalid line. */
export function readLine(text: string): MetricsLine[] {
  try {
    return [lineSchema.parse(JSON.parse(text))];
  } catch {
    return [];
  }
}

/**
 * Removes what was recorded after a checkpoint, before a run continues from it: later steps, an evaluation that is
 * still pending at the checkpoint, and the final evaluation of a run that had ended there.
 */
export async function truncateAfter(
  file: string,
  { step, isEvalPending }: { readonly step: number; readonly isEvalPending: boolean },
): Promise<void> {
  let isFinal = false;
  const kept = (await readLines(file)).filter((line) => {
    if (line.type === 'evaluated') isFinal = line.isFinal;
    const isEvaluation = line.type === 'evaluated' || line.type === 'sample';
    return line.step <= step && !(isEvaluation && (isFinal || (isEvalPending && line.step === step)));
  });
  await writeAtomically(file, kept.map((line) => `${JSON.stringify(line)}\n`).join(''));
}
