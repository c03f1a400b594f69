/**
 * The way to compute: asks main for a fresh port and wraps it as a typed client.
 */
import type { Host } from '../../electron/contract/contract';
import { connect, fromMessagePort, type Client } from '../../electron/contract/rpc';

/** @throws Error when main cannot reach compute or sends no port within `patience` milliseconds */
export async function connectToCompute(host: Pick<Host, 'connect'>, patience = 10_000): Promise<Client> {
  const port = receivePort(patience);
  try {
    await host.connect();
  } catch (reason) {
    port.cancel();
    throw reason;
  }
  return connect(fromMessagePort(await port.arrival));
}

function receivePort(patience: number): { arrival: Promise<MessagePort>; cancel: () => void } {
  const listening = new AbortController();
  const arrival = new Promise<MessagePort>((resolve, reject) => {
    const timer = setTimeout(() => {
      listening.abort();
      reject(new Error(`Compute sent no port within ${patience / 1000} seconds.`));
    }, patience);
    listening.signal.addEventListener('abort', () => clearTimeout(timer));
    window.addEventListener('message', receive, { signal: listening.signal });

    function receive(event: MessageEvent): void {
      const [port] = event.ports;
      if (event.source !== window || event.data?.type !== 'lab/port' || !port) return;
      listening.abort();
      resolve(port);
    }
  });
  return { arrival, cancel: () => listening.abort() };
}
