/**
 * Reads untrusted zip archives, and writes archives that are reproducible byte for byte. Sizes in an archive are checked
 * against its own size and the caller's limits before anything is unpacked; names that lead out of the archive, links
 * and encrypted entries are refused.
 */
import { basename } from 'node:path';
import type { Readable } from 'node:stream';
import crc32 from 'buffer-crc32';
import type { Entry, ZipFile } from 'yauzl';
import { openPromise } from 'yauzl';
import { ZipFile as ZipOutput } from 'yazl';
import { writeAtomically } from '../../datasets/formats/atomic-write';
import { FormatError } from '../../datasets/formats/format-error';
import { message, MessageError, type Text } from '../../renderer/messages/message';
import { expectRegularFile } from './regular-file';

interface ZipLimits {
  readonly maxEntries: number;
  /** Unpacked bytes of all entries together. */
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
   * @throws FormatError for a file that is not a zip archive, exceeds the limits, or has entries that are not regular files
   */
  static async open(path: string, limits: ZipLimits): Promise<ZipArchive> {
    const file = basename(path);
    await expectRegularFile(path);
    const zip = await openPromise(path, { autoClose: false, strictFileNames: true }).catch((reason: Error) => {
      throw new FormatError(
        file,
        message('checkpoint.zip.expected'),
        message('checkpoint.zip.notArchive', { reason: reason.message.split('. ')[0]! }),
      );
    });
    // Reads report their errors themselves; an error event without a listener would end the process.
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

  /** Unpacked bytes of an entry; undefined if there is no such entry. */
  size(name: string): number | undefined {
    return this.entries.get(name)?.uncompressedSize;
  }

  /** Bytes of an entry in the archive. */
  packedSize(name: string): number {
    return this.find(name).compressedSize;
  }

  /** @throws as `stream` */
  async read(name: string): Promise<Uint8Array<ArrayBuffer>> {
    const bytes = new Uint8Array(this.find(name).uncompressedSize);
    let at = 0;
    for await (const part of this.stream(name)) {
      bytes.set(part, at);
      at += part.length;
    }
    return bytes;
  }

  /**
   * The bytes of an entry in parts, never more than its size.
   * @throws FormatError when there is no such entry; when its bytes do not match its size or, after the last part, its checksum
   */
  async *stream(name: string): AsyncGenerator<Uint8Array> {
    const entry = this.find(name);
    const { uncompressedSize: size, crc32: checksum } = entry;
    const where = `${this.file}, ${name}`;
    const expected = message('checkpoint.bytes', { count: size });
    let [at, crc] = [0, 0];
    try {
      for await (const part of await this.open(entry)) {
        at += part.length;
        if (at > size) throw new MessageError('checkpoint.zip.moreBytes');
        crc = crc32.unsigned(part, crc);
        yield part;
      }
    } catch (error) {
      const reason: Text = error instanceof MessageError ? error.text : (error as Error).message;
      throw new FormatError(where, expected, message('checkpoint.damaged', { reason }));
    }
    if (at !== size) throw new FormatError(where, expected, message('checkpoint.endAfter', { count: at }));
    if (crc !== checksum)
      throw new FormatError(where, message('checkpoint.zip.checksum'), message('checkpoint.otherBytes'));
  }

  private async open(entry: Entry): Promise<AsyncIterable<Buffer>> {
    return (await this.zip.openReadStreamPromise(entry)) as Readable;
  }

  private find(name: string): Entry {
    const entry = this.entries.get(name);
    if (entry) return entry;
    throw new FormatError(this.file, message('checkpoint.zip.entry', { name }), message('checkpoint.zip.noEntry'));
  }

  close(): void {
    this.zip.close();
  }
}

/** Opens an archive and closes it when `use` ends. */
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
  if (zip.entryCount > maxEntries)
    throw new FormatError(file, message('checkpoint.zip.maxEntries', { count: maxEntries }), String(zip.entryCount));
  const entries = new Map<string, Entry>();
  const taken = new Set<string>();
  let total = 0;
  for await (const entry of allEntries(zip, file)) {
    const { fileName: name } = entry;
    if (name.endsWith('/')) continue;
    checkEntry(entry, { fileSize: zip.fileSize, where: `${file}, ${name}` });
    // Names that differ only in case or normalisation collide on some systems.
    const folded = name.normalize('NFC').toLowerCase();
    if (taken.has(folded))
      throw new FormatError(file, message('checkpoint.zip.uniqueNames'), message('checkpoint.zip.twice', { name }));
    taken.add(folded);
    total += entry.uncompressedSize;
    if (total > maxBytes)
      throw new FormatError(
        file,
        message('checkpoint.zip.maxUnpacked', { count: maxBytes }),
        message('checkpoint.zip.sizeOrMore', { count: total }),
      );
    entries.set(name, entry);
  }
  return entries;
}

async function* allEntries(zip: ZipFile, file: string): AsyncGenerator<Entry> {
  try {
    yield* zip.eachEntry();
  } catch (error) {
    const found = message('checkpoint.damaged', { reason: (error as Error).message });
    throw new FormatError(file, message('checkpoint.zip.directory'), found);
  }
}

function checkEntry(entry: Entry, { fileSize, where }: { readonly fileSize: number; readonly where: string }): void {
  const { compressionMethod: method, compressedSize, uncompressedSize } = entry;
  if (entry.isEncrypted())
    throw new FormatError(where, message('checkpoint.zip.unencrypted'), message('checkpoint.zip.encrypted'));
  if (!regularFileTypes.includes(fileType(entry)))
    throw new FormatError(where, message('checkpoint.file.regular'), message('checkpoint.zip.link'));
  if (method !== compressionMethods.stored && method !== compressionMethods.deflated)
    throw new FormatError(
      where,
      message('checkpoint.zip.storedOrDeflated'),
      message('checkpoint.zip.method', { method }),
    );
  const maxSize = Math.min(compressedSize, fileSize) * (method === compressionMethods.stored ? 1 : MAX_DEFLATION);
  if (uncompressedSize > maxSize)
    throw new FormatError(
      where,
      message('checkpoint.zip.plausibleSize', { count: maxSize, compressed: compressedSize }),
      message('checkpoint.bytes', { count: uncompressedSize }),
    );
}

export interface ZipContent {
  readonly name: string;
  /** Bytes; or opens them, when all contents before it are written. */
  readonly content: Uint8Array | (() => Readable);
}

interface ZipOptions {
  /** Deflates the entries; by default they are stored. */
  readonly compressed?: boolean;
}

/** The earliest time that zip can store, in fields without time zone. */
const fixedMetadata = { mtime: new Date(1980, 0, 1), mode: 0o100644, forceDosTimestamp: true };

/** Writes an archive atomically, without copying the contents. @throws Error for a name that leads out of the archive */
export async function writeZip(
  path: string,
  contents: Iterable<ZipContent>,
  { compressed = false }: ZipOptions = {},
): Promise<void> {
  const zip = new ZipOutput();
  const stream = zip.outputStream as Readable;
  zip.on('error', (reason: Error) => stream.destroy(reason));
  // Whoever reads the stream gets the error; without a listener, one before the first read would end the process.
  stream.on('error', () => undefined);
  const options = { ...fixedMetadata, compress: compressed };
  for (const { name, content } of contents) {
    if (typeof content === 'function')
      zip.addReadStreamLazy(name, options, (use) => use(null, endTogether(content(), stream)));
    else zip.addBuffer(Buffer.from(content.buffer, content.byteOffset, content.byteLength), name, options);
  }
  zip.end();
  await writeAtomically(path, stream);
}

/** The library leaves both to its caller: errors of a content, and a content that is not read to its end. @returns `content` */
function endTogether(content: Readable, output: Readable): Readable {
  content.on('error', (reason) => output.destroy(reason));
  output.on('close', () => content.destroy());
  return content;
}
