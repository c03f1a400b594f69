import { monitorEventLoopDelay } from 'node:perf_hooks';

/** How late main's event loop answers, for tests: `globalThis.eventLoopDelay`, in nanoseconds. */
export function measureEventLoop(): void {
  const delay = monitorEventLoopDelay({ resolution: 5 });
  delay.enable();
  Object.assign(globalThis, { eventLoopDelay: delay });
}
