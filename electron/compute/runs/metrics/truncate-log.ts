/** Shortens metrics.jsonl to what was recorded before a checkpoint. Memory does not depend on the length of the file. */
import { createReadStream } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { z } from 'zod';
import { writeAtomically } from '../../../../datasets/formats/atomic-write';
import type { LogDamage } from '../../../contract/runs';
import { LogDigest, type ExpectedLog } from './log-digest';
import { DamageCount, openLog } from './metrics-log';
import { scanLog, type LogVisitor } from './scan-log';
import { stepFields } from './step-line';

/** The checkpoint from which a run continues. */
interface TruncatePoint {
  readonly step: number;
  /** The evaluation of the step had not been made. */
  readonly isEvalPending: boolean;
  /** The lines that the log began with when the record of the run was written. */
  readonly expected?: ExpectedLog | undefined;
}

interface TruncatedLog {
  /** What is damaged or missing before the checkpoint. */
  readonly damage: LogDamage;
  /** Of the lines that are left. */
  readonly digest: LogDigest;
}

/**
 * Removes what was recorded after a checkpoint, before a run continues from it: later steps, an evaluation that is
 * still pending at the checkpoint, and the final evaluation of a run that had ended there. Damaged lines stay, except at the
 * end, where a power cut leaves some. The file is replaced by another: readers notice that it was shortened.
 * @throws as `openLog`; the file is as before then
 */
export async function truncateAfter(path: string, point: TruncatePoint): Promise<TruncatedLog> {
  const [damage, digest] = [new DamageCount(point), new LogDigest()];
  const kept = await findKept(path, { ...point, damage, digest });
  if (kept) await writeAtomically(path, readRanges(path, kept));
  return { damage: damage.result(point.step), digest };
}

type Truncation = TruncatePoint & { readonly damage: DamageCount; readonly digest: LogDigest };

/** Bytes of a file. */
interface Range {
  readonly start: number;
  /** Offset after the last byte. */
  end: number;
}

/** Ranges of the lines to keep, in order; null if nothing is removed or the file does not exist. */
async function findKept(path: string, truncation: Truncation): Promise<Range[] | null> {
  const file = await openLog(path);
  if (!file) return null;
  try {
    const { size } = await file.stat();
    const kept = new KeptRanges();
    await scanLog(file, { start: 0, end: size }, createVisitor(kept, truncation));
    const ranges = kept.until(size);
    truncation.damage.damagedLines(kept.damagedLines);
    const isWhole = size === 0 || (ranges[0]?.start === 0 && ranges[0].end === size);
    return isWhole && (await endsWithLine(file, size)) ? null : ranges;
  } finally {
    await file.close();
  }
}

const STEP = stepFields.indexOf('step');

/** What decides whether a line is kept, of any line but a step. */
const headSchema = z.object({ type: z.string(), step: z.number(), isFinal: z.boolean().optional() });

/** Adds each line to `kept`, or its removal. */
function createVisitor(kept: KeptRanges, { step: last, isEvalPending, damage, digest }: Truncation): LogVisitor {
  let isFinal = false;
  /** That of the line that is visited. */
  let checksum = 0;
  /** Null for a damaged line. */
  const isKept = (text: string): boolean | null => {
    const head = headSchema.safeParse(parseJson(text)).data;
    if (!head) return null;
    if (head.type === 'evaluated') isFinal = head.isFinal ?? false;
    const isEvaluation = head.type === 'evaluated' || head.type === 'sample';
    return head.step <= last && !(isEvaluation && (isFinal || (isEvalPending && head.step === last)));
  };
  const add = (offset: number, isWanted: boolean) => {
    if (isWanted) digest.add(checksum);
    kept.add(offset, isWanted);
  };
  return {
    intact: (found) => {
      checksum = found;
      damage.intact(found);
    },
    step: (offset, values) => {
      const step = values[STEP]!;
      if (step <= last) damage.step(step);
      add(offset, step <= last);
    },
    other: (offset, text) => {
      const wanted = text === null ? null : isKept(text);
      if (wanted === null) kept.addDamaged(offset);
      else add(offset, wanted);
    },
  };
}

/** Null for a damaged line. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** Consecutive kept lines are one range, with the damaged lines before a kept one. */
class KeptRanges {
  private readonly ranges: Range[] = [];
  private isOpen = false;
  /** Damaged lines after the last other one: where they start, and their number. */
  private undecided: { start: number; lines: number } | null = null;
  /** Damaged lines that are kept. */
  damagedLines = 0;

  addDamaged(start: number): void {
    this.undecided ??= { start, lines: 0 };
    this.undecided.lines++;
  }

  /** @param start offset of the line; its end is the next one */
  add(start: number, isKept: boolean): void {
    const damaged = this.undecided;
    this.undecided = null;
    if (damaged && isKept) this.damagedLines += damaged.lines;
    this.change(damaged?.start ?? start, isKept);
  }

  private change(start: number, isKept: boolean): void {
    if (isKept === this.isOpen) return;
    if (isKept) this.ranges.push({ start, end: start });
    else this.ranges[this.ranges.length - 1]!.end = start;
    this.isOpen = isKept;
  }

  /** @param size offset after the last line */
  until(size: number): Range[] {
    this.add(size, false);
    return this.ranges;
  }
}

const NEWLINE = 0x0a;
const CHUNK_BYTES = 2 ** 20;

async function endsWithLine(file: FileHandle, size: number): Promise<boolean> {
  if (size === 0) return true;
  const { buffer } = await file.read(Buffer.alloc(1), 0, 1, size - 1);
  return buffer[0] === NEWLINE;
}

/** The bytes of the ranges; a last line gets its line feed. */
async function* readRanges(path: string, ranges: readonly Range[]): AsyncGenerator<Uint8Array> {
  let last = NEWLINE;
  for (const { start, end } of ranges)
    for await (const chunk of createReadStream(path, { start, end: end - 1, highWaterMark: CHUNK_BYTES })) {
      const bytes = chunk as Buffer;
      last = bytes[bytes.length - 1]!;
      yield bytes;
    }
  if (last !== NEWLINE) yield Buffer.of(NEWLINE);
}
