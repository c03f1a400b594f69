/**
 * All trained weights live in one flat float32 vector: the graph slices what it needs, the gradients
 * are joined in the same order, and optimiser and EMA are a few passes over flat vectors.
 */
import { backward } from '../graph/backward';
import type { Gradient } from '../graph/ops/op';
import { concat, reshape, slice } from '../graph/build';
import type { Tensor } from '../graph/graph';
import type { Shape } from '../graph/shape';
import { elements, ShapeError, showShape } from '../graph/shape';
import type { Init, UniformSource } from './init';
import { initialise } from './init';

/** A weight under its reference name; linear weights are [out, in]. */
export interface ParameterSpec {
  readonly name: string;
  readonly shape: Shape;
  readonly init: Init;
}

/** Offset of each weight in the flat vector. */
export class ParameterLayout {
  readonly size: number;
  private readonly offsets = new Map<string, { readonly spec: ParameterSpec; readonly offset: number }>();

  constructor(readonly specs: readonly ParameterSpec[]) {
    let offset = 0;
    for (const spec of specs) {
      if (this.offsets.has(spec.name)) throw new ShapeError(`weight ${spec.name} is named twice`);
      this.offsets.set(spec.name, { spec, offset });
      offset += elements(spec.shape);
    }
    this.size = offset;
  }

  find(name: string): { readonly spec: ParameterSpec; readonly offset: number } {
    const found = this.offsets.get(name);
    if (!found) throw new Error(`the model has no weight called ${name}`);
    return found;
  }

  /** A fresh flat vector, drawn weight by weight in layout order. */
  initialise(random: UniformSource): Float32Array {
    const flat = new Float32Array(this.size);
    for (const { spec } of this.offsets.values()) initialise(this.values(flat, spec.name), spec.init, random);
    return flat;
  }

  /** The part of a flat vector that belongs to a weight (a view, not a copy). */
  values(flat: Float32Array, name: string): Float32Array {
    const { spec, offset } = this.find(name);
    return flat.subarray(offset, offset + elements(spec.shape));
  }
}

interface View {
  readonly from: number;
  readonly to: number;
  readonly tensor: Tensor;
}

/** The weights of one graph: views into a flat tensor, remembered so that their gradients can be joined. */
export class Weights {
  private readonly views = new Map<string, View>();

  constructor(
    readonly flat: Tensor,
    private readonly layout: ParameterLayout,
  ) {}

  /**
   * A weight, or some of its first-axis rows: fused weights (gate and up; q, k, v) are used in parts.
   * @throws ShapeError when the weight has no such rows
   */
  get(name: string, rows?: { readonly from: number; readonly to: number }): Tensor {
    const { spec, offset } = this.layout.find(name);
    const [first = 0, ...rest] = spec.shape;
    const { from, to } = rows ?? { from: 0, to: first };
    if (!(from >= 0 && from < to && to <= first))
      throw new ShapeError(`${name} ${showShape(spec.shape)} has no rows ${from}..${to}`);
    const at = { from: offset + from * elements(rest), to: offset + to * elements(rest) };
    const tensor = reshape(slice(this.flat, 0, at), [to - from, ...rest]);
    this.views.set(`${at.from}..${at.to}`, { ...at, tensor });
    return tensor;
  }

  /**
   * d loss / d flat, [size], then d loss / d each of `others`. Weights the loss does not reach get zeros.
   * @throws ShapeError when views overlap, or the loss does not reach one of the others
   */
  gradients(loss: Tensor, others: readonly Tensor[] = []): Tensor[] {
    const views = [...this.views.values()].sort((a, b) => a.from - b.from);
    const gradients = backward(loss, [...views.map((view) => view.tensor), ...others]);
    const rest = gradients.slice(views.length).map((gradient) => {
      if (!gradient) throw new ShapeError('the loss does not depend on a tensor whose gradient is asked for');
      return gradient;
    });
    return [this.join(views, gradients), ...rest];
  }

  private join(views: readonly View[], gradients: readonly Gradient[]): Tensor {
    const parts: Tensor[] = [];
    let end = 0;
    views.forEach(({ from, to }, index) => {
      if (from < end) throw new ShapeError(`weight views overlap at ${from}`);
      if (from > end) parts.push(this.zeros(from - end));
      const gradient = gradients[index];
      parts.push(gradient ? reshape(gradient, [to - from]) : this.zeros(to - from));
      end = to;
    });
    if (end < this.layout.size) parts.push(this.zeros(this.layout.size - end));
    return concat(parts, 0);
  }

  private zeros(length: number): Tensor {
    return this.flat.graph.constant(new Float32Array(length), [length]);
  }
}
