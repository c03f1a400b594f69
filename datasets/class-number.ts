/** Numbers for symmetry classes. */
import { sha256 } from '@noble/hashes/sha2.js';
import type { PuzzleKind } from './kinds/puzzle-kind';

const encoder = new TextEncoder();

/**
 * A uniform 48-bit number from the hash of the symmetry class of a puzzle. Among a million classes two share one with a probability of 1 in
 * 500.
 */
export function getClassNumber(kind: PuzzleKind, inputs: Uint8Array): number {
  const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0] = sha256(encoder.encode(kind.classHash(inputs)));
  return ((a << 8) | b) * 2 ** 32 + (((c << 24) | (d << 16) | (e << 8) | f) >>> 0);
}
