import { once } from 'node:events';
import { createServer, connect, type AddressInfo, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { IdleTimeout } from '../../../../electron/compute/downloads/connection';

let sockets: { near: Socket; far: Socket; close: () => void };
beforeEach(async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const near = connect((server.address() as AddressInfo).port, '127.0.0.1');
  const [far] = (await once(server, 'connection')) as [Socket];
  if (near.connecting) await once(near, 'connect');
  sockets = { near, far, close: () => [near.destroy(), far.destroy(), server.close()] };
});
afterEach(() => sockets.close());

/** Blocks the thread, like a training step. */
function blockThread(milliseconds: number): void {
  for (const until = performance.now() + milliseconds; performance.now() < until;);
}

test('IdleTimeout reports once after the timeout', async () => {
  let timeouts = 0;
  new IdleTimeout(20, () => timeouts++).start();
  await delay(100);
  expect(timeouts).toBe(1);
});

test('IdleTimeout reports nothing if it is restarted or stopped in time', async () => {
  let timeouts = 0;
  const timeout = new IdleTimeout(60, () => timeouts++);
  for (let i = 0; i < 5; i++) {
    timeout.start();
    await delay(20);
  }
  timeout.stop();
  await delay(100);
  expect(timeouts).toBe(0);
});

test('IdleTimeout counts data that arrived while the thread was blocked', async () => {
  let timeouts = 0;
  const timeout = new IdleTimeout(20, () => timeouts++);
  sockets.near.once('data', () => timeout.stop());
  sockets.far.write('here');
  timeout.start();
  blockThread(100);
  await delay(100);
  expect(timeouts).toBe(0);
});
