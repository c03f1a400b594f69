/** Builds zip archives as bytes, with any field forged. */
import { crc32 } from 'node:zlib';

export interface RawEntry {
  readonly name: string;
  readonly data?: Uint8Array;
  /** 0 stored, 8 deflated. */
  readonly method?: number;
  /** Unpacked; the length of the data when absent. */
  readonly size?: number;
  readonly packedSize?: number;
  readonly crc?: number;
  readonly flags?: number;
  /** Unix mode, in the upper half of the attributes. */
  readonly mode?: number;
}

export function rawZip(
  entries: readonly RawEntry[],
  { entryCount = entries.length }: { readonly entryCount?: number } = {},
): Uint8Array {
  const locals: Buffer[] = [];
  const centrals: Buffer[] = [];
  let offset = 0;
  for (const entry of entries) {
    const local = Buffer.concat([record(0x04034b50, entry), Buffer.from(entry.name), entry.data ?? new Uint8Array(0)]);
    centrals.push(Buffer.concat([record(0x02014b50, entry, offset), Buffer.from(entry.name)]));
    locals.push(local);
    offset += local.length;
  }
  const directory = Buffer.concat(centrals);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(entryCount, 8);
  end.writeUInt16LE(entryCount, 10);
  end.writeUInt32LE(directory.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...locals, directory, end]);
}

/** A local file header, or with an offset a central directory header. */
function record(signature: number, entry: RawEntry, offset?: number): Buffer {
  const { name, data = new Uint8Array(0), method = 0, flags = 0, mode = 0 } = entry;
  const isCentral = offset !== undefined;
  const head = Buffer.alloc(isCentral ? 46 : 30);
  head.writeUInt32LE(signature, 0);
  const at = isCentral ? 6 : 4;
  head.writeUInt16LE(20, at);
  head.writeUInt16LE(flags, at + 2);
  head.writeUInt16LE(method, at + 4);
  head.writeUInt32LE(entry.crc ?? crc32(data), at + 10);
  head.writeUInt32LE(entry.packedSize ?? data.length, at + 14);
  head.writeUInt32LE(entry.size ?? data.length, at + 18);
  head.writeUInt16LE(Buffer.byteLength(name), at + 22);
  if (isCentral) {
    head.writeUInt32LE((mode << 16) >>> 0, 38);
    head.writeUInt32LE(offset, 42);
  }
  return head;
}
