/** A set of whole numbers from 0 to 2⁵³ - 1 that takes about 16 bytes for each: a `Set` of millions takes several times as much. */
export class NumberSet {
  private slots = new Float64Array(1024).fill(EMPTY);
  private count = 0;

  get size(): number {
    return this.count;
  }

  has(number: number): boolean {
    return this.slots[this.find(number)] === number;
  }

  /** Returns whether the number is new. */
  add(number: number): boolean {
    const slot = this.find(number);
    if (this.slots[slot] === number) return false;
    this.slots[slot] = number;
    if (++this.count > this.slots.length * MAX_LOAD) this.grow();
    return true;
  }

  /** The slot with a number, or the empty one for it. */
  private find(number: number): number {
    const mask = this.slots.length - 1;
    let slot = (number >>> 0) & mask;
    while (this.slots[slot] !== EMPTY && this.slots[slot] !== number) slot = (slot + 1) & mask;
    return slot;
  }

  private grow(): void {
    const old = this.slots;
    this.slots = new Float64Array(old.length * 2).fill(EMPTY);
    for (const number of old) if (number !== EMPTY) this.slots[this.find(number)] = number;
  }
}

const EMPTY = -1;

/** Share of the slots that are filled before there are twice as many. */
const MAX_LOAD = 0.6;
