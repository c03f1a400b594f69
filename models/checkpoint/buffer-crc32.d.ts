/** Types of buffer-crc32: those in the package have no default export, which its module has. */
declare module 'buffer-crc32' {
  const crc32: {
    /** The CRC-32 of the bytes as an unsigned number. */
    unsigned(bytes: Buffer): number;
  };
  export default crc32;
}
