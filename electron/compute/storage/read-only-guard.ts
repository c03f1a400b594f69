/** Refuses changes of the data folder in a second instance, and while the folder is copied to another place. */

const movingReason = 'the data are being moved; nothing can be changed until the lab has started anew';

/** Checked before every change, which is every request that the contract does not mark as `readOnly`. */
export class ReadOnlyGuard {
  private changes = 0;
  private isMoving = false;

  /** @param reason why this instance is read-only; null if it is not */
  constructor(readonly reason: Promise<string | null> = Promise.resolve(null)) {}

  /** Runs work that changes the data folder. @throws Error in a read-only instance, and while the data are copied */
  change = async <Result>(work: () => Result | Promise<Result>): Promise<Result> => {
    await this.requireWritable();
    if (this.isMoving) throw new Error(movingReason);
    this.changes++;
    try {
      return await work();
    } finally {
      this.changes--;
    }
  };

  /**
   * Runs work that needs unchanging data. After it has succeeded, changes stay refused.
   * @throws Error in a read-only instance, and while something changes the data
   */
  async copy<Result>(work: () => Promise<Result>): Promise<Result> {
    await this.requireWritable();
    if (this.isMoving) throw new Error(movingReason);
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

  private async requireWritable(): Promise<void> {
    const reason = await this.reason;
    if (reason !== null) throw new Error(reason);
  }
}
