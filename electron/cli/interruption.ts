/** Ctrl-C while something is under way. */

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Milliseconds within which two signals are one: npm passes a Ctrl-C on that the terminal has sent to the whole group already. */
const ONE = 1000;

/**
 * Calls `stop` once: at the first signal, or when nobody reads the output any more. A later signal kills
 * as usual. Returns the function that ends the listening.
 */
export function onInterrupt(stop: () => void): () => void {
  let stoppedAt: number | null = null;
  const begin = () => {
    if (stoppedAt !== null) return;
    stoppedAt = performance.now();
    stop();
  };
  const interrupt = (signal: NodeJS.Signals) => {
    if (stoppedAt === null || performance.now() - stoppedAt < ONE) return begin();
    end();
    process.kill(process.pid, signal);
  };
  const end = () => {
    for (const signal of signals) process.off(signal, interrupt);
    process.stdout.off('error', begin);
  };
  for (const signal of signals) process.on(signal, interrupt);
  process.stdout.on('error', begin);
  return end;
}
