import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Handlers, ComputeEvent, RequestName } from '../../../electron/contract/contract';
import { requests } from '../../../electron/contract/contract';
import { connect, serve } from '../../../electron/contract/rpc';
import { describeError } from '../../../renderer/app/compute.svelte';
import { portPair } from './port-pair';

const unused = Object.fromEntries(
  (Object.keys(requests) as RequestName[]).map((name) => [
    name,
    () => {
      throw new Error(`${name} was not expected`);
    },
  ]),
) as unknown as Handlers;

function together(handlers: Partial<Handlers>) {
  const [window, compute] = portPair();
  const server = serve(compute, { ...unused, ...handlers });
  return { client: connect(window), server, window, compute };
}

const event: ComputeEvent = { type: 'run/checkpoint', runId: 'r', step: 7 };
const settled = () => new Promise((resolve) => setTimeout(resolve, 5));

describe('a request', () => {
  test('brings its input to the handler and the output back', async () => {
    const { client } = together({ listModels: () => [], readPuzzles: ({ from }) => ({ total: from, puzzles: [] }) });
    expect(await client.request('listModels', {})).toEqual([]);
    expect(await client.request('readPuzzles', { dataset: 'd', split: 'test', from: 3, count: 2 })).toEqual({
      total: 3,
      puzzles: [],
    });
  });

  test('is answered however many are under way and in whatever order they end', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 1, maxLength: 20 }), async (delays) => {
        const { client } = together({
          readPuzzles: async ({ from, count }) => {
            for (let turn = 0; turn < count; turn++) await Promise.resolve();
            return { total: from, puzzles: [] };
          },
        });
        const ask = (delay: number, from: number) =>
          client.request('readPuzzles', { dataset: 'd', split: 'test', from, count: delay });
        const totals = (await Promise.all(delays.map(ask))).map(({ total }) => total);
        expect(totals).toEqual(delays.map((_, index) => index));
      }),
    );
  });

  test('that does not fit its schema is refused in one line that names the field', async () => {
    const { client } = together({});
    const answer = client.request('startRun', { dataset: 'd', preset: 'p', seed: 1, maxSeconds: -1 });
    await expect(answer).rejects.toThrow(/^invalid input of startRun: maxSeconds: [^\n]+$/);
  });

  test('that does not exist is refused by name', async () => {
    const { client } = together({});
    await expect(client.request('toString' as RequestName, {})).rejects.toThrow('unknown request “toString”');
  });

  test("fails with the handler's name and message", async () => {
    const { client } = together({
      listRuns: () => {
        throw new RangeError('the disk is full');
      },
    });
    await expect(client.request('listRuns', {})).rejects.toMatchObject({
      name: 'RangeError',
      message: 'the disk is full',
    });
  });

  test('fails with a text that the window formats in its language', async () => {
    const { client } = together({
      listRuns: () => {
        throw Object.assign(new Error('ENOSPC: no space left'), { code: 'ENOSPC', path: '/runs' });
      },
    });
    const failure = client.request('listRuns', {});
    await expect(failure).rejects.toMatchObject({
      text: { id: 'error.cannotUsePath', parameters: { path: '/runs', reason: { id: 'error.disk.full' } } },
    });
    expect(describeError(await failure.catch((error: unknown) => error))).toBe('cannot use /runs: the disk is full');
  });

  test('whose output cannot cross fails instead of hanging', async () => {
    const { client } = together({ listRuns: () => [(() => 1) as never] });
    await expect(client.request('listRuns', {})).rejects.toThrow(/could not be cloned/);
  });
});

test('a request that changes the data folder passes the guard, a read-only one does not', async () => {
  const [window, compute] = portPair();
  const handlers = { ...unused, listModels: () => [], deleteModel: () => ({ trashId: 'a' }) };
  serve(compute, handlers, () => Promise.reject(new Error('in use')));
  const client = connect(window);
  expect(await client.request('listModels', {})).toEqual([]);
  await expect(client.request('deleteModel', { model: 'a' })).rejects.toThrow('in use');
});

test('requests that read or export do not change the data folder', () => {
  const readOnly = (Object.keys(requests) as RequestName[]).filter((name) => 'readOnly' in requests[name]);
  expect(readOnly.filter((name) => !/^(?:get|list|read|browse|preview|inspect|export|check)/u.test(name))).toEqual([
    'traceSolve',
    'evaluateModel',
    'preflight',
    'copyDataFolder',
  ]);
});

describe('cancelling', () => {
  test("rejects at once and raises the handler's signal", async () => {
    let seen: AbortSignal | null = null;
    const { client } = together({
      listModels: (_, signal) => {
        seen = signal;
        return new Promise(() => undefined);
      },
    });
    const controller = new AbortController();
    const answer = client.request('listModels', {}, { signal: controller.signal });
    await settled();
    controller.abort();
    await expect(answer).rejects.toMatchObject({ name: 'AbortError' });
    await settled();
    expect(seen).toMatchObject({ aborted: true });
  });

  test('before asking sends nothing', async () => {
    const { client, compute } = together({});
    const arrived: unknown[] = [];
    compute.onMessage((message) => arrived.push(message));
    await expect(client.request('listModels', {}, { signal: AbortSignal.abort() })).rejects.toMatchObject({
      name: 'AbortError',
    });
    await settled();
    expect(arrived).toEqual([]);
  });
});

describe('events', () => {
  test('reach every listener until it stops listening', async () => {
    const { client, server } = together({});
    const heard: ComputeEvent[] = [];
    const stop = client.onEvent((it) => heard.push(it));
    server.emit(event);
    await settled();
    stop();
    server.emit(event);
    await settled();
    expect(heard).toEqual([event]);
  });
});

describe('closing', () => {
  test('rejects what is under way and everything after, with the reason', async () => {
    const { client } = together({ listModels: () => new Promise(() => undefined) });
    const answer = client.request('listModels', {});
    client.close('compute stopped: out of memory');
    await expect(answer).rejects.toThrow('compute stopped: out of memory');
    await expect(client.request('listModels', {})).rejects.toThrow('compute stopped: out of memory');
  });

  test('raises the signal of what is under way at the other end', async () => {
    let aborted = false;
    const { client } = together({
      listModels: (_, signal) => {
        signal.addEventListener('abort', () => (aborted = true));
        return new Promise(() => undefined);
      },
    });
    const answer = client.request('listModels', {});
    await settled();
    client.close('the window closed');
    await expect(answer).rejects.toThrow('the window closed');
    await settled();
    expect(aborted).toBe(true);
  });
});

test('garbage from the other end harms neither side', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.oneof(fc.jsonValue(), almostMessage)), async (garbage) => {
      const { client, window, compute } = together({ listModels: () => [] });
      for (const message of garbage) {
        window.postMessage(message);
        compute.postMessage(message);
      }
      expect(await client.request('listModels', {})).toEqual([]);
    }),
  );
});

/** Right kinds with wrong or foreign contents; ids stay clear of the one real request. */
const almostMessage = fc.record(
  {
    kind: fc.constantFrom('request', 'result', 'error', 'cancel', 'event', 'other'),
    id: fc.oneof(fc.integer({ min: 1000 }), fc.constantFrom(null, '1', 0.5, {})),
    name: fc.jsonValue(),
    error: fc.jsonValue(),
  },
  { requiredKeys: ['kind'] },
);
