/** metrics.jsonl: all metrics of a run, one event per line, each with a checksum. */
import { open, stat, type FileHandle } from 'node:fs/promises';
import { basename } from 'node:path';
import { z } from 'zod';
import type { Answer } from '../../../../models/evaluate/accuracy';
import { evaluationSchema, stepMetricsSchema } from '../../../../models/train/metrics';
import type { MeasuredEvent } from '../../../../models/train/train';
import { message, type Message } from '../../../../renderer/messages/message';
import type { Sample } from '../../../contract/contract';
import { text } from '../../../contract/shared-schemas';
import { samplesSchema, type LogDamage } from '../../../contract/runs';
import { isMissing } from '../../storage/missing-files';
import { RunFolderError } from '../run-record';
import { checksumOfLine, createLine, openLine, MAX_LINE_BYTES } from './line-checksum';
import { LogDigest, type ExpectedLog } from './log-digest';

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

/** Appends all lines or none: what a full disk has taken of them is removed. @returns their checksums @throws errors of the disk */
export async function appendLines(file: string, lines: readonly MetricsLine[]): Promise<number[]> {
  const created = lines.map(createLine);
  const log = await open(file, 'a');
  try {
    const { size } = await log.stat();
    await log.appendFile(created.map(({ text: line }) => `${line}\n`).join('')).catch(async (error: unknown) => {
      await log.truncate(size).catch(() => undefined);
      throw error;
    });
  } finally {
    await log.close();
  }
  return created.map(({ checksum }) => checksum);
}

/** Opens a log. @returns null where there is none @throws RunFolderError for a pipe or a device, which would be read without end; errors of the disk */
export async function openLog(file: string): Promise<FileHandle | null> {
  try {
    if (!(await stat(file)).isFile()) throw new RunFolderError('run.metrics.notRegular', { file: basename(file) });
    return await open(file);
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
}

const CHUNK_BYTES = 2 ** 18;
const NEWLINE = 0x0a;
/** Stands for a line that is too long: no JSON, hence damaged. */
const damagedLine = Buffer.of(0);

/**
 * All valid lines, some thousand at a time; none where there is no file. Damaged lines are skipped, and counted in `damage`.
 * @throws as `openLog`
 */
export async function* readLines(file: string, damage = new DamageCount()): AsyncGenerator<readonly MetricsLine[]> {
  const log = await openLog(file);
  if (!log) return;
  const parse = (line: Buffer): MetricsLine[] => {
    const content = openLine(line);
    if (content !== null) damage.intact(checksumOfLine(line));
    return parseLine(content);
  };
  const read = (line: Buffer): MetricsLine[] => damage.count(parse(line));
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of log.createReadStream({ highWaterMark: CHUNK_BYTES })) {
    const bytes = rest.length > 0 ? Buffer.concat([rest, chunk as Buffer]) : (chunk as Buffer);
    const lines: MetricsLine[] = [];
    let at = 0;
    for (let end = bytes.indexOf(NEWLINE); end >= 0; end = bytes.indexOf(NEWLINE, at)) {
      lines.push(...read(bytes.subarray(at, end)));
      at = end + 1;
    }
    rest = bytes.length - at > MAX_LINE_BYTES ? damagedLine : bytes.subarray(at);
    yield lines;
  }
  yield damage.countUnfinished(rest.length > 0 ? parse(rest) : [], rest.length);
}

/** Empty for an invalid line. */
export const readLine = (line: string): MetricsLine[] => parseLine(openLine(Buffer.from(line)));

/** @param content a line without its checksum; null for a damaged one @returns empty for an invalid line */
export function parseLine(content: string | null): MetricsLine[] {
  // Without the exception of an empty text, of which there may be millions.
  if (!content) return [];
  try {
    return [lineSchema.parse(JSON.parse(content))];
  } catch {
    return [];
  }
}

interface DamageOptions {
  /** Whether the process that wrote the log has ended it. */
  readonly isEnded?: boolean;
  /** The lines that it began with when the record of the run was written; absent in records of earlier versions. */
  readonly expected?: ExpectedLog | undefined;
}

/** Counts the damaged lines of a log and the steps that have none, and compares its lines with those that were written. */
export class DamageCount {
  private lines = 0;
  private missingSteps = 0;
  private lastStep = 0;
  private readonly digest = new LogDigest();
  private isOther = false;
  private readonly isEnded: boolean;
  private expected: ExpectedLog | undefined;

  constructor({ isEnded = false, expected }: DamageOptions = {}) {
    this.isEnded = isEnded;
    this.expected = expected;
  }

  /** Expects further lines, of a log that has grown. */
  expect(expected: ExpectedLog | undefined): void {
    this.expected = expected;
    this.compare();
  }

  /** @param checksum that of a line which matches it; 0 for one of an earlier version */
  intact(checksum: number): void {
    this.digest.add(checksum);
    this.compare();
  }

  private hasOtherLength(): boolean {
    if (!this.expected) return false;
    const { lines } = this.digest.summary;
    return lines < this.expected.lines || (this.expected.isWhole && lines > this.expected.lines);
  }

  private compare(): void {
    const { lines, digest } = this.digest.summary;
    if (lines === this.expected?.lines && digest !== this.expected.digest) this.isOther = true;
  }

  /** @param line what a line of the log contains; empty if it is damaged */
  count(line: MetricsLine[]): MetricsLine[] {
    if (line.length === 0) this.lines++;
    for (const { type, step } of line) if (type === 'step') this.step(step);
    return line;
  }

  /** Counts a last line without line feed. Unless the log was ended it is no damage: a killed process leaves it, and a training one completes it. */
  countUnfinished(line: MetricsLine[], bytes: number): MetricsLine[] {
    return line.length > 0 || (this.isEnded && bytes > 0) ? this.count(line) : line;
  }

  damagedLines(count: number): void {
    this.lines += count;
  }

  /** Steps ascend by one; one that is recorded again, from an earlier checkpoint, does not count. */
  step(step: number): void {
    if (step > this.lastStep + 1) this.missingSteps += step - this.lastStep - 1;
    this.lastStep = Math.max(this.lastStep, step);
  }

  /** @param last the last step that the log should contain */
  result(last = this.lastStep): LogDamage {
    const { lines } = this;
    const missingSteps = this.missingSteps + Math.max(0, last - this.lastStep);
    // A damaged line is not among those that are compared.
    return { lines, missingSteps, areOthers: lines === 0 && (this.isOther || this.hasOtherLength()) };
  }
}

export function describeDamage({ lines, missingSteps: steps, areOthers }: LogDamage): Message[] {
  return [
    ...(lines > 0 ? [message('run.metrics.damagedLines', { lines })] : []),
    ...(steps > 0 ? [message('run.metrics.missingSteps', { steps })] : []),
    ...(areOthers ? [message('run.metrics.otherLines')] : []),
  ];
}
