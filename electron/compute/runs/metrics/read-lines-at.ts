/** Reads single lines of a large file by their byte offsets. */
import { readSync } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';

/** Some step lines. */
const WINDOW_BYTES = 1024;
const NEWLINE = 0x0a;

/**
 * The line at each offset. Reads synchronously: thousands of small reads through the
 * thread pool would take ten times as long.
 * @param offsets byte offsets of the beginnings of lines
 */
export function readLinesAt(file: FileHandle, offsets: readonly number[]): Map<number, string> {
  const reader = new WindowReader(file);
  const inOrder = [...new Set(offsets)].sort((a, b) => a - b);
  return new Map(inOrder.map((offset) => [offset, reader.line(offset)]));
}

/** Keeps the bytes that were read last, in which the next line may be. */
class WindowReader {
  private buffer = Buffer.alloc(0);
  /** The part of the buffer that was read. */
  private bytes = this.buffer;
  private start = 0;

  constructor(private readonly file: FileHandle) {}

  /** The line at an offset without its line feed. */
  line(offset: number): string {
    for (let size = WINDOW_BYTES; ; size *= 4) {
      const at = offset - this.start;
      const end = at < this.bytes.length ? this.bytes.indexOf(NEWLINE, at) : -1;
      if (end >= 0) return this.bytes.toString('utf8', at, end);
      if (this.read(offset, size) < size) return this.lineOfEnd();
    }
  }

  /** The first line of a window that reaches the end of the file. */
  private lineOfEnd(): string {
    const end = this.bytes.indexOf(NEWLINE);
    return this.bytes.toString('utf8', 0, end < 0 ? this.bytes.length : end);
  }

  /** @returns the number of bytes that were read */
  private read(offset: number, size: number): number {
    if (this.buffer.length < size) this.buffer = Buffer.allocUnsafe(size);
    this.bytes = this.buffer.subarray(0, readSync(this.file.fd, this.buffer, 0, size, offset));
    this.start = offset;
    return this.bytes.length;
  }
}
