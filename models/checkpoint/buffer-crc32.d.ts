/** Types of buffer-crc32: those in the package have no default export, which its module has. */
declare module 'buffer-crc32' {
  const crc32: {
    /** The CRC-32 of the bytes as an unsigned number; of all bytes, where `before` is that of the bytes before them. */
    unsigned(bytes: Buffer, before?: number): number;
  };
  export default crc32;
}
