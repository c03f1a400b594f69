import type { Port } from '../../../electron/contract/rpc';

/** Returns two connected ports that copy messages and deliver them asynchronously, like real ports. */
export function portPair(): [Port, Port] {
  const [left, right] = [new FakePort(), new FakePort()];
  left.other = right;
  right.other = left;
  return [left, right];
}

class FakePort implements Port {
  other: FakePort | null = null;
  private open = true;
  private readonly messageListeners: ((message: unknown) => void)[] = [];
  private readonly closeListeners: (() => void)[] = [];

  postMessage(message: unknown): void {
    const copy: unknown = structuredClone(message);
    queueMicrotask(() => this.other?.receive(copy));
  }

  onMessage(listener: (message: unknown) => void): void {
    this.messageListeners.push(listener);
  }

  onClose(listener: () => void): void {
    this.closeListeners.push(listener);
  }

  close(): void {
    if (!this.open) return;
    this.open = false;
    this.closeListeners.forEach((listener) => listener());
    queueMicrotask(() => this.other?.close());
  }

  private receive(message: unknown): void {
    if (this.open) this.messageListeners.forEach((listener) => listener(message));
  }
}
