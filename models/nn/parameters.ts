/**
 * Initial weights, and the flat vector of all trained weights: the graph slices what it needs, gradients are joined in the
 * same order, and optimiser and EMA are a few passes over flat vectors.
 */
import { backward } from '../graph/backward';
import { concat, reshape, slice } from '../graph/build';
import type { Tensor } from '../graph/graph';
import type { Gradient } from '../graph/ops/op';
import type { Shape } from '../graph/shape';
import { countElements, ShapeError, formatShape } from '../graph/shape';

/** Source of random numbers for initialisation. */
export interface UniformSource {
  /** Uniform in [0, 1). */
  uniform(): number;
}

type Init =
  { readonly kind: 'truncatedNormal'; readonly std: number } | { readonly kind: 'constant'; readonly value: number };

/** Linear layers: truncated normal with standard deviation 1/√fanIn. */
export const fanIn = (inputs: number): Init => ({ kind: 'truncatedNormal', std: 1 / Math.sqrt(inputs) });

/** The normal is truncated at ±2 of its own standard deviations. */
const CUT = 2;
/** Φ(2) − Φ(−2): the probability mass after truncation, = erf(√2). */
const MASS = 0.9544997361036416;
const DENSITY_AT_CUT = Math.exp((-CUT * CUT) / 2) / Math.sqrt(2 * Math.PI);
/** Standard deviation of a standard normal after the cut. */
const CUT_STD = Math.sqrt(1 - (2 * CUT * DENSITY_AT_CUT) / MASS);

/** Largest uniform draw, erf(√2): draws are within ±UNIFORM_BOUND. */
export const UNIFORM_BOUND = MASS;

/** Maps a uniform draw in ±UNIFORM_BOUND to a weight with standard deviation `std`. */
export function truncatedNormal(uniform: number, std: number): number {
  const scale = std / CUT_STD;
  const weight = Math.SQRT2 * inverseErf(uniform) * scale;
  return Math.min(Math.max(weight, -CUT * scale), CUT * scale);
}

/** Central branch of Giles' approximation (GPU Computing Gems 2, 2011), valid for |x| < 0.996: 4e-7 relative. */
const GILES = [
  2.81022636e-8, 3.43273939e-7, -3.5233877e-6, -4.39150654e-6, 2.1858087e-4, -1.25372503e-3, -4.17768164e-3,
  0.246640727, 1.50140941,
];

function inverseErf(x: number): number {
  const w = -Math.log((1 - x) * (1 + x)) - 2.5;
  return x * GILES.reduce((sum, coefficient) => sum * w + coefficient, 0);
}

/** Fills `target` in place. */
export function initialise(target: Float32Array, init: Init, random: UniformSource): void {
  if (init.kind === 'constant') return void target.fill(init.value);
  for (let i = 0; i < target.length; i++)
    target[i] = truncatedNormal((2 * random.uniform() - 1) * UNIFORM_BOUND, init.std);
}

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
      offset += countElements(spec.shape);
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
    return flat.subarray(offset, offset + countElements(spec.shape));
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
      throw new ShapeError(`${name} ${formatShape(spec.shape)} has no rows ${from}..${to}`);
    const at = { from: offset + from * countElements(rest), to: offset + to * countElements(rest) };
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
      if (!gradient) throw new ShapeError('the loss does not depend on a tensor whose gradient is requested');
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
