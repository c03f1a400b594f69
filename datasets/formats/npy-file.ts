/** NumPy array files read by offset, so that a file of many gigabytes opens at once and stays on disk. */
import { lstat, open, type FileHandle } from 'node:fs/promises';
import { basename } from 'node:path';
import { FormatError } from './format-error';
import { MOST_HEADER_BYTES, npyTypes, readNpyHeader, type NpyHeader } from './npy-header';

export class NpyFile {
  private constructor(
    private readonly handle: FileHandle,
    private readonly header: NpyHeader,
    /** For messages: the file's name with its folder's. */
    readonly name: string,
  ) {}

  /**
   * Reads the header only, and holds the file's size against it.
   * @throws FormatError for what is no such array, is shorter or longer than its header says, or is a link
   */
  static async open(path: string, name: string = basename(path)): Promise<NpyFile> {
    const handle = await openPlain(path, name);
    try {
      const { buffer, bytesRead } = await handle.read(new Uint8Array(MOST_HEADER_BYTES), 0, MOST_HEADER_BYTES, 0);
      const header = readNpyHeader(buffer.subarray(0, bytesRead), name);
      const expected = header.offset + header.shape.reduce((product, size) => product * size, npyTypes[header.type]);
      const { size } = await handle.stat();
      if (size !== expected)
        throw new FormatError(name, `${expected} bytes, as shape (${header.shape.join(', ')}) takes`, String(size));
      return new NpyFile(handle, header, name);
    } catch (reason) {
      await handle.close();
      throw reason;
    }
  }

  get type() {
    return this.header.type;
  }

  get dimensions(): number {
    return this.header.shape.length;
  }

  /** Number of rows. */
  get count(): number {
    return this.header.shape[0]!;
  }

  /** Numbers in a row; 1 in an array of one dimension. */
  get width(): number {
    return this.header.shape[1] ?? 1;
  }

  /**
   * Rows from..to (the last not included), one after another.
   * @throws RangeError for rows the file does not have
   * @throws FormatError for a number beyond 32 bits
   */
  async rows(from: number, to: number): Promise<Int32Array> {
    return this.decode(new DataView((await this.bytes(from, to)).buffer), from);
  }

  /** The same, without a copy for arrays of bytes: a million grids are read so. @throws as `rows` */
  async numbers(from: number, to: number): Promise<Uint8Array | Int32Array> {
    return npyTypes[this.header.type] === 1 ? this.bytes(from, to) : this.rows(from, to);
  }

  private async bytes(from: number, to: number): Promise<Uint8Array<ArrayBuffer>> {
    this.requireRows(from, to);
    const size = npyTypes[this.header.type];
    const bytes = new Uint8Array((to - from) * this.width * size);
    const { bytesRead } = await this.handle.read(bytes, 0, bytes.length, this.header.offset + from * this.width * size);
    if (bytesRead !== bytes.length)
      throw new FormatError(this.name, `${bytes.length} bytes from row ${from} on`, String(bytesRead));
    return bytes;
  }

  private requireRows(from: number, to: number): void {
    if (!(Number.isInteger(from) && Number.isInteger(to) && 0 <= from && from <= to && to <= this.count))
      throw new RangeError(`${this.name} has rows 0 to ${this.count - 1}, asked for ${from} to ${to - 1}`);
  }

  private decode(view: DataView, from: number): Int32Array {
    const size = npyTypes[this.header.type];
    const values = new Int32Array(view.byteLength / size);
    for (let i = 0; i < values.length; i++) {
      if (size === 1) values[i] = view.getUint8(i);
      else values[i] = view.getInt32(i * size, true);
      if (size === 8 && view.getInt32(i * size + 4, true) !== values[i]! >> 31)
        throw new FormatError(
          `${this.name}, row ${from + Math.floor(i / this.width)}`,
          'numbers of 32 bits',
          String(view.getBigInt64(i * size, true)),
        );
    }
    return values;
  }

  close(): Promise<void> {
    return this.handle.close();
  }
}

/** A link could lead anywhere, and reading a pipe would never end. */
async function openPlain(path: string, name: string): Promise<FileHandle> {
  const stat = await lstat(path).catch((reason: NodeJS.ErrnoException) => {
    if (reason.code === 'ENOENT' || reason.code === 'ENOTDIR')
      throw new FormatError(name, 'a file', 'none of this name');
    throw reason;
  });
  if (!stat.isFile()) throw new FormatError(name, 'a plain file', stat.isSymbolicLink() ? 'a link' : 'something else');
  return open(path, 'r');
}
