/**
 * Reads zip archives from anywhere and writes ones that are always the same, byte for byte. What an archive claims is
 * checked against its own size and the caller's limits before anything is unpacked; names that lead out of it, links and
 * encryption are refused.
 */
import { basename } from 'node:path';
import type { Readable } from 'node:stream';
import crc32 from 'buffer-crc32';
import type { Entry, ZipFile } from 'yauzl';
import { openPromise } from 'yauzl';
import { ZipFile as ZipOutput } from 'yazl';
import { writeAtomically } from '../../datasets/formats/atomic-write';
import { FormatError } from '../../datasets/formats/format-error';
import { expectRegularFile } from './regular-file';

interface ZipLimits {
  readonly maxEntries: number;
  /** Of all entries together, unpacked. */
  readonly maxBytes: number;
}

/** The compression methods that are accepted; zip defines more. */
const compressionMethods = { stored: 0, deflated: 8 } as const;

/** Largest expansion of deflate, per byte. */
const MAX_DEFLATION = 1032;

/** File type of an entry from a Unix system, in the upper half of its attributes. */
const fileType = ({ externalFileAttributes }: Entry): number => (externalFileAttributes >>> 28) & 0xf;
const regularFileTypes = [0, 0x8];

export class ZipArchive {
  private constructor(
    private readonly zip: ZipFile,
    /** For messages: the file's name. */
    private readonly file: string,
    private readonly entries: ReadonlyMap<string, Entry>,
  ) {}

  /**
   * Reads the directory only.
   * @throws FormatError for what is no zip archive, breaks the limits, or has entries that are not plain files
   */
  static async open(path: string, limits: ZipLimits): Promise<ZipArchive> {
    const file = basename(path);
    await expectRegularFile(path);
    const zip = await openPromise(path, { autoClose: false, strictFileNames: true }).catch((reason: Error) => {
      throw new FormatError(
        file,
        'a whole zip archive',
        `another file, or one cut off (${reason.message.split('. ')[0]})`,
      );
    });
    // Reading reports its own errors; without a listener this event would end the process.
    zip.on('error', () => undefined);
    try {
      return new ZipArchive(zip, file, await directory(zip, { ...limits, file }));
    } catch (reason) {
      zip.close();
      throw reason;
    }
  }

  get names(): string[] {
    return [...this.entries.keys()];
  }

  /** Bytes of an entry, unpacked; undefined where there is none of the name. */
  size(name: string): number | undefined {
    return this.entries.get(name)?.uncompressedSize;
  }

  /** @throws FormatError when there is no such entry, or its bytes do not fit its size or checksum */
  async read(name: string): Promise<Uint8Array<ArrayBuffer>> {
    const entry = this.entries.get(name);
    if (!entry) throw new FormatError(this.file, `an entry ${name}`, 'none of this name');
    const where = `${this.file}, ${name}`;
    const bytes = new Uint8Array(entry.uncompressedSize);
    const length = await this.unpack(entry, bytes).catch((reason: Error) => {
      throw new FormatError(where, `${bytes.length} bytes`, `damaged ones (${reason.message})`);
    });
    if (length !== bytes.length) throw new FormatError(where, `${bytes.length} bytes`, `the end after ${length}`);
    if (crc32.unsigned(Buffer.from(bytes.buffer)) !== entry.crc32)
      throw new FormatError(where, 'bytes that fit the checksum', 'others');
    return bytes;
  }

  /** Fills `into` and returns how many bytes came. */
  private async unpack(entry: Entry, into: Uint8Array): Promise<number> {
    const stream: Readable = await this.zip.openReadStreamPromise(entry);
    let at = 0;
    for await (const chunk of stream as AsyncIterable<Uint8Array>) {
      if (at + chunk.length > into.length) throw new Error('more than that');
      into.set(chunk, at);
      at += chunk.length;
    }
    return at;
  }

  close(): void {
    this.zip.close();
  }
}

/** Opens an archive for as long as `use` takes. */
export async function withZip<Result>(
  path: string,
  limits: ZipLimits,
  use: (archive: ZipArchive) => Promise<Result>,
): Promise<Result> {
  const archive = await ZipArchive.open(path, limits);
  try {
    return await use(archive);
  } finally {
    archive.close();
  }
}

type Bounds = ZipLimits & { readonly file: string };

async function directory(zip: ZipFile, bounds: Bounds): Promise<Map<string, Entry>> {
  const { file, maxEntries, maxBytes } = bounds;
  if (zip.entryCount > maxEntries) throw new FormatError(file, `at most ${maxEntries} entries`, String(zip.entryCount));
  const entries = new Map<string, Entry>();
  const taken = new Set<string>();
  let total = 0;
  for await (const entry of allEntries(zip, file)) {
    const { fileName: name } = entry;
    if (name.endsWith('/')) continue;
    checkEntry(entry, { fileSize: zip.fileSize, where: `${file}, ${name}` });
    // Names that differ only by case or normalisation collide on some systems.
    const folded = name.normalize('NFC').toLowerCase();
    if (taken.has(folded)) throw new FormatError(file, 'one entry of a name', `a second ${name}`);
    taken.add(folded);
    total += entry.uncompressedSize;
    if (total > maxBytes) throw new FormatError(file, `at most ${maxBytes} bytes when unpacked`, `${total} and more`);
    entries.set(name, entry);
  }
  return entries;
}

async function* allEntries(zip: ZipFile, file: string): AsyncGenerator<Entry> {
  try {
    yield* zip.eachEntry();
  } catch (reason) {
    throw new FormatError(file, 'a sound zip directory', `a damaged one (${(reason as Error).message})`);
  }
}

function checkEntry(entry: Entry, { fileSize, where }: { readonly fileSize: number; readonly where: string }): void {
  const { compressionMethod: way, compressedSize, uncompressedSize } = entry;
  if (entry.isEncrypted()) throw new FormatError(where, 'an open entry', 'an encrypted one');
  if (!regularFileTypes.includes(fileType(entry)))
    throw new FormatError(where, 'a plain file', 'a link or something else');
  if (way !== compressionMethods.stored && way !== compressionMethods.deflated)
    throw new FormatError(where, 'an entry stored as it is or deflated', `compression method ${way}`);
  const maxSize = Math.min(compressedSize, fileSize) * (way === compressionMethods.stored ? 1 : MAX_DEFLATION);
  if (uncompressedSize > maxSize)
    throw new FormatError(
      where,
      `at most ${maxSize} bytes, as ${compressedSize} can hold`,
      `a claim of ${uncompressedSize}`,
    );
}

export interface ZipContent {
  readonly name: string;
  readonly content: Uint8Array;
}

interface ZipOptions {
  /** Deflated; else stored as it is. */
  readonly compressed?: boolean;
}

/** The earliest time that zip can store, in fields without time zone. */
const fixedMetadata = { mtime: new Date(1980, 0, 1), mode: 0o100644, forceDosTimestamp: true };

/** Whole or not at all; contents are not copied. @throws Error for a name that leads out of the archive */
export async function writeZip(
  path: string,
  contents: Iterable<ZipContent>,
  { compressed = false }: ZipOptions = {},
): Promise<void> {
  const zip = new ZipOutput();
  const stream = zip.outputStream as Readable;
  zip.on('error', (reason: Error) => stream.destroy(reason));
  for (const { name, content } of contents) {
    const bytes = Buffer.from(content.buffer, content.byteOffset, content.byteLength);
    zip.addBuffer(bytes, name, { ...fixedMetadata, compress: compressed });
  }
  zip.end();
  await writeAtomically(path, stream);
}
