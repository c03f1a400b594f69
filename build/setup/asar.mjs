/**
 * Electron's archive format: two little-endian "pickles" (a size, then the JSON directory as a
 * length-prefixed string padded to four bytes), followed by the files one after another.
 */

/** @param files contents by name; flat, no folders. */
export function packAsar(files) {
  const directory = {};
  let offset = 0;
  for (const [name, content] of Object.entries(files)) {
    directory[name] = { size: content.length, offset: String(offset) };
    offset += content.length;
  }
  return Buffer.concat([header(JSON.stringify({ files: directory })), ...Object.values(files)]);
}

function header(json) {
  const text = Buffer.from(json);
  const padded = Math.ceil(text.length / 4) * 4;
  const bytes = Buffer.alloc(16 + padded);
  bytes.writeUInt32LE(4, 0);
  bytes.writeUInt32LE(padded + 8, 4);
  bytes.writeUInt32LE(padded + 4, 8);
  bytes.writeUInt32LE(text.length, 12);
  text.copy(bytes, 16);
  return bytes;
}
