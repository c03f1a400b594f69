/** A compute that answers what a specimen says, over a real port: state classes meet nothing new in it. */
import type { Handlers, Host } from '../../electron/contract';
import { fromMessagePort, serve } from '../../electron/rpc';
import { Compute } from '../state/compute.svelte';

/** Requests without an answer stay open, as on a very slow machine. */
export function cannedCompute(answers: Partial<Handlers>): Compute {
  const handlers = new Proxy(answers, {
    get: (given, name) => given[name as keyof Handlers] ?? (() => new Promise<never>(() => undefined)),
    has: () => true,
  }) as Handlers;
  const compute = new Compute({
    connect: () => {
      const { port1, port2 } = new MessageChannel();
      serve(fromMessagePort(port1), handlers);
      window.postMessage({ type: 'lab/port' }, location.origin, [port2]);
      return Promise.resolve();
    },
    computeState: () => Promise.resolve({ state: 'ready' }),
    onComputeState: () => () => undefined,
    restartCompute: () => Promise.resolve(),
  } satisfies Pick<Host, 'connect' | 'computeState' | 'onComputeState' | 'restartCompute'>);
  compute.start();
  return compute;
}
