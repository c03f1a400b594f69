/**
 * The op table: for every op its shape rule, cost, gradient, ONNX form and use of memory in one entry. A missing rule is a
 * type error.
 */
import { elementwise } from './ops/elementwise';
import { layout } from './ops/layout';
import { linear } from './ops/linear';
import type { Attributes, Op, OpName } from './ops/op';
import { reductions } from './ops/reduction';
import type { TensorType } from './shape';
import { ShapeError } from './shape';

export const ops: { readonly [Name in OpName]: Op<Name> } = { ...layout, ...elementwise, ...linear, ...reductions };

/** The type an op gives its inputs. @throws ShapeError that begins with `where` */
export function inferType<Name extends OpName>(
  where: string,
  {
    op,
    inputs,
    attributes,
  }: { readonly op: Name; readonly inputs: readonly TensorType[]; readonly attributes: Attributes[Name] },
): TensorType {
  try {
    return ops[op].infer(inputs, attributes);
  } catch (error) {
    throw error instanceof ShapeError ? new ShapeError(`${where}: ${error.message}`) : error;
  }
}
