/** How each member of the family goes through one supervision step. Side by side, since their differences are the story. */
import { add, stopGradient } from '../graph/build';
import type { Tensor } from '../graph/graph';
import type { Family, ModelConfig } from './config';

/** States of the recursion, each [L, B·D]; a model without one of them leaves it out. */
export interface Carry {
  /** The answer embedding ("y" in the TRM paper). */
  readonly zH?: Tensor;
  /** The latent ("z" in the TRM paper). */
  readonly zL?: Tensor;
}

/** Told of every state as the recursion builds it: the traced solve decodes them. */
export interface Observer {
  latent?(zL: Tensor, previous: Tensor): void;
  /** What the heads would read here: zH, or the only state there is. */
  answer?(state: Tensor, previous: Tensor): void;
}

/** `h` updates zH, `l` updates zL; the same network where it is shared. */
export interface Updates {
  readonly h: (z: Tensor, injection?: Tensor) => Tensor;
  readonly l: (z: Tensor, injection?: Tensor) => Tensor;
}

export interface RecursionOptions {
  readonly config: ModelConfig;
  /** Those through which gradients flow, and those without: the same up to the precision of their products. */
  readonly updates: Readonly<Record<'learning' | 'quiet', Updates>>;
  /** Embedded input, [L, B·D]. */
  readonly x: Tensor;
  readonly observer: Observer;
}

/** From carry to carry; gradients flow where the model's training lets them. */
export type Recursion = (start: Required<Carry>, options: RecursionOptions) => Carry;

/** Gradients through the last of the hCycles, or only through the last update of zL and of zH. */
const trm: Recursion = (start, { config, updates, x, observer }) => {
  const { hCycles, lCycles } = config;
  const oneStep = config.oneStepGradient || config.family === 'hrm';
  let { zH, zL } = start;
  for (let cycle = 1; cycle <= hCycles; cycle++) {
    const isLast = cycle === hCycles;
    if (isLast) [zH, zL] = [stopGradient(zH), stopGradient(zL)];
    const injection = add(zH, x);
    for (let update = 1; update <= lCycles; update++) {
      const learns = isLast && (update === lCycles || !oneStep);
      const previous = oneStep && learns ? stopGradient(zL) : zL;
      zL = updates[learns ? 'learning' : 'quiet'].l(previous, injection);
      observer.latent?.(zL, previous);
    }
    const previous = zH;
    zH = updates[isLast ? 'learning' : 'quiet'].h(previous, zL);
    observer.answer?.(zH, previous);
  }
  return { zH, zL };
};

/** One state, with injections only of x in the inner loop. */
const singleZ: Recursion = (start, { config: { hCycles, lCycles }, updates, x, observer }) => {
  let { zL } = start;
  for (let cycle = 1; cycle <= hCycles; cycle++) {
    const isLast = cycle === hCycles;
    const { l } = updates[isLast ? 'learning' : 'quiet'];
    if (isLast) zL = stopGradient(zL);
    for (let update = 1; update <= lCycles; update++) {
      const previous = zL;
      zL = l(previous, x);
      observer.latent?.(zL, previous);
    }
    const previous = zL;
    zL = l(previous);
    observer.answer?.(zL, previous);
  }
  return { zL };
};

/** No recursion: one pass a supervision step. */
const direct: Recursion = ({ zH: start }, { updates, x, observer }) => {
  const zH = updates.learning.h(start, x);
  observer.answer?.(zH, start);
  return { zH };
};

/** HRM nests its updates as TRM does, with two networks and gradients through the last two updates only. */
export const recursions: Readonly<Record<Family, Recursion>> = { trm, singleZ, hrm: trm, direct };
