/** Refuses changes of the data folder in a second instance, and while the folder is copied to another location. */
import { MessageError, type Text } from '../../../renderer/messages/message';

/** Checked before every change, which is every request that the contract does not mark as `readOnly`. */
export class ReadOnlyGuard {
  private changes = 0;
  private isMoving = false;

  /** @param reason why this instance is read-only; null if it is not */
  constructor(readonly reason: Promise<Text | null> = Promise.resolve(null)) {}

  /** Runs work that changes the data folder. @throws MessageError in a read-only instance, and while the data is copied */
  change = async <Result>(work: () => Result | Promise<Result>): Promise<Result> => {
    await this.requireWritable();
    if (this.isMoving) throw new MessageError('storage.readOnly.moving');
    this.changes++;
    try {
      return await work();
    } finally {
      this.changes--;
    }
  };

  /**
   * Runs work that needs unchanging data. After it has succeeded, changes stay refused.
   * @throws MessageError in a read-only instance, and while other work changes the data
   */
  async copy<Result>(work: () => Promise<Result>): Promise<Result> {
    await this.requireWritable();
    if (this.isMoving) throw new MessageError('storage.readOnly.moving');
    if (this.changes > 0) throw new MessageError('storage.readOnly.busy');
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
    if (reason !== null) throw new MessageError('storage.readOnly.refused', { reason });
  }
}
