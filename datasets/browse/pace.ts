/** Long work in slices: messages and files are served in between. */

/** Longest slice in milliseconds. */
const SLICE = 6;
/** Cheap steps done before the clock is looked at. */
const BLOCK = 1 << 15;

/** How long the slice under way has lasted; one for each piece of work. */
export class Pace {
  /** Others are let in soon after the beginning: the work before may have ended a long slice. */
  private since = 0;

  constructor(private readonly signal?: AbortSignal) {}

  /** Lets others in when the slice is over. @throws the signal's reason once it is raised */
  async turn(): Promise<void> {
    if (performance.now() - this.since < SLICE) return;
    await new Promise((resolve) => setImmediate(resolve));
    this.signal?.throwIfAborted();
    this.since = performance.now();
  }

  /** Does cheap steps 0..count in blocks from..to (the last not included). @throws as `turn` */
  async inBlocks(count: number, step: (from: number, to: number) => void): Promise<void> {
    for (let from = 0; from < count; from += BLOCK) {
      step(from, Math.min(from + BLOCK, count));
      await this.turn();
    }
  }
}
