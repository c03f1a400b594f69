/** The recursions of the model families: one supervision step as in the papers. */
import { add, stopGradient } from '../graph/build';
import type { Tensor } from '../graph/graph';
import type { ModelConfig } from './config';

/** zH: the answer embedding ("y" in the TRM paper); zL: the latent ("z" in the TRM paper). */
export type State = 'zH' | 'zL';

/** States of the recursion, each [L, B·D]; a model without one of them leaves it out. */
export type Carry = { readonly [Name in State]?: Tensor };

/** Called with every state that the recursion builds: the traced solve decodes them. */
export interface Observer {
  latent?(zL: Tensor, previous: Tensor): void;
  /** The state that the heads read: zH, or the only state there is. */
  answer?(state: Tensor, previous: Tensor): void;
}

/** `h` updates zH, `l` updates zL; the same network where it is shared. */
export interface StateUpdaters {
  readonly h: (z: Tensor, injection?: Tensor) => Tensor;
  readonly l: (z: Tensor, injection?: Tensor) => Tensor;
}

export interface RecursionOptions {
  readonly config: Pick<ModelConfig, 'hCycles' | 'lCycles'>;
  /** Gradients flow through the last update of each state only, not through the whole last cycle. */
  readonly isOneStep: boolean;
  /** Updates with and without gradient: the same up to the precision of their products. */
  readonly updates: Readonly<Record<'withGrad' | 'noGrad', StateUpdaters>>;
  /** Embedded input, [L, B·D]. */
  readonly x: Tensor;
  readonly observer: Observer;
}

/** One supervision step, from carry to carry. */
export type Recursion = (start: Required<Carry>, options: RecursionOptions) => Carry;

/** TRM and HRM: L updates nested in H cycles, gradients in the last of them. */
const nested: Recursion = (start, { config: { hCycles, lCycles }, isOneStep, updates, x, observer }) => {
  let { zH, zL } = start;
  for (let cycle = 1; cycle <= hCycles; cycle++) {
    const isLast = cycle === hCycles;
    if (isLast) [zH, zL] = [stopGradient(zH), stopGradient(zL)];
    const injection = add(zH, x);
    for (let update = 1; update <= lCycles; update++) {
      const hasGrad = isLast && (update === lCycles || !isOneStep);
      const previous = isOneStep && hasGrad ? stopGradient(zL) : zL;
      zL = updates[hasGrad ? 'withGrad' : 'noGrad'].l(previous, injection);
      observer.latent?.(zL, previous);
    }
    const previous = zH;
    zH = updates[isLast ? 'withGrad' : 'noGrad'].h(previous, zL);
    observer.answer?.(zH, previous);
  }
  return { zH, zL };
};

/** One state, with injections only of x in the inner loop. */
const singleState: Recursion = (start, { config: { hCycles, lCycles }, updates, x, observer }) => {
  let { zL } = start;
  for (let cycle = 1; cycle <= hCycles; cycle++) {
    const isLast = cycle === hCycles;
    const { l } = updates[isLast ? 'withGrad' : 'noGrad'];
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

/** No recursion inside of a supervision step. */
const onePass: Recursion = ({ zH: start }, { updates, x, observer }) => {
  const zH = updates.withGrad.h(start, x);
  observer.answer?.(zH, start);
  return { zH };
};

export const recursions = { nested, singleState, onePass } as const satisfies Readonly<Record<string, Recursion>>;
