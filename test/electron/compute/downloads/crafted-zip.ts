/** Zip archives written byte by byte (APPNOTE 4.3), so that tests can write invalid ones. */
import { deflateRawSync } from 'node:zlib';
import { crc32 } from 'node:zlib';

export interface CraftedEntry {
  readonly name: string;
  readonly content?: string | Uint8Array;
  /** Wrong values for fields of the headers. */
  readonly overrides?: {
    readonly bytes?: number;
    readonly crc?: number;
    readonly method?: number;
    readonly flags?: number;
  };
  /** File type and permissions of a Unix system. */
  readonly mode?: number;
}

export function craftedZip(entries: readonly CraftedEntry[], comment = ''): Buffer {
  const locals: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const entry of entries) {
    const { local, central } = createRecords(entry, offset);
    locals.push(local);
    directory.push(central);
    offset += local.length;
  }
  const central = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(entries.length, 8);
  end.writeUInt16LE(entries.length, 10);
  end.writeUInt32LE(central.length, 12);
  end.writeUInt32LE(offset, 16);
  end.writeUInt16LE(comment.length, 20);
  return Buffer.concat([...locals, central, end, Buffer.from(comment)]);
}

function createRecords(
  { name, content = '', overrides = {}, mode = 0o100644 }: CraftedEntry,
  offset: number,
): { local: Buffer; central: Buffer } {
  const bytes = Buffer.from(content);
  const packed = deflateRawSync(bytes);
  const file = Buffer.from(name);
  const common = Buffer.alloc(26);
  common.writeUInt16LE(20, 0);
  common.writeUInt16LE(overrides.flags ?? 0x800, 2);
  common.writeUInt16LE(overrides.method ?? 8, 4);
  common.writeUInt32LE(overrides.crc ?? crc32(bytes), 10);
  common.writeUInt32LE(packed.length, 14);
  common.writeUInt32LE(overrides.bytes ?? bytes.length, 18);
  common.writeUInt16LE(file.length, 22);
  const tail = Buffer.alloc(14);
  tail.writeUInt32LE((mode << 16) >>> 0, 6);
  tail.writeUInt32LE(offset, 10);
  const madeByUnix = Buffer.from([20, 3]);
  return {
    local: Buffer.concat([Buffer.from('PK\x03\x04', 'latin1'), common, file, packed]),
    central: Buffer.concat([Buffer.from('PK\x01\x02', 'latin1'), madeByUnix, common, tail, file]),
  };
}
