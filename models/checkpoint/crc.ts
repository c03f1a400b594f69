/** Cyclic redundancy checks of 32 bits, bits reflected, as zip files and record files carry them. */

type Crc = (bytes: Uint8Array) => number;

function crcOf(reversedPolynomial: number): Crc {
  const table = Uint32Array.from({ length: 256 }, (_, byte) => {
    let remainder = byte;
    for (let bit = 0; bit < 8; bit++)
      remainder = remainder & 1 ? (remainder >>> 1) ^ reversedPolynomial : remainder >>> 1;
    return remainder;
  });
  return (bytes) => {
    let crc = 0xffffffff;
    for (let i = 0; i < bytes.length; i++) crc = table[(crc ^ bytes[i]!) & 0xff]! ^ (crc >>> 8);
    return (crc ^ 0xffffffff) >>> 0;
  };
}

/** The one of zip, gzip and PNG. */
export const crc32 = crcOf(0xedb88320);

/** Castagnoli's, which TensorBoard's record files use. */
export const crc32c = crcOf(0x82f63b78);
