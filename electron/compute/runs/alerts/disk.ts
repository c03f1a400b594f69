/** Whether the disk has room for what a run writes next. */
import { inWords } from '../preflight';
import { Latch } from './latch';

/** Beside those that are kept one is written before the oldest goes; and the saved model comes at the end. */
const CHECKPOINTS = 3;
/** Other programs need some too: below this systems begin to complain. */
const LEAST_BYTES = 500e6;
/** Times what is needed: room that comes and goes by a little is told once. */
const ENDS = 1.5;

export class Disk {
  private readonly latch = new Latch();
  private readonly need: number;

  constructor(private readonly checkpointBytes: number) {
    this.need = Math.max(LEAST_BYTES, CHECKPOINTS * checkpointBytes);
  }

  /** @returns what is to be told, null for nothing */
  look(freeBytes: number): string | null {
    if (!this.latch.turn({ begins: freeBytes < this.need, ends: freeBytes >= ENDS * this.need })) return null;
    return `only ${inWords(freeBytes)} are free on the disk, and a checkpoint takes ${inWords(this.checkpointBytes)}: make room for ${inWords(this.need)}`;
  }
}
