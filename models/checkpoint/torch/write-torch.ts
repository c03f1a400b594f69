/** Writes a checkpoint that PyTorch loads with `weights_only=True`: its zip container, entries stored as they are. */
import { basename } from 'node:path';
import { FormatError } from '../../../datasets/formats/format-error';
import { elementCount } from '../element-types';
import type { ZipContent } from '../zip-writer';
import { writeZip } from '../zip-writer';
import { pickleStateDict } from './pickle-writer';

export interface FloatTensor {
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

/** The same tensors give the same file, byte for byte. @throws FormatError when values do not fill their shape or a name is given twice */
export async function writeTorchCheckpoint(
  path: string,
  tensors: Iterable<readonly [string, FloatTensor]>,
): Promise<void> {
  const all = [...tensors].map(([name, tensor], index) => ({ name, ...tensor, key: String(index) }));
  const names = new Set<string>();
  for (const { name, shape, values } of all) {
    if (names.has(name)) throw new FormatError(basename(path), 'one tensor of a name', `a second ${name}`);
    names.add(name);
    if (elementCount(shape) !== values.length)
      throw new FormatError(basename(path), `values that fill [${shape.join(', ')}] of ${name}`, `${values.length}`);
  }
  await writeZip(path, contents(all));
}

type Stored = FloatTensor & { readonly name: string; readonly key: string };

/** The order is PyTorch's. */
function contents(tensors: readonly Stored[]): ZipContent[] {
  const text = (name: string, content: string) => ({ name: `archive/${name}`, content: Buffer.from(content) });
  const storages = tensors.map(({ key, values: { buffer, byteOffset, byteLength } }) => ({
    name: `archive/data/${key}`,
    content: new Uint8Array(buffer, byteOffset, byteLength),
  }));
  return [
    { name: 'archive/data.pkl', content: pickleStateDict(tensors) },
    text('byteorder', 'little'),
    ...storages,
    text('version', '3\n'),
  ];
}
