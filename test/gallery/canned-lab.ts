/** A compute that answers what a specimen says, over a real port: state classes meet nothing new in it. */
import type { Handlers, Host, LabEvent } from '../../electron/contract/contract';
import { fromMessagePort, serve } from '../../electron/contract/rpc';
import { Compute } from '../../renderer/app/compute.svelte';

export interface CannedLab {
  readonly compute: Compute;
  /** Tells what has happened, once it is connected. */
  readonly emit: (event: LabEvent) => void;
}

/** All computes of the page get their ports from one window, so one waits for the other. */
let turn: Promise<void> = Promise.resolve();

/** When every compute made so far is connected and had time to answer. */
export async function settled(): Promise<void> {
  await turn;
  await new Promise((resolve) => setTimeout(resolve, 500));
}

/** Requests without an answer stay open, as on a very slow machine. */
export function cannedLab(answers: Partial<Handlers>): CannedLab {
  const handlers = new Proxy(answers, {
    get: (given, name) => given[name as keyof Handlers] ?? (() => new Promise<never>(() => undefined)),
    has: () => true,
  }) as Handlers;
  const before = turn;
  let served!: (server: Pick<CannedLab, 'emit'>) => void;
  const connected = new Promise<Pick<CannedLab, 'emit'>>((resolve) => (served = resolve));
  turn = connected.then(() => undefined);
  const compute = new Compute({
    connect: () => {
      const { port1, port2 } = new MessageChannel();
      const server = serve(fromMessagePort(port1), handlers);
      window.addEventListener('message', () => served(server), { once: true });
      window.postMessage({ type: 'lab/port' }, location.origin, [port2]);
      return Promise.resolve();
    },
    computeState: () => before.then(() => ({ state: 'ready' as const })),
    onComputeState: () => () => undefined,
    restartCompute: () => Promise.resolve(),
  } satisfies Pick<Host, 'connect' | 'computeState' | 'onComputeState' | 'restartCompute'>);
  compute.start();
  return { compute, emit: (event) => void connected.then(({ emit }) => emit(event)) };
}

export const cannedCompute = (answers: Partial<Handlers>): Compute => cannedLab(answers).compute;
