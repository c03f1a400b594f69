import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Handlers, ComputeEvent, RequestName } from '../../../electron/contract/contract';
import { requests } from '../../../electron/contract/contract';
import { connect, serve } from '../../../electron/contract/rpc';
import { describeError } from '../../../renderer/app/compute.svelte';
import { portPair } from './port-pair';

const unexpectedHandlers = Object.fromEntries(
  (Object.keys(requests) as RequestName[]).map((name) => [
    name,
    () => {
      throw new Error(`${name} was not expected`);
    },
  ]),
) as unknown as Handlers;

function connectTo(handlers: Partial<Handlers>) {
  const [window, compute] = portPair();
  const server = serve(compute, { ...unexpectedHandlers, ...handlers });
  return { client: connect(window), server, window, compute };
}

const event: ComputeEvent = { type: 'run/checkpoint', runId: 'r', step: 7 };
const waitForDelivery = () => new Promise((resolve) => setTimeout(resolve, 5));

describe('request', () => {
  test('passes the input to the handler and returns its output', async () => {
    const { client } = connectTo({ listModels: () => [], readPuzzles: ({ from }) => ({ total: from, puzzles: [] }) });
    expect(await client.request('listModels', {})).toEqual([]);
    expect(await client.request('readPuzzles', { dataset: 'd', split: 'test', from: 3, count: 2 })).toEqual({
      total: 3,
      puzzles: [],
    });
  });

  test('matches responses to requests when several end in any order', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 1, maxLength: 20 }), async (delays) => {
        const { client } = connectTo({
          readPuzzles: async ({ from, count }) => {
            for (let tick = 0; tick < count; tick++) await Promise.resolve();
            return { total: from, puzzles: [] };
          },
        });
        const send = (delay: number, from: number) =>
          client.request('readPuzzles', { dataset: 'd', split: 'test', from, count: delay });
        const totals = (await Promise.all(delays.map(send))).map(({ total }) => total);
        expect(totals).toEqual(delays.map((_, index) => index));
      }),
    );
  });

  test('rejects an input that violates its schema, naming the field', async () => {
    const { client } = connectTo({});
    const response = client.request('startRun', { dataset: 'd', preset: 'p', seed: 1, maxSeconds: -1 });
    await expect(response).rejects.toThrow(/^invalid input of startRun: maxSeconds: [^\n]+$/);
  });

  test('rejects an unknown request by name', async () => {
    const { client } = connectTo({});
    await expect(client.request('toString' as RequestName, {})).rejects.toThrow('unknown request “toString”');
  });

  test("rejects with the name and message of the handler's error", async () => {
    const { client } = connectTo({
      listRuns: () => {
        throw new RangeError('the disk is full');
      },
    });
    await expect(client.request('listRuns', {})).rejects.toMatchObject({
      name: 'RangeError',
      message: 'the disk is full',
    });
  });

  test('rejects with a message that the window formats in its own language', async () => {
    const { client } = connectTo({
      listRuns: () => {
        throw Object.assign(new Error('ENOSPC: no space left'), { code: 'ENOSPC', path: '/runs' });
      },
    });
    const failure = client.request('listRuns', {});
    await expect(failure).rejects.toMatchObject({
      text: { id: 'error.cannotUsePath', parameters: { path: '/runs', reason: { id: 'error.disk.full' } } },
    });
    const described = describeError(await failure.catch((error: unknown) => error));
    expect(described).toBe('cannot use /runs: the disk is full. Free some space on the disk');
  });

  test('rejects if the output cannot be cloned', async () => {
    const { client } = connectTo({ listRuns: () => [(() => 1) as never] });
    await expect(client.request('listRuns', {})).rejects.toThrow(/could not be cloned/);
  });
});

test('the guard blocks requests that change the data folder, but not read-only ones', async () => {
  const [window, compute] = portPair();
  const handlers = { ...unexpectedHandlers, listModels: () => [], deleteModel: () => ({ trashId: 'a' }) };
  serve(compute, handlers, () => Promise.reject(new Error('in use')));
  const client = connect(window);
  expect(await client.request('listModels', {})).toEqual([]);
  await expect(client.request('deleteModel', { model: 'a' })).rejects.toThrow('in use');
});

test('read-only requests are named after reading or exporting, except for eight', () => {
  const readOnly = (Object.keys(requests) as RequestName[]).filter((name) => 'readOnly' in requests[name]);
  expect(readOnly.filter((name) => !/^(?:get|list|read|browse|preview|inspect|export|check)/u.test(name))).toEqual([
    'traceSolve',
    'solveRollouts',
    'evaluateModel',
    'endEvaluation',
    'evaluateDamaged',
    'preflight',
    'estimateExperiment',
    'copyDataFolder',
  ]);
});

describe('cancelling a request', () => {
  test("rejects at once and aborts the handler's signal", async () => {
    let seen: AbortSignal | null = null;
    const { client } = connectTo({
      listModels: (_, signal) => {
        seen = signal;
        return new Promise(() => undefined);
      },
    });
    const controller = new AbortController();
    const response = client.request('listModels', {}, { signal: controller.signal });
    await waitForDelivery();
    controller.abort();
    await expect(response).rejects.toMatchObject({ name: 'AbortError' });
    await waitForDelivery();
    expect(seen).toMatchObject({ aborted: true });
  });

  test('sends nothing if the signal is already aborted', async () => {
    const { client, compute } = connectTo({});
    const receivedByCompute: unknown[] = [];
    compute.onMessage((message) => receivedByCompute.push(message));
    await expect(client.request('listModels', {}, { signal: AbortSignal.abort() })).rejects.toMatchObject({
      name: 'AbortError',
    });
    await waitForDelivery();
    expect(receivedByCompute).toEqual([]);
  });
});

describe('events', () => {
  test('reach a listener until it unsubscribes', async () => {
    const { client, server } = connectTo({});
    const received: ComputeEvent[] = [];
    const stop = client.onEvent((it) => received.push(it));
    server.emit(event);
    await waitForDelivery();
    stop();
    server.emit(event);
    await waitForDelivery();
    expect(received).toEqual([event]);
  });
});

describe('close', () => {
  test('rejects pending and later requests with the reason', async () => {
    const { client } = connectTo({ listModels: () => new Promise(() => undefined) });
    const response = client.request('listModels', {});
    client.close('compute stopped: out of memory');
    await expect(response).rejects.toThrow('compute stopped: out of memory');
    await expect(client.request('listModels', {})).rejects.toThrow('compute stopped: out of memory');
  });

  test('aborts pending handlers at the other end', async () => {
    let aborted = false;
    const { client } = connectTo({
      listModels: (_, signal) => {
        signal.addEventListener('abort', () => (aborted = true));
        return new Promise(() => undefined);
      },
    });
    const response = client.request('listModels', {});
    await waitForDelivery();
    client.close('the window closed');
    await expect(response).rejects.toThrow('the window closed');
    await waitForDelivery();
    expect(aborted).toBe(true);
  });
});

test('malformed messages are ignored by both ends', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.oneof(fc.jsonValue(), almostMessage)), async (garbage) => {
      const { client, window, compute } = connectTo({ listModels: () => [] });
      for (const message of garbage) {
        window.postMessage(message);
        compute.postMessage(message);
      }
      expect(await client.request('listModels', {})).toEqual([]);
    }),
  );
});

/** Valid kinds with invalid or unknown contents. Ids never equal that of the one real request. */
const almostMessage = fc.record(
  {
    kind: fc.constantFrom('request', 'result', 'error', 'cancel', 'event', 'other'),
    id: fc.oneof(fc.integer({ min: 1000 }), fc.constantFrom(null, '1', 0.5, {})),
    name: fc.jsonValue(),
    error: fc.jsonValue(),
  },
  { requiredKeys: ['kind'] },
);
