/** Initial weights: the truncated normal of the reference, whose true standard deviation is the one asked for. */

/** What an initialiser needs to draw from. */
export interface UniformSource {
  /** Uniform in [0, 1). */
  uniform(): number;
}

export type Init =
  { readonly kind: 'truncatedNormal'; readonly std: number } | { readonly kind: 'constant'; readonly value: number };

/** Linear layers: truncated normal with standard deviation 1/√fanIn. */
export const fanIn = (inputs: number): Init => ({ kind: 'truncatedNormal', std: 1 / Math.sqrt(inputs) });

/** The normal is cut at ±2 of its own standard deviations. */
const CUT = 2;
/** Φ(2) − Φ(−2): the probability mass that the cut leaves, = erf(√2). */
const MASS = 0.9544997361036416;
const DENSITY_AT_CUT = Math.exp((-CUT * CUT) / 2) / Math.sqrt(2 * Math.PI);
/** Standard deviation of a standard normal after the cut. */
const CUT_STD = Math.sqrt(1 - (2 * CUT * DENSITY_AT_CUT) / MASS);

/** Largest uniform draw, erf(√2): draws lie in ±UNIFORM_BOUND. */
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
