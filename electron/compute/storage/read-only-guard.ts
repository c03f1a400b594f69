/** Refuses changes of a data folder that is in use, missing or not writable, and while it is copied to another location. */
import { MessageError, type Text } from '../../../renderer/messages/message';

/** Milliseconds between two checks. */
const WATCH_INTERVAL = 2000;

/** Checked before every change, which is every request that the contract does not mark as `readOnly`. */
export class ReadOnlyGuard {
  private changes = 0;
  private isMoving = false;
  private checking: Promise<Text | null> | null = null;
  private lastReason: Text | null = null;

  /** @param findReason finds why the data folder is read-only now; null if it is not */
  constructor(private readonly findReason: () => Promise<Text | null> = () => Promise.resolve(null)) {}

  /** Whether the last check found the data folder read-only. */
  get isReadOnly(): boolean {
    return this.lastReason !== null;
  }

  /** Returns why the data folder is read-only now; null if it is not. */
  check(): Promise<Text | null> {
    this.checking ??= this.findReason().then((reason) => {
      this.checking = null;
      return (this.lastReason = reason);
    });
    return this.checking;
  }

  /** Checks from now on, and reports each change. */
  watch(onChange: (reason: Text | null) => void): void {
    let reported: string | null = null;
    const checkAndWait = async (): Promise<void> => {
      const reason = await this.check();
      const found = JSON.stringify(reason);
      if (reported !== null && reported !== found) onChange(reason);
      reported = found;
      setTimeout(() => void checkAndWait(), WATCH_INTERVAL).unref();
    };
    void checkAndWait();
  }

  /** Runs work that changes the data folder. @throws MessageError where it is read-only, and while the data is copied */
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
   * @throws MessageError where the data folder is read-only, and while other work changes the data
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
    const reason = await this.check();
    if (reason !== null) throw new MessageError('storage.readOnly.refused', { reason });
  }
}
