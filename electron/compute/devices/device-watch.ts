/** Hears of a device that failed, be it before anyone listens; of several sessions that lose it the first tells. */
export class DeviceWatch {
  private reason: string | null = null;
  private listener: ((reason: string) => void) | null = null;

  get isLost(): boolean {
    return this.reason !== null;
  }

  report = (reason: string): void => {
    if (this.isLost) return;
    this.reason = reason;
    this.listener?.(reason);
  };

  listen(listener: (reason: string) => void): void {
    this.listener = listener;
    if (this.reason !== null) listener(this.reason);
  }
}
