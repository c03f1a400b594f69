/** The names of one model's tensors, however it was wrapped when it was saved. */
import { FormatError } from '../../../datasets/formats/format-error';
import type { StoredTensor } from '../element-types';

export type Tensors = ReadonlyMap<string, StoredTensor>;

/** Of compiling, of training on several devices, of the loss around the model, and of the model around its network. */
const wrappings = /^(?:_orig_mod\.|module\.|model\.|inner\.)*/u;

/** As the lab keeps them. @throws FormatError when two tensors would get one name */
export function plainNames(tensors: Tensors, file: string): Tensors {
  const plain = new Map<string, StoredTensor>();
  for (const [name, tensor] of tensors) {
    const own = name.replace(wrappings, 'model.inner.');
    if (plain.has(own)) throw new FormatError(file, `one tensor ${own}`, `a second (${name})`);
    plain.set(own, tensor);
  }
  return plain;
}
