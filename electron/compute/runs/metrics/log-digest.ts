/**
 * A number made of the checksums of all lines of metrics.jsonl in their order. run.json has that of the lines written before it, so that lines
 * that are missing, repeated, in another order, or of another run are noticed, although each matches its own checksum.
 */
import { z } from 'zod';

export const logSummarySchema = z.object({
  lines: z.int().nonnegative(),
  digest: z.int().nonnegative(),
});

export type LogSummary = z.infer<typeof logSummarySchema>;

/** What a log should contain. */
export interface ExpectedLog extends LogSummary {
  /** Whether there are no further lines: the run has ended. */
  readonly isWhole: boolean;
}

/** FNV-1a over words of 32 bits. */
const [START, PRIME] = [0x811c9dc5, 0x01000193];

export class LogDigest {
  private lines = 0;
  private digest = START;

  /** @param checksum that of a line; 0 for a line of an earlier version, which has none */
  add(checksum: number): void {
    this.lines++;
    this.digest = Math.imul(this.digest ^ checksum, PRIME) >>> 0;
  }

  get summary(): LogSummary {
    return { lines: this.lines, digest: this.digest };
  }
}
