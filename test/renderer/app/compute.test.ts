import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Handlers, ComputeEvent } from '../../../electron/contract/contract';
import type { ComputeState } from '../../../electron/contract/main-api';
import { fromMessagePort, serve } from '../../../electron/contract/rpc';
import { Compute, type ComputeApi } from '../../../renderer/app/compute.svelte';

/** A fake of main with a compute process that has no models. */
class FakeMainApi implements ComputeApi {
  connections = 0;
  restarts = 0;
  emit: (event: ComputeEvent) => void = () => undefined;
  #listener: (state: ComputeState) => void = () => undefined;
  #ports: MessagePort[] = [];

  constructor(private readonly first: ComputeState) {}

  async connect(): Promise<void> {
    this.connections++;
    const { port1, port2 } = new MessageChannel();
    const handlers = { listModels: () => [] } as Partial<Handlers> as Handlers;
    this.emit = serve(fromMessagePort(port2), handlers).emit;
    this.#ports.push(port1, port2);
    const message = Object.assign(new Event('message'), { data: { type: 'lab/port' }, ports: [port1], source: window });
    window.dispatchEvent(message);
  }

  getComputeState = async (): Promise<ComputeState> => this.first;
  onComputeState(listener: (state: ComputeState) => void): () => void {
    this.#listener = listener;
    return () => undefined;
  }
  async restartCompute(): Promise<void> {
    this.restarts++;
    this.setState({ state: 'ready' });
  }
  theme = async () => 'system' as const;
  setTheme = async (): Promise<void> => undefined;

  setState(state: ComputeState): void {
    this.#listener(state);
  }
  close(): void {
    this.#ports.forEach((port) => port.close());
  }
}

let mainApi: FakeMainApi;
const startCompute = (state: ComputeState): Compute => {
  mainApi = new FakeMainApi(state);
  const compute = new Compute(mainApi);
  compute.start();
  return compute;
};

beforeEach(() => void vi.stubGlobal('window', new EventTarget()));
afterEach(() => {
  mainApi.close();
  vi.unstubAllGlobals();
});

describe('the connection to compute', () => {
  test('answers requests made before compute is ready', async () => {
    const compute = startCompute({ state: 'starting' });
    const models = compute.request('listModels', {});
    mainApi.setState({ state: 'ready' });
    expect(await models).toEqual([]);
    expect(compute.state).toEqual({ state: 'ready' });
  });

  test('connects once if main reports ready several times', async () => {
    const compute = startCompute({ state: 'ready' });
    mainApi.setState({ state: 'ready' });
    await compute.request('listModels', {});
    mainApi.setState({ state: 'ready' });
    expect([mainApi.connections, compute.connections]).toEqual([1, 1]);
  });

  test('reports the reason of an exit in its state and for every request', async () => {
    const compute = startCompute({ state: 'ready' });
    await compute.request('listModels', {});
    mainApi.setState({ state: 'exited', reason: 'killed' });
    expect(compute.state).toEqual({ state: 'exited', reason: 'killed' });
    await expect(compute.request('listModels', {})).rejects.toThrow('killed');
  });

  test('reconnects after a restart, and listeners receive events of the new process', async () => {
    const compute = startCompute({ state: 'exited', reason: 'killed' });
    const received = new Promise<ComputeEvent>((resolve) => compute.onEvent(resolve));
    await vi.waitFor(() => expect(compute.state.state).toBe('exited'));
    await compute.restart();
    expect(await compute.request('listModels', {})).toEqual([]);
    mainApi.emit({ type: 'run/checkpoint', runId: 'run-1', step: 3 });
    expect(await received).toMatchObject({ step: 3 });
    expect([mainApi.restarts, compute.connections]).toEqual([1, 1]);
  });
});
