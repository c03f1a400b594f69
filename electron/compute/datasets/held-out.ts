/** Whole symmetry classes held out of a set that has no test split, however large: only a number a class is kept in memory. */
import { sha256 } from '@noble/hashes/sha2.js';
import type { PuzzleSource } from '../../../datasets/formats/puzzle-source';
import type { Puzzle } from '../../../datasets/kinds/puzzle-kind';
import type { Job } from './job';

/**
 * Reads the train split once and tells which of its puzzles to hold out: those of a share of the classes,
 * rounded, the ones whose number is lowest. The same for the same puzzles in any order.
 */
export async function classesHeldOut(
  source: PuzzleSource,
  share: number,
  job: Job,
): Promise<(puzzle: Puzzle) => boolean> {
  const numbers = new Set<number>();
  const total = source.counts.train ?? null;
  let seen = 0;
  for await (const { inputs } of source.read('train')) {
    numbers.add(numberOf(source.kind.classHash(inputs)));
    await job.did(++seen, total, (done) => `${done} puzzles sorted into classes`);
  }
  const held = Math.round(numbers.size * share);
  const limit = held === 0 ? -1 : Float64Array.from(numbers).sort()[held - 1]!;
  return ({ inputs }) => numberOf(source.kind.classHash(inputs)) <= limit;
}

const encoder = new TextEncoder();

/** 48 bits, evenly spread. */
function numberOf(hash: string): number {
  const view = new DataView(sha256(encoder.encode(hash)).buffer);
  return view.getUint16(0) * 2 ** 32 + view.getUint32(2);
}
