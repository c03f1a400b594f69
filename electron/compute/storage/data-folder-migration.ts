/** While the data are copied nothing may change them; and what is changing them must end first. */

const words = 'the data are being moved; nothing can be changed until the lab has started anew';

export class Moving {
  private changes = 0;
  private isMoving = false;

  /** Why nothing can be changed now; null where it can. */
  get reason(): string | null {
    return this.isMoving ? words : null;
  }

  /** Work that changes the data folder. @throws Error while the data are copied */
  async change<Result>(work: () => Result | Promise<Result>): Promise<Result> {
    if (this.isMoving) throw new Error(words);
    this.changes++;
    try {
      return await work();
    } finally {
      this.changes--;
    }
  }

  /**
   * Work that needs the data as they are. Once it has succeeded they stay as they are.
   * @throws Error while something changes them
   */
  async copy<Result>(work: () => Promise<Result>): Promise<Result> {
    if (this.isMoving) throw new Error(words);
    if (this.changes > 0)
      throw new Error('something is being made or changed right now; move the data when it is done');
    this.isMoving = true;
    try {
      return await work();
    } catch (error) {
      this.isMoving = false;
      throw error;
    }
  }
}
