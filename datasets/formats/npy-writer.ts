/** NumPy array files written row by row; the number of rows is filled in at the end. */
import { open, type FileHandle } from 'node:fs/promises';
import { npyHeaderBytes, npyTypes, type NpyType } from './npy-file';

/** Bytes gathered before they are written. */
const CHUNK = 1 << 20;

export class NpyWriter {
  private readonly chunk = new DataView(new ArrayBuffer(CHUNK));
  private filled = 0;
  private count = 0;

  private constructor(
    private readonly handle: FileHandle,
    private readonly type: NpyType,
    private readonly width: number | null,
  ) {}

  /**
   * `width`: numbers in a row; null for an array of one dimension.
   * @throws where the file exists already or cannot be made
   */
  static async create(path: string, type: NpyType, width: number | null): Promise<NpyWriter> {
    const writer = new NpyWriter(await open(path, 'wx'), type, width);
    await writer.handle.write(npyHeaderBytes(type, writer.shape()));
    return writer;
  }

  /** One row. @throws RangeError when it has another length than the array's rows */
  async append(row: ArrayLike<number>): Promise<void> {
    if (row.length !== (this.width ?? 1))
      throw new RangeError(`expected a row of ${this.width ?? 1} numbers, came ${row.length}`);
    for (let i = 0; i < row.length; i++) {
      if (this.filled + npyTypes[this.type] > CHUNK) await this.flush();
      this.put(row[i]!);
    }
    this.count++;
  }

  private put(value: number): void {
    const size = npyTypes[this.type];
    if (size === 1) this.chunk.setUint8(this.filled, value);
    else if (size === 4) this.chunk.setInt32(this.filled, value, true);
    else this.chunk.setBigInt64(this.filled, BigInt(value), true);
    this.filled += size;
  }

  private async flush(): Promise<void> {
    await this.handle.write(new Uint8Array(this.chunk.buffer, 0, this.filled));
    this.filled = 0;
  }

  private shape(): number[] {
    return this.width === null ? [this.count] : [this.count, this.width];
  }

  /** Writes what is left and the number of rows, and sees to it that all is on the disk. */
  async finish(): Promise<void> {
    await this.flush();
    await this.handle.write(npyHeaderBytes(this.type, this.shape()), 0, undefined, 0);
    await this.handle.sync();
    await this.handle.close();
  }

  /** Closes the file as it is; for a writing that is given up. */
  abandon(): Promise<void> {
    return this.handle.close().catch(() => undefined);
  }
}
