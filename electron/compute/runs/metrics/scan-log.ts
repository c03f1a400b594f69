/** Reads the lines of metrics.jsonl as a stream: memory does not depend on the length of the file. */
import type { FileHandle } from 'node:fs/promises';
import { checksumOfLine, MAX_LINE_BYTES, openLine } from './line-checksum';
import { StepLine } from './step-line';

export interface LogVisitor {
  /** Called before each line that matches its checksum; 0 for one of an earlier version. */
  intact?(checksum: number): void;
  /** @param values by the index in `stepFields`, valid until the call returns. @returns false to end the scan */
  step(offset: number, values: Float64Array): boolean | void;
  /** Any other line, without line feed and checksum; null for a damaged one. */
  other?(offset: number, text: string | null): void;
  /** All lines before this byte were visited. */
  reached?(offset: number): void;
}

interface ScanOptions {
  /** Byte offset of the first line. */
  readonly start: number;
  readonly end: number;
  readonly signal?: AbortSignal | undefined;
}

const CHUNK_BYTES = 2 ** 21;
const NEWLINE = 0x0a;
const lineFeed = Buffer.of(NEWLINE);

/**
 * Visits every line from..to once, in order, also a last line without line feed.
 * @throws the signal's reason, and errors of the disk
 */
export async function scanLog(file: FileHandle, options: ScanOptions, visitor: LogVisitor): Promise<void> {
  const scan = new LineScan(visitor);
  for await (const { bytes, offset } of readChunks(file, options)) if (!scan.chunk(bytes, offset)) return;
  scan.end(options.end);
}

/** Reads the next chunk while the previous one is used; a chunk is valid until the next one. */
async function* readChunks(
  file: FileHandle,
  { start, end, signal }: ScanOptions,
): AsyncGenerator<{ readonly bytes: Buffer; readonly offset: number }> {
  const size = Math.max(0, Math.min(CHUNK_BYTES, end - start));
  let [used, free] = [Buffer.allocUnsafe(size), Buffer.allocUnsafe(size)];
  const read = async (buffer: Buffer, offset: number): Promise<Buffer> => {
    const length = Math.max(0, Math.min(buffer.length, end - offset));
    const { bytesRead } = length === 0 ? { bytesRead: 0 } : await file.read(buffer, 0, length, offset);
    return buffer.subarray(0, bytesRead);
  };
  let offset = start;
  for (let next = read(used, offset); ;) {
    const bytes = await next;
    signal?.throwIfAborted();
    if (bytes.length === 0) return;
    next = read(free, offset + bytes.length);
    // An error is thrown by the next round, unless the scan ends before.
    next.catch(() => undefined);
    try {
      yield { bytes, offset };
    } finally {
      // The file must not be closed while it is read.
      await next.catch(() => undefined);
    }
    offset += bytes.length;
    [used, free] = [free, used];
  }
}

/** Finds lines in chunks; a line across chunks is joined. */
class LineScan {
  private readonly line = new StepLine();
  private pieces: Buffer[] = [];
  private pieceBytes = 0;

  constructor(private readonly visitor: LogVisitor) {}

  /** @returns false if the visitor has ended the scan */
  chunk(bytes: Buffer, offset: number): boolean {
    const beyond = bytes.lastIndexOf(NEWLINE) + 1;
    let at = 0;
    if (beyond > 0 && this.pieceBytes > 0) {
      at = bytes.indexOf(NEWLINE) + 1;
      if (!this.joined(bytes.subarray(0, at), offset)) return false;
    }
    while (at < beyond) {
      if (this.line.parse(bytes, at)) {
        this.visitor.intact?.(this.line.checksum);
        if (this.visitor.step(offset + at, this.line.values) === false) return false;
        at = this.line.end;
      } else {
        const end = bytes.indexOf(NEWLINE, at);
        if (!this.unusual(bytes.subarray(at, end), offset + at)) return false;
        at = end + 1;
      }
    }
    if (beyond > 0) this.visitor.reached?.(offset + beyond);
    this.keep(bytes.subarray(beyond));
    return true;
  }

  /** The last line, where it has no line feed. */
  end(offset: number): void {
    if (this.pieceBytes > 0) this.joined(lineFeed, offset);
  }

  /** The line of the pieces and their end, which has the line feed: the parser reads up to it. */
  private joined(rest: Buffer, offset: number): boolean {
    const start = offset - this.pieceBytes;
    const isTooLong = this.pieces.length === 0;
    const bytes = Buffer.concat([...this.pieces, rest]);
    [this.pieces, this.pieceBytes] = [[], 0];
    if (isTooLong) return this.unusual(bytes.subarray(0, 0), start);
    if (this.line.parse(bytes, 0)) {
      this.visitor.intact?.(this.line.checksum);
      return this.visitor.step(start, this.line.values) !== false;
    }
    return this.unusual(bytes.subarray(0, -1), start);
  }

  private unusual(bytes: Buffer, offset: number): boolean {
    const text = openLine(bytes);
    if (text !== null) this.visitor.intact?.(checksumOfLine(bytes));
    if (text !== null && this.line.parseText(text)) return this.visitor.step(offset, this.line.values) !== false;
    this.visitor.other?.(offset, text);
    return true;
  }

  private keep(piece: Buffer): void {
    if (piece.length === 0) return;
    this.pieceBytes += piece.length;
    // The chunk is overwritten.
    if (this.pieceBytes > MAX_LINE_BYTES) this.pieces = [];
    else this.pieces.push(Buffer.from(piece));
  }
}
