/** Builds valid and invalid pickles instruction by instruction. */

export type Piece = string | number | readonly number[] | Uint8Array;

/** Texts give their bytes, numbers one byte each. */
export const assemble = (...pieces: readonly Piece[]): Uint8Array =>
  Buffer.concat(
    pieces.map((piece) =>
      typeof piece === 'string' ? Buffer.from(piece) : Uint8Array.from(typeof piece === 'number' ? [piece] : piece),
    ),
  );

/** SHORT_BINUNICODE */
export const text = (value: string): Uint8Array => assemble(0x8c, Buffer.byteLength(value), value);
/** GLOBAL */
export const globalName = (full: string): string =>
  `c${full.slice(0, full.lastIndexOf('.'))}\n${full.slice(full.lastIndexOf('.') + 1)}\n`;
/** BININT1 */
export const integer = (value: number): Uint8Array => assemble('K', value);
export const integers = (values: readonly number[]): Uint8Array => assemble('(', ...values.map(integer), 't');

export interface AssembledTensor {
  readonly storage?: string;
  readonly key?: string;
  readonly count?: number;
  readonly offset?: number;
  readonly shape?: readonly number[];
  readonly strides?: readonly number[];
}

/** A reference to the bytes of a storage. */
export const storageId = ({ storage = 'torch.FloatStorage', key = '0', count = 4 }: AssembledTensor = {}): Uint8Array =>
  assemble('(', text('storage'), globalName(storage), text(key), text('cpu'), integer(count), 't', 'Q');

/** A PyTorch tensor; offset, sizes and strides must be below 256. */
export function tensor(assembled: AssembledTensor = {}): Uint8Array {
  const { offset = 0, shape = [2, 2], strides = [2, 1] } = assembled;
  const hooks = assemble(globalName('collections.OrderedDict'), ')R');
  return assemble(
    globalName('torch._utils._rebuild_tensor_v2'),
    '(',
    storageId(assembled),
    integer(offset),
    integers(shape),
    integers(strides),
    0x89,
    hooks,
    'tR',
  );
}

/** A dictionary of assembled values. */
export const dictionary = (entries: Readonly<Record<string, Uint8Array>>): Uint8Array =>
  assemble('}(', ...Object.entries(entries).flatMap(([name, value]) => [text(name), value]), 'u');

export const pickle = (value: Uint8Array): Uint8Array => assemble(0x80, 2, value, '.');
