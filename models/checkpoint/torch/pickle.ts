/**
 * Reads a pickle without executing it. A pickle is a program for a small stack machine; this one knows the
 * instructions that build plain data, and lets a program name nothing but the constructors it is given.
 */
import { instructions } from './pickle-instructions';
import { Machine, type PickleOptions } from './pickle-machine';
import type { PickleValue } from './pickle-value';

/** The value, and where the pickle ended. @throws FormatError for everything but plain data made by the given constructors */
export function readPickle(options: PickleOptions): { readonly value: PickleValue; readonly end: number } {
  return new Machine(options, instructions).run();
}
